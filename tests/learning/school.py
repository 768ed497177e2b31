"""A small course with one of everything, people who take it, and what they answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from anhnh_lms import clock
from anhnh_lms.certificates import register
from anhnh_lms.content.course import Course, Module, Question, Quiz, Survey
from anhnh_lms.content.files import Files, load_folder
from anhnh_lms.content.reader import read_course
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.demo.answering import answer
from anhnh_lms.learning import attempts, library, progress
from anhnh_lms.people import access
from anhnh_lms.people.tables import SessionRow
from anhnh_lms.record import log
from anhnh_lms.record.canonical import sha256
from anhnh_lms.record.entry import Entry
from anhnh_lms.record.log import recording
from anhnh_lms.record.tables import EntryRow
from tests import support

COURSE = Path(__file__).parents[1] / "fixtures" / "course"
VERIF, COUNTED, BEFORE, AFTER, LATER, OPINION = "verif", "counted", "before", "after", "later", "opinion"


def files(**changes: Callable[[str], str]) -> Files:
    """The course's files; `changes` (by the file's first word, "course" is course.yml) edit their text."""
    found = dict(load_folder(COURSE))
    names = {"yml": "course.yml", "alarm": "01-alarm.en.md", "count": "02-count.en.md", "test": "assessment.en.md"}
    for word, change in changes.items():
        found[names[word]] = change(found[names[word]].decode()).encode()
    return Files(found)


def written(folder: Path) -> Path:
    """The course's files in that folder, as a trainer has them."""
    for path, data in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def without_tests(found: Mapping[str, bytes]) -> Files:
    """The course without pre-test and post-test."""
    kept = {path: data for path, data in found.items() if not path.startswith("assessment")}
    kept["course.yml"] = kept["course.yml"].replace(b"assessment: assessment\n", b"")
    return Files(kept)


def publish(found: Mapping[str, bytes] | None = None) -> Course:
    """Publish the course (default: as its files are) on the server of this context."""
    found = files() if found is None else found
    reading = read_course(found)
    assert reading.course is not None
    assert not reading.errors, [str(problem) for problem in reading.errors]
    library.publish(found, reading.course)
    return library.course(reading.course.version)


def user_of(member: support.Member) -> access.User:
    """The member signed in with the PIN, as a request sees them."""
    token = f"token/{member.id}"
    if access.user_of(token) is None:
        with unit_of_work():
            db.session.merge(
                SessionRow(
                    token=sha256(token), person=member.id, level="pin", started_at=clock.stamp(), locked=0, ended=""
                )
            )
    user = access.user_of(token)
    assert user is not None
    return user


def right(question: Question) -> dict[str, Any]:
    """A response that earns every point of the question; to an opinion, any."""
    match question.answer:
        case Survey(options=()):
            return {"text": "More time."}
        case Survey(several=True):
            return {"choices": [0]}
    given = answer(question, True, random.Random(1))
    assert given is not None
    return given


def wrong(question: Question) -> dict[str, Any]:
    """A response to a question with one right option that earns nothing."""
    option = next(i for i, o in enumerate(question.answer.options) if not o.right)  # type: ignore[union-attr]
    return {"choice": option}


def fill(user: access.User, attempt_id: str, respond: Callable[[Question], Any] = right, lang: str = "en") -> None:
    """Save an answer to every question of the attempt."""
    attempt = attempts.load(user, attempt_id, lang)
    for question in attempt.questions.values():
        attempts.save(user, attempt, question, respond(question), lang)


def hand_in(user: access.User, attempt_id: str, lang: str = "en") -> None:
    """Hand in as the screen does it, with the certificate in the same unit of work."""
    attempt = attempts.load(user, attempt_id, lang)
    with recording() as record:
        attempts.hand_in(record, user, attempt_id, lang)
        register.issue_due(record, user, attempt.course.id, lang)


def sit(user: access.User, course: Course, quiz: str, respond: Callable[[Question], Any] = right) -> str:
    """Start, answer everything, hand in. Returns the attempt's id."""
    attempt = attempts.start(user, course, quiz, "en")
    fill(user, attempt, respond)
    hand_in(user, attempt)
    return attempt


def finish_modules(user: access.User, course: Course) -> None:
    """Pass the quiz of every module."""
    for module in course.text(course.source).modules:
        for quiz in module.graded:
            sit(user, course, quiz.id)


def entries(*kinds: str) -> list[Entry]:
    """The entries of these kinds, in their order."""
    return list(log.read(EntryRow.kind.in_(kinds)))


def quizzes(course: Course) -> Iterable[tuple[Module, Quiz]]:
    """Every quiz of the course with its module."""
    for module in course.text(course.source).pages:
        for quiz in module.quizzes:
            yield module, quiz


def state(user: access.User, course: Course) -> progress.CourseState:
    return progress.course_state(user.id, course)
