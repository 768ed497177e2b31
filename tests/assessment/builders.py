"""Questions, responses and quizzes made for the tests: by hand and by hypothesis."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from anhnh_lms.assessment.response import NONE
from anhnh_lms.content.course import (
    Answer,
    Blanks,
    Choice,
    Gap,
    Interval,
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
    Rows,
    Scenario,
    ShortText,
    Single,
    Step,
    Survey,
)


def prose(text: str) -> Prose:
    return Prose((Part(f"<p>{text}</p>"),), text)


def proses(stem: str, count: int) -> tuple[Prose, ...]:
    return tuple(prose(f"{stem} {i}") for i in range(count))


def options(*rights: bool | None) -> tuple[Option, ...]:
    return tuple(Option(prose(f"option {i}"), right) for i, right in enumerate(rights))


def question(answer: Answer, points: int = 1, **more: Any) -> Question:
    return Question(**{"id": "q", "title": "Question", "answer": answer, "points": points, **more})


def single(count: int = 3, right: int = 1) -> Single:
    return Single(options(*(i == right for i in range(count))))


def number(low: str = "45", high: str = "45") -> Number:
    return Number(Interval(Fraction(low), Fraction(high)), low)


# The call in the workshop: radio first, then wait (good) or go in (bad), or go in at once (bad).
WORKSHOP = Scenario(
    (
        Step("", "Cries", prose("cries"), (Choice(prose("call"), "radio", True), Choice(prose("go"), "alone"))),
        Step(
            "radio",
            "Answer",
            prose("answer"),
            (
                Choice(prose("guide"), "well", True),
                Choice(prose("go"), "alone", False),
                Choice(prose("look"), "half"),
                Choice(prose("call again"), ""),
            ),
        ),
        Step("alone", "Smoke", prose("smoke"), end=Fraction(0)),
        Step("well", "Done", prose("done"), end=Fraction(1)),
        Step("half", "Late", prose("late"), end=Fraction(1, 2)),
    )
)

BLANKS = Blanks(
    proses("text", 4),
    (
        Gap(interval=Interval(Fraction(14), Fraction(14)), shown=("14",)),
        Gap(accepted=("la salle de contrôle", "le PCC"), shown=("la salle de contrôle", "le PCC")),
        Gap(options=("nord", "sud", "est"), right=1),
    ),
)

# -- strategies --------------------------------------------------------------------------------

sizes = st.integers(1, 6)
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
solid_words = st.sampled_from(["Bamako", "la salle de contrôle", "18", "مراقبة", "Straße", "٣٤"])


@st.composite
def _multiples(draw: st.DrawFn) -> Multiple:
    rights = draw(st.lists(st.booleans(), min_size=1, max_size=6).filter(any))
    return Multiple(options(*rights))


@st.composite
def _rows(draw: st.DrawFn) -> Rows:
    columns, rows = draw(st.integers(2, 4)), draw(sizes)
    key = tuple(draw(st.integers(0, columns - 1)) for _ in range(rows))
    return Rows(proses("column", columns), proses("row", rows), key)


@st.composite
def _gaps(draw: st.DrawFn) -> Gap:
    match draw(st.sampled_from(["typed", "number", "choice"])):
        case "typed":
            accepted = tuple(draw(st.lists(solid_words, min_size=1, max_size=3)))
            return Gap(accepted=accepted, shown=accepted)
        case "number":
            low = draw(st.integers(-50, 50))
            return Gap(interval=Interval(Fraction(low), Fraction(low + 2)), shown=(str(low),))
        case _:
            count = draw(st.integers(2, 5))
            right = draw(st.integers(0, count - 1))
            return Gap(options=tuple(f"choice {i}" for i in range(count)), right=right)


@st.composite
def _matches(draw: st.DrawFn) -> Match:
    lefts, decoys = draw(sizes), draw(st.integers(0, 2))
    return Match(proses("left", lefts), proses("right", lefts + decoys))


graded_answers: st.SearchStrategy[Answer] = st.one_of(
    st.builds(lambda n, r: single(n, r % n), st.integers(2, 6), st.integers(0, 5)),
    _multiples(),
    _rows(),
    st.builds(lambda low, span: number(str(low), str(low + span)), st.integers(-99, 99), st.integers(0, 9)),
    st.builds(lambda w: ShortText((w, "or else"), (w,)), solid_words),
    st.lists(_gaps(), min_size=1, max_size=4).map(lambda g: Blanks(proses("text", len(g) + 1), tuple(g))),
    _matches(),
    sizes.map(lambda n: Order(proses("item", n))),
    st.just(WORKSHOP),
)
opinions: st.SearchStrategy[Answer] = st.one_of(
    st.builds(lambda n, s: Survey(options(*(None,) * n), s), sizes, st.booleans()),
    st.just(Survey()),
    st.builds(lambda n, s: Likert(proses("statement", n), s), sizes, st.sampled_from(["agree-5", "agree-4"])),
)
answers: st.SearchStrategy[Answer] = st.one_of(graded_answers, opinions)
graded_questions = st.builds(question, graded_answers, st.integers(1, 5))
questions = st.builds(question, answers, st.integers(1, 5))

PATHS: tuple[list[int], ...] = ([], [0], [1], [0, 0], [0, 1], [0, 2], [0, 3], [0, 3, 0, 0], [0, 3, 1])


def _cells(count: int, low: int, high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=count, max_size=count)


@st.composite
def responses(draw: st.DrawFn, asked: Question) -> dict[str, Any]:
    """Any response that a learner can give to that question, empty ones included."""
    answer = asked.answer
    match answer:
        case Single(opts) | Survey(opts, several=False) if opts:
            return {"choice": draw(st.integers(0, len(opts) - 1))}
        case Multiple(opts) | Survey(opts, several=True) if opts:
            return {"choices": sorted(draw(st.sets(st.integers(0, len(opts) - 1))))}
        case Rows(columns, rows):
            return {"rows": draw(_cells(len(rows), NONE, len(columns) - 1))}
        case Likert(statements, scale):
            return {"rows": draw(_cells(len(statements), 0, int(scale[-1])))}
        case Match(lefts, rights):
            return {"pairs": draw(_cells(len(lefts), NONE, len(rights) - 1))}
        case Order(items):
            order = draw(st.permutations(range(len(items))))
            blank = draw(st.sets(st.integers(0, len(items) - 1)))
            return {"order": [NONE if place in blank else item for place, item in enumerate(order)]}
        case Blanks(_, gaps):
            return {"texts": [draw(_gap_texts(gap)) for gap in gaps]}
        case Scenario():
            return {"path": list(draw(st.sampled_from(PATHS)))}
        case _:
            return {"text": draw(st.one_of(words, solid_words, st.integers(-99, 99).map(str)))}


def _gap_texts(gap: Gap) -> st.SearchStrategy[str]:
    if gap.options:
        return st.sampled_from(["", *map(str, range(len(gap.options)))])
    return st.one_of(words, solid_words)


def solution(asked: Question) -> dict[str, Any]:
    """The response that earns every point."""
    answer = asked.answer
    match answer:
        case Single(opts):
            return {"choice": [o.right for o in opts].index(True)}
        case Multiple(opts):
            return {"choices": [i for i, o in enumerate(opts) if o.right]}
        case Rows(key=key):
            return {"rows": list(key)}
        case Number(interval):
            return {"text": str(interval.low)}
        case ShortText(accepted):
            return {"text": accepted[0]}
        case Blanks(_, gaps):
            return {"texts": [_gap_solution(gap) for gap in gaps]}
        case Match(lefts):
            return {"pairs": list(range(len(lefts)))}
        case Order(items):
            return {"order": list(range(len(items)))}
        case Scenario():
            return {"path": [0, 0]}
        case _:
            raise AssertionError("an opinion has no solution")


def _gap_solution(gap: Gap) -> str:
    if gap.options:
        return str(gap.right)
    return str(gap.interval.low) if gap.interval else gap.accepted[0]


@st.composite
def answered(draw: st.DrawFn, asked: st.SearchStrategy[Question] = questions) -> tuple[Question, dict[str, Any]]:
    made = draw(asked)
    return made, draw(responses(made))


def quiz(*asked: Question, **more: Any) -> Quiz:
    return Quiz(**{"id": "z", "title": "Quiz", "questions": asked, **more})


def bank(count: int, pool: str = "p", objectives: int = 1, stem: str = "b") -> tuple[Question, ...]:
    """Questions `stem0`, `stem1`, ... of one pool, their objectives in turn."""
    return tuple(
        question(single(), id=f"{stem}{i}", pool=pool, objective=f"O{i % objectives + 1}") for i in range(count)
    )
