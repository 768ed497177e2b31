"""What questions tell: computed from hand-ins, small cells hidden, kept until the next hand-in."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from anhnh_lms.assessment.items import Figures, Given, ItemStatistics, item_statistics
from anhnh_lms.content.course import Course
from anhnh_lms.db import db
from anhnh_lms.learning import attempts, items
from anhnh_lms.learning.items import ItemFigures
from anhnh_lms.people.access import User
from anhnh_lms.record.log import Fact, recording, stream_of
from tests import support

from . import school


def figures(course: Course, module: str = "count", country: str = "MA") -> dict[str, ItemFigures]:
    text = course.text("en")
    db.session.rollback()
    return dict(items.figures(course, text.assessment if module == "assessment" else text.module(module), country))


def sit(people: support.People, course: Course, quiz: str, right: bool, lang: str = "en") -> tuple[User, str]:
    user = school.user_of(people.register())
    attempt = attempts.start(user, course, quiz, lang)
    school.fill(user, attempt, school.right if right else school.wrong, lang)
    school.hand_in(user, attempt, lang)
    return user, attempt


# -- from the record ---------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_figures_when_attempts_were_handed_in_then_they_are_those_of_the_answers(
    course: Course, people: support.People
) -> None:
    for n in range(6):
        sit(people, course, school.COUNTED, right=n < 4, lang="en")
    found = figures(course)["who"]
    assert found.overall == items.Shown(6, pytest.approx(4 / 6), None)
    assert dict(found.by_language)["en"].n == 6
    assert found.hurts == ()


@pytest.mark.both_databases
def test_figures_when_an_attempt_is_marked_again_then_the_later_mark_counts(
    course: Course, people: support.People
) -> None:
    for _ in range(5):
        user, attempt = sit(people, course, school.COUNTED, right=False)
    assert figures(course)["who"].overall.difficulty == 0
    body = {"points": {"who": 100}, "earned": 100, "maximum": 100, "passed": 1, "marking": 2}
    with recording() as record:
        record.append(Fact("attempt.remarked", stream_of(user.home), user.country, body,
                           person=user.id, subject=attempt))  # fmt: skip
    assert figures(course)["who"].overall.difficulty == pytest.approx(1 / 5)


def test_figures_when_fewer_than_five_then_they_are_hidden(course: Course, people: support.People) -> None:
    for _ in range(4):
        sit(people, course, school.COUNTED, right=True)
    found = figures(course)["who"]
    assert found.overall == items.Shown(0, None, None, hidden=True)
    assert all(shown.hidden and not shown.n for _, shown in found.by_language)


def test_figures_when_one_language_has_few_then_it_cannot_be_computed_from_the_rest(
    course: Course, people: support.People
) -> None:
    for lang, number in (("en", 6), ("fr", 5), ("ar", 1)):
        for _ in range(number):
            sit(people, course, school.COUNTED, right=True, lang=lang)
    found = figures(course)["who"]
    assert found.overall.n == 12
    assert {lang for lang, shown in found.by_language if shown.hidden} == {"ar", "fr"}


def test_figures_when_the_question_was_worded_otherwise_then_those_answers_do_not_count(
    course: Course, people: support.People
) -> None:
    for _ in range(5):
        sit(people, course, school.COUNTED, right=True)
    newer = school.publish(school.files(count=lambda text: text.replace("Who is counted?", "Who counts?")))
    assert figures(newer) == {}
    other = school.publish(school.files(alarm=lambda text: text.replace("Two short pages", "Two pages")))
    assert figures(other)["who"].overall.n == 5


def test_figures_when_they_are_another_countrys_then_they_are_not_shown(course: Course, people: support.People) -> None:
    for _ in range(5):
        sit(people, course, school.COUNTED, right=True)
    assert figures(course, country="ML") == {}
    assert figures(course, country="")["who"].overall.n == 5


def test_figures_when_opinions_were_given_then_they_have_none(course: Course, people: support.People) -> None:
    for _ in range(5):
        sit(people, course, school.OPINION, right=True)
    assert figures(course, "assessment") == {}


def test_figures_when_nothing_is_handed_in_since_then_they_are_kept(
    course: Course, people: support.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        sit(people, course, school.COUNTED, right=True)
    kept = figures(course)
    asked: list[int] = []
    original = items._sittings

    def counted(*args: object) -> Iterator[list[Given]]:
        asked.append(1)
        return original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(items, "_sittings", counted)
    assert figures(course) == kept
    assert asked == []
    sit(people, course, school.COUNTED, right=False)
    assert figures(course)["who"].overall.n == 6
    assert asked == [1]


def test_figures_when_read_then_one_query_reads_the_answers(app: Flask, course: Course, people: support.People) -> None:
    for _ in range(5):
        sit(people, course, school.COUNTED, right=True)
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    figures(course)
    assert len([text for text in said if "v_attempt" in text]) == 1
    assert len([text for text in said if text.startswith("SELECT")]) == 2


# -- what hurts -----------------------------------------------------------------------------------------


def answered(*cells: tuple[str, int, int]) -> ItemStatistics:
    """One question; cells: (language, sittings, how many of them right)."""
    sittings = [
        [Given("q", lang, 100 if n < right else 0, 100), Given("rest", lang, 100 * (n % 2), 100)]
        for lang, number, right in cells
        for n in range(number)
    ]
    return item_statistics(sittings)["q"]


@pytest.mark.parametrize(
    ("cells", "hurts"),
    [
        ((("fr", 20, 18), ("ar", 20, 8)), True),  # 0.9 and 0.4
        ((("fr", 20, 14), ("ar", 20, 8)), False),  # exactly 0.3 apart
        ((("fr", 20, 18), ("ar", 19, 1)), False),  # too few
        ((("fr", 20, 18), ("ar", 5, 0), ("en", 40, 36)), False),
        ((("fr", 40, 39),), False),
    ],
)
def test_hurts_when_languages_differ_then_only_by_enough_of_both(
    cells: tuple[tuple[str, int, int], ...], hurts: bool
) -> None:
    assert ("language" in items._hurts(answered(*cells))) is hurts


@pytest.mark.parametrize(
    ("n", "r", "hurts"), [(30, -0.01, True), (29, -0.5, False), (30, 0.0, False), (30, None, False)]
)
def test_hurts_when_it_tells_apart_below_zero_then_only_from_enough(n: int, r: float | None, hurts: bool) -> None:
    item = ItemStatistics("q", Figures(n, None, r), ())
    assert ("discrimination" in items._hurts(item)) is hurts


# -- the same figures as written out ------------------------------------------------------------------------


def test_item_statistics_when_answers_are_many_then_they_are_pearsons_and_the_mean() -> None:
    chance = random.Random(5)
    sittings = [
        [Given(name, "fr", chance.choice((0, 25, 50, 100)), 100) for name in ("a", "b", "c")]
        + [Given("d", "fr", chance.choice((0, 300)), 300)]
        for _ in range(400)
    ]
    found = item_statistics(sittings)["a"].overall
    x = [s[0].earned / 100 for s in sittings]
    y = [sum(g.earned for g in s[1:]) / sum(g.maximum for g in s[1:]) for s in sittings]
    mean_x, mean_y = sum(x) / 400, sum(y) / 400
    cov = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    spread = math.sqrt(sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y))
    assert float(found.difficulty or 0) == pytest.approx(mean_x)
    assert found.discrimination == pytest.approx(cov / spread)
