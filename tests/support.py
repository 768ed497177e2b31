"""What tests share besides fixtures: who is set up, registering people, forms, the programs they need."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from anhnh_lms.db import db
from anhnh_lms.people import access, credentials
from anhnh_lms.people.founding import Founding, found
from anhnh_lms.people.places import describe
from anhnh_lms.record.log import Fact, recording, stream_of
from anhnh_lms.record.secrets import fixed_secrets

SECRETS = fixed_secrets("tests")
PIN = "483026"  # of everybody that `People` registers
PASSPHRASE = "four quiet words here"  # of everybody who holds a role
HOST_NAME = "lms.prison.test"  # what the browser takes for this machine: a LAN name, plain HTTP


# -- programs of the machine ------------------------------------------------------------------------


def program(*names: str) -> str:
    """Where the first of these programs is, or ""."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin")]
    for name in names:
        if found := shutil.which(name):
            return found
        for folder in folders:
            if (folder / name).exists():
                return str(folder / name)
    return ""


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that need a program of the machine."""

    marker: str
    programs: tuple[str, ...]  # one of them is enough
    wanted: str
    library: str = ""  # and this one too

    def present(self) -> str:
        if self.library and not find_library(self.library):
            return ""
        return program(*self.programs)


GROUPS = (
    Group("browser", ("chromium", "chromium-browser", "google-chrome"), "Chromium and libatomic", library="atomic"),
    Group("postgres", ("initdb",), "a PostgreSQL server"),
    Group("systemd", ("systemd-analyze",), "systemd"),
    Group("poppler", ("pdftotext",), "pdftotext (poppler-utils)"),
)
LEFT_OUT = "left out: "


# -- people -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Founded:
    """The server that the fixture `founded` set up, and how its administrator signs in."""

    code: str
    country: str
    administrator: str
    number: str
    passphrase: str


@dataclass(frozen=True, slots=True)
class Member:
    """A registered member of staff who can sign in with PIN (and PASSPHRASE, with a role)."""

    id: str
    number: str
    home: str


@lru_cache(maxsize=4096)
def hashed(person: str, secret: str) -> str:
    """The hash of a credential, computed once in a run."""
    return credentials.hash_credential(SECRETS.pins, person, credentials.clean(secret)[1])


@dataclass
class People:
    """Registers members of staff. Ids follow from a count, so that hashes are computed once in a run."""

    app: Flask
    home: str
    country: str
    _count: Iterator[int] = field(default_factory=lambda: count(1))

    def register(
        self, function: str = "guard", role: str = "", *, home: str | None = None, scope: str = "",
        name_latin: str = "", name_arabic: str = "", language: str = "en", slip: bool = False,
    ) -> Member:  # fmt: skip
        """A new member of staff of `home` (default: the founded establishment; "" for national staff).
        `role` is held in `scope` (default: the home, else the country). With `slip` the PIN or
        passphrase must be changed at the first sign-in."""
        n = next(self._count)
        person = hashlib.sha256(f"person/{n}".encode()).hexdigest()[:32]
        home = self.home if home is None else home
        number = f"T-{n:04}"
        body = {"establishment": home, "function": function, "language": language, "sex": "f" if n % 2 else "m"}
        sealed = {"name_latin": name_latin or f"Person {n}", "name_arabic": name_arabic or f"شخص {n}",
                  "staff_number": number}  # fmt: skip
        facts = [Fact("person.registered", stream_of(home), self.country, body, sealed, person=person)]
        if role:
            scope = scope or (f"establishment/{home}" if home else f"country/{self.country}")
            facts.append(
                Fact("role.granted", stream_of(home), self.country, {"role": role, "scope": scope}, person=person)
            )
        kinds = {"pin": PIN, "passphrase": PASSPHRASE} if role else {"pin": PIN}
        hashes = {kind: hashed(person, secret) for kind, secret in kinds.items()}
        with self._context(), recording() as record:
            record.append(*facts)
            for kind, text in hashes.items():
                access.set_credential(person, kind, text, "slip" if slip else "set")
        return Member(person, number, home)

    @contextmanager
    def _context(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.rollback()


def found_nation(app: Flask) -> People:
    """Set the server up for Morocco, with MA-1 and MA-2, administered by N-0001; registers people, of MA-1
    unless told otherwise. Needs an open context."""
    wish = Founding("MA", "", national=True, staff_number="N-0001", name_latin="Nadia Tazi", language="en")
    head = found(SECRETS.pins, "key", wish, PASSPHRASE)
    for code in ("MA-1", "MA-2"):
        describe(code, "MA", {"name": f"Prison {code}", "timezone": "Africa/Casablanca"}, head)
    return People(app, "MA-1", "MA")


# -- forms ----------------------------------------------------------------------------------------------


class Browser(FlaskClient):
    """Flask's test client, whose every request has a context of its own, as on a real server; else a
    test that holds the application's context open would share its `g` with all its requests."""

    def open(self, *args: Any, **values: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **values)


_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def csrf(client: FlaskClient, page: str = "/sign-in") -> str:
    """The token that a form of that page carries."""
    response = client.get(page, follow_redirects=True)
    found = _TOKEN.search(response.text)
    assert found, f"{page} answered {response.status} and holds no form"
    return found[1]


def post(
    client: FlaskClient, path: str, form: Mapping[str, object] | None = None, *, page: str | None = None,
    follow: bool = False,
) -> TestResponse:  # fmt: skip
    """Send a form as its page would: with the token that `page` (default: the path itself) carries."""
    data = {"csrf_token": csrf(client, page or path), **(form or {})}
    return client.post(path, data=data, follow_redirects=follow)


def sign_in(client: FlaskClient, number: str, secret: str = PIN) -> TestResponse:
    """Sign in on the page, as a person does. Whoever was signed in is signed out first."""
    client.delete_cookie("s")
    response = post(client, "/sign-in", {"number": number, "pin": secret})
    assert response.status_code == 302, f"{number} could not sign in: {response.status}"
    return response
