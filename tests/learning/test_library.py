"""Published versions: frozen, named by their content, and the nearest one for each reader."""

from __future__ import annotations

import pytest
from flask import Flask

from anhnh_lms.content.course import Course
from anhnh_lms.content.reader import read_course
from anhnh_lms.db import db
from anhnh_lms.learning import library
from anhnh_lms.learning.tables import BlobRow
from anhnh_lms.record import server
from anhnh_lms.record.log import recording
from tests import support

from . import school

pytestmark = pytest.mark.both_databases


def newer(text: str = "Never open a door that is hot.") -> Course:
    return school.publish(school.files(alarm=lambda old: old.replace("Never open a hot door.", text)))


def test_publish_when_it_is_the_same_then_nothing_is_recorded(course: Course) -> None:
    assert library.publish(school.files(), course) is False
    assert len(school.entries("course.published")) == 1


def test_publish_when_a_file_changed_then_the_new_version_is_current_and_the_old_one_stays(course: Course) -> None:
    second = newer()
    assert library.current_by_slug("fire-drill", "MA", "MA-1").version == second.version
    assert library.course(course.version).version == course.version
    assert library.files_of(course.version) == dict(school.files())
    assert b"hot door" in (library.file_of(course.version, "01-alarm.en.md") or b"")
    assert b"hot door" not in (library.file_of(second.version, "01-alarm.en.md") or b"")


def test_publish_when_most_files_are_the_same_then_each_content_is_kept_once(course: Course) -> None:
    before = db.session.query(BlobRow).count()
    newer()
    assert db.session.query(BlobRow).count() == before + 1


def test_publish_when_an_older_version_comes_back_then_it_is_current_again(course: Course) -> None:
    newer()
    assert library.publish(school.files(), course) is True
    assert library.current_by_slug("fire-drill", "MA", "MA-1").version == course.version


def test_publish_when_a_module_must_be_retaken_then_the_entry_names_it(course: Course) -> None:
    assert library.publish(school.files(), course, retake=["alarm"]) is True
    assert school.entries("course.published")[-1].facts()["retake"] == ["alarm"]


def test_publish_when_course_yml_asks_for_a_retake_then_a_module_that_was_passed_is_open_again(
    course: Course, people: support.People
) -> None:
    learner = school.user_of(people.register())
    school.sit(learner, course, school.VERIF)
    assert school.state(learner, course).modules["alarm"].complete
    asked = school.files(yml=lambda old: old.replace("modules:", "retake: [alarm]\nmodules:"))
    newest = school.publish(asked)
    assert school.entries("course.published")[-1].facts()["retake"] == ["alarm"]
    assert not school.state(learner, newest).modules["alarm"].complete
    assert library.publish(asked, newest, retake=["count"]) is True
    assert school.entries("course.published")[-1].facts()["retake"] == ["count"]


def test_current_when_an_establishment_has_its_own_then_the_nearest_goes_first(
    course: Course, founded: support.Founded
) -> None:
    everywhere = newer("For everybody.")
    in_country = newer("For the country.")
    me = server.own()
    with recording() as record:
        for version, scope in ((everywhere, "*"), (in_country, "MA"), (course, "MA-1")):
            record.append(library.published(version, server.Identity(scope, "MA", scope), ""))
    assert me.scope == "MA-1"
    assert [p.version for p in library.current("MA", "MA-1")] == [course.version]
    assert [p.version for p in library.current("MA", "MA-2")] == [in_country.version]
    assert [p.version for p in library.current("ML", "ML-1")] == [everywhere.version]
    with pytest.raises(library.NoSuchCourse):
        library.current_by_slug("nowhere", "MA", "MA-1")


def test_course_when_its_version_is_unknown_then_there_is_none(app_context: Flask, founded: support.Founded) -> None:
    with pytest.raises(library.NoSuchCourse):
        library.course("0" * 64)
    assert library.files_of("0" * 64) == {}
    assert library.file_of("0" * 64, "course.yml") is None


def test_course_when_it_is_read_back_then_only_the_addresses_of_pictures_differ(course: Course) -> None:
    fresh = read_course(school.files()).course
    assert fresh is not None
    assert fresh.version == course.version
    here = f"{library.FILES}/{course.version}/fig/plan.svg"
    assert here in course.text("en").module("alarm").sections[0].prose.html()
    assert fresh.text("en").assessment == course.text("en").assessment
