"""The largest realistic load: an academy's examination. 500 people sign in at once and each answers 40 questions,
while one PC asks for pages without a pause."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from . import servers
from .load import Outcome, get, post, run
from .measures import Browser, Line, Place, _learners, _saver

PEOPLE, QUESTIONS, GREEDY = 500, 40, 16  # GREEDY: connections of the PC that asks without a pause


def exam(place: Place) -> list[Line]:
    with servers.ours(place.demonstration) as server, _learners(place, PEOPLE) as people:
        signed = _all_sign_in(server, people)
        makers = [_saver(server, number, pin) for number, pin in people]
        before = _saved(place.demonstration)
        count = PEOPLE * QUESTIONS
        answers = run(server.address, makers, count, 300)
        after = _saved(place.demonstration)
        with _greedy(server):
            pressed = run(server.address, makers, count // 10, 120)
    slow, lost = answers.percentile(0.95) * 1000, count - answers.statuses.get(200, 0)
    held = pressed.percentile(0.95) * 1000
    return [
        Line(f"{PEOPLE} different people sign in, 32 at a time", f"{signed.seconds:.1f} s", "60 s",
             signed.statuses == {302: PEOPLE} and signed.seconds < 60),
        Line(f"  each answers {QUESTIONS} questions: slowest in twenty", f"{slow:.0f} ms ({answers.per_second:.0f}/s)",
             "under 500 ms", slow < 500),
        Line("  connections that broke and were opened again", str(answers.broken + pressed.broken), "", None),
        Line("  answers refused or lost", f"{lost} of {count}", "0", lost == 0 and after - before >= PEOPLE * 0.9),
        Line("  while one PC asks without pause: slowest in 20", f"{held:.0f} ms", "under 500 ms", held < 500),
    ]  # fmt: skip


def _saved(folder: Path) -> int:
    """Answers in the database: those of one attempt stand over one another, so at least one a person."""
    with sqlite3.connect(f"file:{folder / 'anhnh.sqlite3'}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM answer").fetchone()[0])


def _all_sign_in(server: servers.Server, people: list[tuple[str, str]]) -> Outcome:
    """Everybody from a page of their own, 32 at a time."""
    requests: list[bytes] = []
    for number, pin in people:
        browser = Browser(server)
        fields = {"number": number, "pin": pin, "csrf_token": browser.token("/sign-in")}
        requests.append(post("/sign-in", urllib.parse.urlencode(fields), browser.cookie))
        browser.connection.close()
    random.Random(1).shuffle(requests)
    waiting = iter(requests)
    maker: Callable[[], bytes] = lambda: next(waiting)  # noqa: E731
    return run(server.address, [maker] * 32, len(requests), 180)


class _greedy:  # noqa: N801
    """One PC that asks for pages on many connections, as fast as it gets them."""

    def __init__(self, server: servers.Server) -> None:
        self.server, self.stop = server, threading.Event()
        self.thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        while not self.stop.is_set():
            run(self.server.address, [lambda: get("/verify")] * GREEDY, 500, 5)

    def __enter__(self) -> None:
        self.thread.start()
        time.sleep(0.2)

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
