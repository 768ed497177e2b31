"""The power is cut at any moment under load: nothing that a page called saved is missing, nothing is half there.

`make test` cuts it a few times; `make faults` a thousand times (ANHNH_FAULTS says how often).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.learning.tables import AnswerRow
from anhnh_lms.record import log, views
from anhnh_lms.record.entry import Entry
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import AttemptRow
from tests import support
from tests.cli.served import SERVE, free_port
from tests.learning import school

from .learners import Crowd, Learner

CUTS = int(os.environ.get("ANHNH_FAULTS", "6"))
LEARNERS = 6
CHECK_EVERY = max(1, CUTS // 50)  # cuts between two checks of the whole record: it grows


class Machine:
    """The server as `anhnh serve` runs it, on a PC whose power can be cut."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._values = {
            "ANHNH_DATA": str(settings.data), "HOST": "127.0.0.1", "PORT": str(self.port), "ANHNH_LANGUAGE": "en",
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def on(self) -> None:
        """Start, and wait until it answers. It must need no help."""
        self._process = subprocess.Popen(
            SERVE, cwd=Path(__file__).parents[2], env={**os.environ, **self._values}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=5).close()
            except OSError:
                assert self._process.poll() is None, "the server did not come back by itself"
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server did not answer")

    def cut(self) -> None:
        """SIGKILL to the server and all its workers at once."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None


@pytest.fixture
def crowd(app: Flask, settings: Settings, founded: support.Founded, people: support.People) -> Crowd:
    with app.app_context():
        files = school.files()
        course = school.publish({**files, "course.yml": files["course.yml"].replace(b"wait: 10 min", b"wait: 0 min")})
        quiz = course.text("en").quiz(school.VERIF)[1]
        words = [n for n, q in enumerate(quiz.questions, start=1) if q.kind == "short"]
        members = [people.register() for _ in range(LEARNERS)]
        db.session.remove()
        db.engine.dispose()
    learners = [Learner("", member.number, support.PIN) for member in members]
    return Crowd(learners, course.slug, school.VERIF, tuple(words))


@pytest.fixture
def machine(settings: Settings, crowd: Crowd) -> Iterator[Machine]:
    found = Machine(settings)
    found.on()
    for learner in crowd.learners:
        learner.url = found.url
        learner.sign_in()
    yield found
    found.cut()


def what_is_missing(settings: Settings, crowd: Crowd) -> list[str]:
    """What the server promised and does not hold."""
    app = create_app(settings)
    missing: list[str] = []
    with app.app_context():
        states = dict(db.session.execute(select(AttemptRow.id, AttemptRow.state)).all())
        rows = db.session.execute(select(AnswerRow.attempt, AnswerRow.question, AnswerRow.response))
        kept = {(attempt, question): json.loads(text)["text"] for attempt, question, text in rows}
        done = {entry.subject: entry for entry in log.read(EntryRow.kind == "attempt.handed_in")}
        asked = {
            a: [q for q, _ in json.loads(t)] for a, t in db.session.execute(select(AttemptRow.id, AttemptRow.questions))
        }
        for learner in crowd.learners:
            missing += [f"hand-in of {attempt}" for attempt in learner.handed_in if states.get(attempt) != "handed-in"]
            for (attempt, number), promised in learner.saved.items():
                question, tried = asked[attempt][number - 1], learner.tried[attempt, number]
                # the words of the promised save, or of a later one whose answer was lost with the power
                allowed = {words for turn, words in tried.items() if turn >= promised}
                found = _handed(done[attempt], question) if attempt in done else kept.get((attempt, question))
                if found not in allowed:
                    missing.append(f"{attempt}/{question}: promised {tried[promised]!r}, found {found!r}")
        db.session.remove()
        db.engine.dispose()
    return missing


def _handed(entry: Entry, question: str) -> str | None:
    """The words that were handed in."""
    return next(iter(entry.facts().get("typed", {}).get(question, ())), None)


def what_is_broken(settings: Settings) -> list[str]:
    app = create_app(settings)
    with app.app_context():
        found = [str(flaw) for flaw in log.verify()] + [str(difference) for difference in views.differences()]
        db.session.remove()
        db.engine.dispose()
    return found


def test_server_when_killed_at_any_moment_then_what_was_called_saved_is_there(
    machine: Machine, settings: Settings, crowd: Crowd
) -> None:
    chance = random.Random(20261127)
    for cut in range(1, CUTS + 1):
        stop = threading.Event()
        worker = threading.Thread(target=crowd.work, args=(stop,))
        worker.start()
        worker.join(chance.uniform(0.05, 1.5))
        machine.cut()
        stop.set()
        worker.join()
        if cut % CHECK_EVERY == 0 or cut == CUTS:
            assert what_is_missing(settings, crowd) == [], f"after cut {cut}"
            assert what_is_broken(settings) == [], f"after cut {cut}"
        machine.on()
    assert crowd.problems == []
    assert sum(len(learner.saved) for learner in crowd.learners) > LEARNERS
    assert any(learner.handed_in for learner in crowd.learners)
