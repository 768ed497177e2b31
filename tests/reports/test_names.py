"""The names behind the numbers: all of them, the most urgent first, and never a score."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.reports.courses import courses
from anhnh_lms.reports.cut import standing
from anhnh_lms.reports.names import Name, Wanted, detailed, names

from .life import Life

TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)


def named(wanted: Wanted, lang: str = "en") -> list[Name]:
    with clock.fixed_at(TODAY):
        place = standing("MA-1")
        return detailed(names(place, wanted, courses(place.country, "MA-1"), lang))


@pytest.mark.both_databases
def test_names_when_sorted_then_the_most_urgent_come_first_then_the_alphabet(gathered: Flask) -> None:
    life = Life("MA-1")
    course = life.course("stress")
    people = {name: life.person(name) for name in ("Zineb", "Émile", "Fatima", "Adil", "Brahim", "Nora")}
    for name, due in (("Zineb", "2026-06-01"), ("Émile", "2026-06-10"), ("Fatima", "2026-06-10"),
                      ("Adil", "2026-06-30"), ("Brahim", ""), ("Nora", "2026-06-01")):  # fmt: skip
        life.assigned(course, due, "person", people[name])
    life.completed(people["Nora"], course)
    life.record()
    assert [row.name_latin for row in named(Wanted(course))] == ["Zineb", "Émile", "Fatima", "Adil", "Brahim", "Nora"]
    assert [row.overdue for row in named(Wanted(course))] == [True, True, True, False, False, False]
    assert [row.name_latin for row in named(Wanted(course, "overdue"))] == ["Zineb", "Émile", "Fatima"]
    assert named(Wanted(course, function="health")) == []
    assert named(Wanted("no such course")) == []


def test_names_when_read_in_arabic_then_they_are_named_and_sorted_so(gathered: Flask) -> None:
    life = Life("MA-1")
    course = life.course("stress")
    life.assigned(course)
    for latin, arabic in (("Zineb", "أمينة"), ("Adil", "يوسف"), ("Omar", "")):
        life.person(latin, name_arabic=arabic)
    life.record()
    assert [row.name_in("ar") for row in named(Wanted(course), "ar")] == ["Omar", "أمينة", "يوسف"]


@pytest.mark.both_databases
def test_names_when_modules_and_certificate_are_there_then_they_are_told_and_no_score(gathered: Flask) -> None:
    life = Life("MA-1")
    course = life.course("stress", quizzes={"one": ["q1"], "two": ["q1", "q2"]})
    done, doing = life.person("Done"), life.person("Doing")
    life.assigned(course)
    life.begun(doing, course)
    life.tested(doing, course, "", 90, module="one")
    life.tested(doing, course, "", 90, number=2, module="two")  # one of its two quizzes
    life.completed(done, course)
    life.certified(done, course, 7)
    life.record()
    told = {row.name_latin: row for row in named(Wanted(course))}
    assert (told["Doing"].modules_done, told["Doing"].certificate) == (1, None)
    assert (told["Done"].modules_done, told["Done"].certificate) == (2, ("MA-1", 2026, 7, 1))
    assert not {f.name for f in fields(Name)} & {"score", "points", "earned", "answers", "pre", "post"}


@pytest.mark.both_databases
def test_names_when_somebody_takes_it_unasked_then_only_that_choice_shows_them(gathered: Flask) -> None:
    life = Life("MA-1")
    course = life.course("stress")
    asked, volunteer = life.person("Asked"), life.person("Volunteer")
    life.assigned(course, "", "person", asked)
    life.begun(volunteer, course)
    life.record()
    assert [row.name_latin for row in named(Wanted(course))] == ["Asked"]
    assert [row.name_latin for row in named(Wanted(course, "unasked"))] == ["Volunteer"]
    assert [row.name_latin for row in named(Wanted(state="unasked"))] == ["Volunteer"]
