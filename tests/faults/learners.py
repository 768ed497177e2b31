"""Learners who work over HTTP as browsers do, and remember what the server told them was saved."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import random
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ATTEMPT = re.compile(r"/attempts/([0-9a-f]{32})/\d+")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Answer:
    status: int
    text: str
    location: str = ""


@dataclass
class Learner:
    """One browser: its cookies, and what it was promised."""

    url: str
    number: str
    pin: str
    tried: dict[tuple[str, int], dict[int, str]] = field(default_factory=dict)  # (attempt, number) -> turn -> words
    saved: dict[tuple[str, int], int] = field(default_factory=dict)  # the last turn that the server called saved
    handed_in: set[str] = field(default_factory=set)
    attempt: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(_Stay, jar)

    def ask(self, path: str, form: dict[str, str] | None = None, script: bool = False) -> Answer:
        """One request. Raises OSError when the server is away."""
        data = urllib.parse.urlencode({"csrf_token": self.token, **form}).encode() if form is not None else None
        request = urllib.request.Request(self.url + path, data=data)
        if script:
            request.add_header("X-Autosave", "1")
        try:
            with self._opener.open(request, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), error.headers.get("Location", ""))

    def read_token(self, path: str) -> str:
        answer = self.ask(path)
        found = TOKEN.search(answer.text)
        assert found, f"{path}: {answer.status}"
        self.token = found[1]
        return answer.text

    def sign_in(self) -> None:
        self.read_token("/sign-in")
        answer = self.ask("/sign-in", {"number": self.number, "pin": self.pin})
        assert answer.status == 302, answer.text
        self.read_token("/courses")

    def begin(self, slug: str, quiz: str) -> bool:
        """Start an attempt, or go on with the open one. False if the server would not."""
        answer = self.ask(f"/courses/{slug}/quiz/{quiz}", {})
        found = ATTEMPT.match(answer.location)
        if found:
            self.attempt = found[1]
        return bool(found)

    def type(self, number: int, words: str) -> bool:
        """Save as a page's script does. What the server calls saved is remembered."""
        tried = self.tried.setdefault((self.attempt, number), {})
        turn = len(tried) + 1
        tried[turn] = words
        answer = self.ask(f"/attempts/{self.attempt}/{number}", {"text": words, "turn": str(turn)}, script=True)
        if answer.status != 200 or not json.loads(answer.text).get("saved"):
            return False
        self.saved[self.attempt, number] = turn
        return True

    def finish(self) -> bool:
        answer = self.ask(f"/attempts/{self.attempt}/hand-in", {})
        done = answer.status == 302 and answer.location.endswith("/result")
        if done:
            self.handed_in.add(self.attempt)
        return done


@dataclass
class Crowd:
    """Learners who type and hand in, each in a thread, until told to stop or until the server is away."""

    learners: list[Learner]
    slug: str
    quiz: str
    fields: tuple[int, ...]  # the numbers of the questions that are answered with words
    seed: int = 0
    problems: list[str] = field(default_factory=list)

    def work(self, stop: threading.Event) -> None:
        threads = [
            threading.Thread(target=self._one, args=(learner, random.Random(f"{self.seed}/{n}"), stop), daemon=True)
            for n, learner in enumerate(self.learners)
        ]
        self.seed += 1
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one(self, learner: Learner, chance: random.Random, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                if not learner.attempt and not learner.begin(self.slug, self.quiz):
                    return
                for _ in range(chance.randint(1, 12)):
                    words = f"{chance.choice(['Gao', 'Kayes', 'سلا', 'Zinder'])} {chance.randint(0, 10**6)}"
                    learner.type(chance.choice(self.fields), words)
                if chance.random() < 0.5 and learner.finish():
                    learner.attempt = ""
        except (OSError, http.client.HTTPException):
            return  # the power is gone
        except Exception as problem:
            self.problems.append(f"{learner.number}: {problem!r}")
