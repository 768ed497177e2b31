"""The measurements. Ratios compare with the smallest Flask application in the same run (smallest.py)."""

from __future__ import annotations

import contextlib
import gc
import json
import re
import sqlite3
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from http.client import HTTPConnection
from pathlib import Path

from . import data, servers, smallest
from .load import Outcome, get, post, run
from .servers import ROOT, Server

ROUNDS = 3
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. `holds`: whether it reaches what is promised; None where nothing is."""

    what: str
    got: str
    wanted: str = ""
    holds: bool | None = None


@dataclass(frozen=True)
class Place:
    """A temporary folder, and the data in it, made when first needed."""

    folder: Path
    entries: int

    @cached_property
    def demonstration(self) -> Path:
        data.fill_demonstration(self.folder / "demo")
        return self.folder / "demo"

    @cached_property
    def large(self) -> Path:
        data.fill_large_establishment(self.folder / "large")
        return self.folder / "large"

    @cached_property
    def comparison(self) -> Path:
        smallest.make(str(self.folder / "smallest.sqlite3"))
        return self.folder / "smallest.sqlite3"

    def account(self, role: str) -> tuple[str, str]:
        kept = json.loads((self.demonstration / "demo.json").read_text(encoding="utf-8"))
        row = next(a for a in kept["accounts"] if a["role"] == role)
        return row["number"], row["secret"]


class Browser:
    """One person at a PC: keeps cookies, sends forms with their token."""

    def __init__(self, server: Server) -> None:
        self.connection = HTTPConnection(*server.address, timeout=60)
        self.cookies: dict[str, str] = {}

    def open(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        body = urllib.parse.urlencode(fields) if fields else None
        headers = {"Cookie": self.cookie} if self.cookies else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer.status, answer.headers.get("Location", ""), text

    @property
    def cookie(self) -> str:
        return "; ".join(f"{k}={v}" for k, v in self.cookies.items())

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.open("GET", path)[2])
        return found[1] if found else ""

    def sign_in(self, number: str, secret: str) -> None:
        fields = {"number": number, "pin": secret, "csrf_token": self.token("/sign-in")}
        status, location, _ = self.open("POST", "/sign-in", fields)
        if status != 302 or "sign-in" in location:
            raise RuntimeError(f"{number} could not sign in: {status}")


def _best(server: Server, makers: Sequence[Callable[[], bytes]], count: int) -> Outcome:
    """The best of a few runs after a warm-up: what the program can do when the machine is quiet."""
    run(server.address, makers, count // 4)
    return max((run(server.address, makers, count) for _ in range(ROUNDS)), key=lambda o: o.per_second)


def module_page(place: Place) -> list[Line]:
    with servers.ours(place.demonstration) as server:
        reader = Browser(server)
        reader.sign_in(*place.account("learner"))
        path = _first_section(reader)
        request = get(path, reader.cookie)
        mine = _best(server, [lambda: request] * CLIENTS, 3000)
    with servers.smallest(place.comparison, mine.size) as other:
        theirs = _best(other, [lambda: get("/page")] * CLIENTS, 3000)
    share = mine.per_second / theirs.per_second
    got = f"{share:.0%} ({mine.per_second:.0f} of {theirs.per_second:.0f}/s)"
    return [Line(f"module page, signed in, {mine.size / 1000:.1f} kB", got, "80 % of the smallest", share >= 0.8)]


def _first_section(reader: Browser) -> str:
    module = _modules(reader, _courses(reader)[0])[0]
    return str(re.findall(rf'href="({module}/[^"/]+)"', reader.open("GET", module)[2])[0])


def _courses(reader: Browser) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/courses/[^"/]+)', reader.open("GET", "/courses")[2])))


def _modules(reader: Browser, course: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'href="({course}/(?!go-on)[^"/]+)"', reader.open("GET", course)[2])))


def saving_an_answer(place: Place) -> list[Line]:
    """32 people, each at a question of their own attempt, saving over and over."""
    with servers.ours(place.demonstration) as server, _learners(place, 32) as people:
        makers = [_saver(server, number, pin) for number, pin in people]
        mine = _best(server, makers, 3000)
    with servers.smallest(place.comparison, 1000) as other:
        rows = [_row_request(n) for n in range(32)]
        theirs = _best(other, rows, 3000)
    share, slow = mine.per_second / theirs.per_second, mine.percentile(0.99) * 1000
    good = mine.statuses.get(200, 0) == sum(mine.statuses.values())
    got = f"{share:.0%} ({mine.per_second:.0f} of {theirs.per_second:.0f}/s)"
    return [
        Line("saving an answer, durable, 32 clients", got,
             "60 % of the smallest", share >= 0.6 and good),
        Line("  the slowest in a hundred", f"{slow:.0f} ms (smallest: {theirs.percentile(0.99) * 1000:.0f} ms)",
             "under 200 ms", slow < 200),
    ]  # fmt: skip


def _row_request(number: int) -> Callable[[], bytes]:
    """Another text each time: SQLite writes nothing where a row stays as it is."""
    values = iter(range(10**9))
    return lambda: post("/row", f"id={number}&text=choice-{next(values)}")


@contextlib.contextmanager
def _learners(place: Place, count: int) -> Iterator[list[tuple[str, str]]]:
    """Staff who are given the demonstration's PIN for the time of the measurement."""
    from anhnh_lms import create_app
    from anhnh_lms.config import Settings
    from anhnh_lms.db import unit_of_work
    from anhnh_lms.people import access, credentials

    pin = place.account("learner")[1]
    with sqlite3.connect(place.demonstration / "anhnh.sqlite3") as database:
        query = "SELECT id, staff_number FROM v_person WHERE active = 1 AND function = 'guard' ORDER BY id LIMIT ?"
        rows = database.execute(query, (count,)).fetchall()
    app = create_app(Settings(data=place.demonstration))
    hashed = [(p, credentials.hash_credential(app.config["SECRETS"].pins, p, pin)) for p, _ in rows]
    with app.app_context(), unit_of_work():
        for person, value in hashed:
            access.set_credential(person, "pin", value, "set")
    yield [(number, pin) for _, number in rows]


def _saver(server: Server, number: str, pin: str) -> Callable[[], bytes]:
    person = Browser(server)
    person.sign_in(number, pin)
    courses = _courses(person)
    for page in (*courses, *(module for course in courses for module in _modules(person, course))):
        text = person.open("GET", page)[2]
        for start in re.findall(r'action="(/courses/[^"]+/quiz/[^"]+)"', text):
            token = re.search(r'name="csrf_token" value="([^"]+)"', text)
            assert token
            where = person.open("POST", start, {"csrf_token": token[1]})[1]
            if "/attempts/" in where:
                return _save_request(person, where)
    raise RuntimeError(f"{number} finds no quiz to take")


def _save_request(person: Browser, where: str) -> Callable[[], bytes]:
    """Saves of the question at that address, each other than the one before where the question allows it."""
    text = person.open("GET", where)[2]
    if 'name="step"' in text:  # a conversation: what was said cannot be said again
        path, _, number = where.rpartition("/")
        return _save_request(person, f"{path}/{int(number) + 1}")
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    names = dict.fromkeys(re.findall(r'name="(choice|choices|text|(?:row|gap|pair|place)-[0-9]+)"', text))
    values = iter(range(1, 10**9))

    def make() -> bytes:
        turn = next(values)
        answers = {name: 1 + (place + turn) % len(names) if name[:5] == "place" else turn % 2
                   for place, name in enumerate(names)}  # fmt: skip
        fields = {"csrf_token": found[1], "turn": turn, **answers}
        return post(where, urllib.parse.urlencode(fields), person.cookie, "X-Autosave: 1\r\n")

    return make


def directors_page(place: Place) -> list[Line]:
    with servers.ours(place.large) as server:
        director = Browser(server)
        director.sign_in("B 00000", data.PASSPHRASE)
        request = get(f"/establishments/{data.HOME}", director.cookie)
        mine = _best(server, [lambda: request] * CLIENTS, 600)
    size = mine.size / 1000
    return [
        Line("director's page, 500 staff x 4 courses", f"{mine.per_second:.0f}/s", "100/s", mine.per_second >= 100),
        Line("  its size", f"{size:.0f} kB", "under 100 kB", size < 100 and 200 in mine.statuses),
    ]


def sign_ins(place: Place) -> list[Line]:
    """500 people sign in, 16 at a time."""
    number, secret = place.account("learner")
    with servers.ours(place.demonstration) as server:
        makers = []
        for _ in range(16):
            browser = Browser(server)
            fields = {"number": number, "pin": secret, "csrf_token": browser.token("/sign-in")}
            request = post("/sign-in", urllib.parse.urlencode(fields), browser.cookie)
            makers.append(lambda request=request: request)
        outcome = run(server.address, makers, 500, 120)
    good = outcome.statuses.get(302, 0) == 500
    return [Line("500 sign-ins", f"{outcome.seconds:.1f} s", "60 s", good and outcome.seconds < 60)]


def first_visit(place: Place) -> list[Line]:
    from .painting import first_paint

    with servers.ours(place.demonstration) as server:
        paint = first_paint(server.port)
    if paint is None:
        return [Line("sign-in page, first visit", "left out: no Chromium")]
    return [
        Line("sign-in page, first visit", f"{paint.bytes / 1000:.1f} kB, {paint.requests} requests",
             "under 60 kB, 10 requests", paint.bytes < 60_000 and paint.requests <= 10),
        Line("  first paint, 4x CPU throttling", f"{paint.milliseconds:.0f} ms",
             "under 600 ms", paint.milliseconds < 600),
    ]  # fmt: skip


def start_and_memory(place: Place) -> list[Line]:
    with servers.ours(place.demonstration) as server:
        time.sleep(2)  # let the workers settle: this measures idleness
        memory = server.memory() / 1e6
        started = server.started
    return [
        Line("start to first page, data in place", f"{started:.1f} s", "under 3 s", started < 3),
        Line("memory, idle, all processes", f"{memory:.0f} MB", "under 150 MB", memory < 150),
    ]


def coming_back(place: Place) -> list[Line]:
    """The power comes back, and everybody opens their module in the same second."""
    with servers.ours(place.demonstration) as server:
        reader = Browser(server)
        reader.sign_in(*place.account("learner"))
        courses = _links(reader, "/courses")
        pages = [*courses, *(page for course in courses for page in _links(reader, course))]
    makers = [partial(get, pages[i % len(pages)], reader.cookie) for i in range(30)]
    with servers.ours(place.demonstration) as server:
        outcome = run(server.address, makers, len(makers))
        memory = server.memory() / 1e6
    slowest = outcome.percentile(1)
    return [
        Line("30 people at once, the server just started", f"the last after {slowest:.2f} s", "under 1 s",
             slowest < 1 and set(outcome.statuses) == {200}),
        Line("  memory then, all processes", f"{memory:.0f} MB"),
    ]  # fmt: skip


def _links(reader: Browser, path: str) -> list[str]:
    """The courses that the page of all courses links to, or the modules that a course's page links to."""
    return sorted(set(re.findall(rf'href="({path}/[a-z0-9-]+)"', reader.open("GET", path)[2])))


def reading_courses(place: Place) -> list[Line]:
    from anhnh_lms.content.check import check_folders
    from anhnh_lms.content.files import load_folder
    from anhnh_lms.content.reader import read_course

    folders = sorted(p.parent for p in (ROOT / "courses").glob("*/course.yml"))
    files = [load_folder(folder) for folder in folders]
    modules = sum(1 for course in files for path in course if path.endswith(".md"))
    read_course(min(files, key=len))  # what is imported at first use is not reading
    gc.collect()
    gc.freeze()  # nor is going through what the benchmark itself keeps
    started = time.process_time()  # it waits for nothing, and others may use the machine meanwhile
    for course in files:
        read_course(course)
    speed = modules / (time.process_time() - started)
    started = time.perf_counter()
    check_folders(folders)
    together = modules / (time.perf_counter() - started)
    size = sum(len(data) for course in files for path, data in course.items() if path.endswith(".md")) / modules / 1000
    return [
        Line(
            f"reading, checking, rendering {modules} files of {size:.0f} kB",
            f"{speed:.0f} files/s",
            "50 files/s",
            speed >= 50,
        ),
        Line("  the same by `anhnh check`, on all cores", f"{together:.0f} files/s", "50 files/s", together >= 50),
    ]


def rebuilding(place: Place) -> list[Line]:
    from .rebuild import measure

    entries, seconds = measure(place.folder / "rebuild", place.entries)
    return [Line(f"rebuilding views of {entries:,} entries", f"{entries / seconds:,.0f} entries/s", "stated")]
