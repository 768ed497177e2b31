"""The vocabulary of text and questions: prose, every kind of question, quizzes. See `course` for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Lang = str  # "en", "fr", "ar", or the code of an added language pack
TRAINER = "trainer"  # Part.only of a box that trainers alone see


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of sanitised HTML; `only` names the one country ("MA") or "trainer" that sees it."""

    html: str
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """Rendered, sanitised text. `plain` is the same without marks, for titles, search and paper."""

    parts: tuple[Part, ...] = ()
    plain: str = ""

    def __bool__(self) -> bool:
        return bool(self.parts)

    def html(self, country: str = "", trainer: bool = False) -> str:
        """The HTML that a reader of `country` sees; trainers also see the TRAINER boxes."""
        return "".join(p.html for p in self.parts if p.only in (None, country) or (trainer and p.only == TRAINER))


# -- questions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen. `right` is None where there is no right answer (survey)."""

    text: Prose
    right: bool | None = None
    feedback: Prose = Prose()


@dataclass(frozen=True, slots=True)
class Single:
    """Exactly one of `options` is right."""

    options: tuple[Option, ...]
    kind: Literal["single"] = "single"


@dataclass(frozen=True, slots=True)
class Multiple:
    """At least one of `options` is right."""

    options: tuple[Option, ...]
    kind: Literal["multiple"] = "multiple"


@dataclass(frozen=True, slots=True)
class Rows:
    """Statements, each with one right column: `key[i]` is the index into `columns` for `rows[i]`."""

    columns: tuple[Prose, ...]
    rows: tuple[Prose, ...]
    key: tuple[int, ...]
    head: Prose = Prose()
    kind: Literal["rows"] = "rows"


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends included, exact."""

    low: Fraction
    high: Fraction

    def __contains__(self, value: Fraction) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Number:
    """A number inside `interval`; `shown` is the key as the trainer wrote it, `unit` is only shown."""

    interval: Interval
    shown: str
    unit: str = ""
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class ShortText:
    """A typed word; `accepted` holds the accepted answers as written (compared after folding),
    those of every language of the question together; `shown` are those of this language."""

    accepted: tuple[str, ...]
    shown: tuple[str, ...]
    kind: Literal["short"] = "short"


@dataclass(frozen=True, slots=True)
class Gap:
    """One blank: typed text (`accepted`), a number (`interval`) or a choice (`options` and `right`)."""

    accepted: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    interval: Interval | None = None
    options: tuple[str, ...] = ()
    right: int | None = None


@dataclass(frozen=True, slots=True)
class Blanks:
    """`texts[0] gaps[0] texts[1] gaps[1] ... texts[n]`: one text more than gaps. Each text is inline HTML;
    where the blanks stand in a table or list, the texts are pieces of one block, complete only when put
    together in their order. So write them one after the other into one `div`."""

    texts: tuple[Prose, ...]
    gaps: tuple[Gap, ...]
    kind: Literal["blanks"] = "blanks"


@dataclass(frozen=True, slots=True)
class Match:
    """`lefts[i]` goes with `rights[i]`; rights beyond the lefts are decoys."""

    lefts: tuple[Prose, ...]
    rights: tuple[Prose, ...]
    left_head: Prose = Prose()
    right_head: Prose = Prose()
    kind: Literal["match"] = "match"


@dataclass(frozen=True, slots=True)
class Order:
    """`items` in the right order."""

    items: tuple[Prose, ...]
    kind: Literal["order"] = "order"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be said or done in a step. `better` is the review's opinion (None: unmarked)."""

    text: Prose
    to: str  # id of the step that it leads to
    better: bool | None = None
    feedback: Prose = Prose()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a conversation. `end` is the share of the points that it earns, None while it goes on."""

    id: str
    title: str
    text: Prose
    choices: tuple[Choice, ...] = ()
    end: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """`steps[0]` is the opening (the text under the question's own heading, id ""); that text stands only
    there, the question's own stem is empty."""

    steps: tuple[Step, ...]
    kind: Literal["scenario"] = "scenario"

    def step(self, step_id: str) -> Step:
        """The step with that id. KeyError if there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


@dataclass(frozen=True, slots=True)
class Survey:
    """An opinion: one of `options`, several of them, or (no options) free words. Never right or wrong."""

    options: tuple[Option, ...] = ()
    several: bool = False
    kind: Literal["survey"] = "survey"


@dataclass(frozen=True, slots=True)
class Likert:
    """Each statement is answered on `scale`, a scale's name such as "agree-5" (`assessment.scales`)."""

    statements: tuple[Prose, ...]
    scale: str
    kind: Literal["likert"] = "likert"


Answer = Single | Multiple | Rows | Number | ShortText | Blanks | Match | Order | Scenario | Survey | Likert


@dataclass(frozen=True, slots=True)
class Question:
    """One question in one language. `digest` is the SHA-256 (hex) of its block in the source language."""

    id: str
    title: str
    answer: Answer
    title_html: str = ""  # the heading with its inline marks, sanitised
    stem: Prose = Prose()
    hint: Prose = Prose()
    explanation: Prose = Prose()
    points: int = 1
    objective: str = ""
    pool: str = ""
    tags: tuple[str, ...] = ()
    digest: str = ""
    lang: Lang = ""  # of what is shown: the source's where the translation lacks this question
    stale: bool = False
    path: str = ""
    line: int = 0

    @property
    def kind(self) -> str:
        return self.answer.kind


@dataclass(frozen=True, slots=True)
class Draw:
    """`count` questions of `pool`, drawn at random; `by_objective` spreads them over the objectives."""

    pool: str
    count: int
    by_objective: bool = False


Role = Literal["", "pre", "post", "followup"]


@dataclass(frozen=True, slots=True)
class Quiz:
    """Questions that are answered together. Questions without a pool always appear."""

    id: str
    title: str
    questions: tuple[Question, ...]
    intro: Prose = Prose()
    role: Role = ""
    pass_mark: Fraction | None = None  # 0..1; None: the course's
    attempts: int | None = None  # None: as many as wanted
    wait_minutes: int | None = None  # None: the course's
    draws: tuple[Draw, ...] = ()
    shuffle_answers: bool = True
    shuffle_questions: bool = False
    graded: bool = True
    private: bool = False
    stale: bool = False
    path: str = ""
    line: int = 0

    def question(self, question_id: str) -> Question:
        """The question with that id. KeyError if there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)
