"""The largest realistic load: an academy's examination. 500 people sign in at once and each answers 40 questions,
while one PC asks for pages without a pause."""

from __future__ import annotations

import sqlite3
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from . import servers
from .load import Outcome, get, post, run
from .measures import Browser, Line, Place, _learners, _saver

PEOPLE, QUESTIONS = 500, 40
WITHIN = 50.0  # seconds in which all sign in, evenly
PACE = 2.0  # seconds from one answer of a person to the next: nobody reads a question faster
GREEDY = 6  # connections of the PC that asks without a pause, as many as a browser opens


def exam(place: Place) -> list[Line]:
    with servers.ours(place.demonstration) as server, _learners(place, PEOPLE) as people:
        signed = _all_sign_in(server, people)
        makers = [_saver(server, number, pin) for number, pin in people]
        before = _saved(place.demonstration)
        count = PEOPLE * QUESTIONS
        answers = run(server.address, makers, count, 300, PACE)
        after = _saved(place.demonstration)
        rushed = run(server.address, makers, count // 4, 120)
        with _greedy(server):
            pressed = run(server.address, makers, count // 4, 120, PACE)
    slow, lost = answers.percentile(0.95) * 1000, count - answers.statuses.get(200, 0)
    held, entry = pressed.percentile(0.95) * 1000, signed.percentile(0.95) * 1000
    broken = signed.broken + answers.broken + rushed.broken + pressed.broken
    return [
        Line(f"{PEOPLE} people sign in within {WITHIN:.0f} s: slowest in twenty", f"{entry:.0f} ms", "under 500 ms",
             signed.statuses == {302: PEOPLE} and signed.seconds < 60 and entry < 500),
        Line(f"  each answers {QUESTIONS} questions, one in {PACE:.0f} s: slowest in 20",
             f"{slow:.0f} ms ({answers.per_second:.0f}/s)", "under 500 ms", slow < 500),
        Line("  answers refused or lost", f"{lost} of {count}", "0", lost == 0 and after - before >= PEOPLE * 0.9),
        Line("  connections closed before their answer", f"{broken}", "0", broken == 0),
        Line("  while one PC asks without a pause: slowest in 20", f"{held:.0f} ms ({pressed.per_second:.0f}/s)",
             "under 500 ms", held < 500),
        Line("  all 500 answer without a pause", f"{rushed.per_second:.0f}/s, {rushed.percentile(0.95):.1f} s", "",
             None),
    ]  # fmt: skip


def _saved(folder: Path) -> int:
    """Answers in the database: those of one attempt stand over one another, so at least one a person."""
    with sqlite3.connect(f"file:{folder / 'anhnh.sqlite3'}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM answer").fetchone()[0])


def _all_sign_in(server: servers.Server, people: list[tuple[str, str]]) -> Outcome:
    """Everybody from a page of their own, one after the other within the time."""
    requests: list[bytes] = []
    for number, pin in people:
        browser = Browser(server)
        fields = {"number": number, "pin": pin, "csrf_token": browser.token("/sign-in")}
        requests.append(post("/sign-in", urllib.parse.urlencode(fields), browser.cookie))
        browser.connection.close()
    return run(server.address, [_always(request) for request in requests], len(requests), 60, WITHIN)


def _always(request: bytes) -> Callable[[], bytes]:
    return lambda: request


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
