"""The vocabulary of a course: what the reader makes, and everything else reads.

Plain, frozen data. A `Course` holds every language; `Course.text(lang)` is what one learner
reads, with what is missing in that language taken from the source. Prose is HTML that has
already passed the one sanitiser (`content.prose`): it may be put on a page as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .question import (
    TRAINER,
    Answer,
    Blanks,
    Choice,
    Draw,
    Gap,
    Interval,
    Lang,
    Likert,
    Match,
    Multiple,
    Number,
    Option,
    Order,
    Part,
    Prose,
    Question,
    Quiz,
    Role,
    Rows,
    Scenario,
    ShortText,
    Single,
    Step,
    Survey,
)

__all__ = [
    "TRAINER",
    "Answer",
    "Blanks",
    "Choice",
    "Course",
    "CourseText",
    "Draw",
    "Gap",
    "Interval",
    "Lang",
    "Likert",
    "Match",
    "Module",
    "Multiple",
    "Number",
    "Objective",
    "Option",
    "Order",
    "Part",
    "Prose",
    "Question",
    "Quiz",
    "Role",
    "Rows",
    "Scenario",
    "Section",
    "ShortText",
    "Single",
    "Step",
    "Survey",
    "Template",
]


@dataclass(frozen=True, slots=True)
class Template:
    """A page to fill and print: the `index`-th [!TEMPLATE] box of its section (from 0)."""

    index: int
    title: str
    prose: Prose


@dataclass(frozen=True, slots=True)
class Section:
    """One idea, read in a few minutes."""

    id: str
    title: str
    prose: Prose
    templates: tuple[Template, ...] = ()
    lang: Lang = ""
    stale: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Objective:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Module:
    """A sitting of 20 to 25 minutes. `parts` keeps sections and quizzes in the order of the file."""

    id: str
    title: str
    lang: Lang
    parts: tuple[Section | Quiz, ...]
    intro: Prose = Prose()
    duration_minutes: int = 0
    objectives: tuple[Objective, ...] = ()
    keypoints: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    review_by: str = ""  # ISO date, or empty
    stale: bool = False  # title or front matter older than its source
    path: str = ""

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(p for p in self.parts if isinstance(p, Section))

    @property
    def quizzes(self) -> tuple[Quiz, ...]:
        return tuple(p for p in self.parts if isinstance(p, Quiz))

    @property
    def graded(self) -> tuple[Quiz, ...]:
        """The quizzes that must be passed."""
        return tuple(q for q in self.quizzes if q.graded)


@dataclass(frozen=True, slots=True)
class CourseText:
    """A course as one language's reader sees it: what is missing comes from the source language,
    and each Module, Section and Question says in `lang` which language it really is in."""

    lang: Lang
    title: str
    welcome: Prose
    welcome_lang: Lang
    modules: tuple[Module, ...]
    assessment: Module | None = None
    summary: str = ""  # one sentence, for lists: front matter `summary` of course.LANG.md

    @property
    def pages(self) -> tuple[Module, ...]:
        """The modules in their order, then the assessment."""
        return (*self.modules, *((self.assessment,) if self.assessment else ()))

    def module(self, module_id: str) -> Module:
        """The module with that id. KeyError if there is none."""
        for module in self.modules:
            if module.id == module_id:
                return module
        raise KeyError(module_id)

    def quiz_with_role(self, role: Role) -> Quiz | None:
        """The pre-test, post-test or six-month check, if the course has one."""
        for quiz in self.assessment.quizzes if self.assessment else ():
            if quiz.role == role:
                return quiz
        return None

    def quiz(self, quiz_id: str) -> tuple[Module, Quiz]:
        """The quiz with that id and the module (or assessment) that holds it. KeyError if none."""
        for module in self.pages:
            for quiz in module.quizzes:
                if quiz.id == quiz_id:
                    return module, quiz
        raise KeyError(quiz_id)


@dataclass(frozen=True, slots=True)
class Course:
    """One version of a course, in all its languages."""

    id: str  # random, never changes
    slug: str
    version: str  # SHA-256 (hex) over the sorted (path, SHA-256 of the content) of its files
    label: str  # "1.3"
    source: Lang
    languages: Mapping[Lang, str]  # language -> state of its native review: "done" or "pending"
    module_ids: tuple[str, ...]
    texts: Mapping[Lang, CourseText] = field(default_factory=dict)
    pass_mark: Fraction = Fraction(70, 100)
    final_pass: Fraction = Fraction(75, 100)
    wait_minutes: int = 10
    valid_months: int | None = None
    hours_hundredths: int = 0  # nominal hours x 100: 250 is 2 h 30
    audience: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    review_by: str = ""
    license: str = ""
    retake: tuple[str, ...] = ()  # ids of modules that must be passed again in this version

    def text(self, lang: Lang) -> CourseText:
        """The course in that language, or in its source language if it was not translated at all."""
        return self.texts.get(lang) or self.texts[self.source]

    def pass_mark_of(self, quiz: Quiz) -> Fraction:
        """The quiz's own pass mark, else the course's: `final_pass` for a post-test or later check."""
        if quiz.pass_mark is not None:
            return quiz.pass_mark
        return self.final_pass if quiz.role in ("post", "followup") else self.pass_mark

    def wait_of(self, quiz: Quiz) -> int:
        """Minutes between two attempts at the quiz."""
        return self.wait_minutes if quiz.wait_minutes is None else quiz.wait_minutes
