"""Setting up a server: its identity, the establishment or the national administration, its first
administrator. Done once, by whoever can read the one-time code on the console."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import current_app

from ..db import unit_of_work
from ..record import server
from ..record.fold_person import western_digits
from ..record.log import Fact, Recorder, new_id, stream_of
from . import access, credentials
from .places import described

CODE_FILE = "setup-code"


class AlreadyFounded(RuntimeError):
    """The server has an identity already."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What the first page asks. `establishment` is empty for a national server."""

    country: str
    code: str
    establishment: Mapping[str, str] = field(default_factory=dict)
    national: bool = False
    staff_number: str = ""
    name_latin: str = ""
    name_arabic: str = ""
    language: str = "fr"


def setup_code(folder: Path) -> str:
    """The one-time code that the console shows, so that nobody else on the network claims the server."""
    path = folder / CODE_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(credentials.new_passphrase()[:9], encoding="ascii")
    return path.read_text(encoding="ascii")


def code_fits(folder: Path, typed: str) -> bool:
    plain = western_digits(typed).strip().lower().replace("-", "").replace(" ", "")
    return hmac.compare_digest(plain.encode(), setup_code(folder).replace("-", "").encode())


def found(secret: bytes, signing_key: str, wish: Founding, passphrase: str) -> str:
    """Set the server up. Returns the administrator's person id. Raises AlreadyFounded."""
    person = new_id()
    hashed = credentials.hash_credential(secret, person, credentials.clean(passphrase)[1])
    scope = wish.country if wish.national else wish.code
    me = server.Identity(scope, wish.country, scope)
    with server_being_founded(me, signing_key) as record:
        _first_person(record, wish, person)
        access.set_credential(person, "passphrase", hashed, "set")
    return person


@contextmanager
def server_being_founded(me: server.Identity, signing_key: str, at: str = "") -> Iterator[Recorder]:
    """A recording that begins with `server.founded`; for `found` and for the demonstration."""
    if server.identity() is not None:
        raise AlreadyFounded
    try:
        with unit_of_work():
            if server.identity() is not None:
                raise AlreadyFounded  # by the same form, sent twice
            server.keep_identity(me)
            record = Recorder()
            record.append(replace(founded(me, signing_key), at=at))
            record.views()
            yield record
            record.finish()
    except BaseException:
        current_app.extensions.pop("identity", None)  # it never was
        raise


def founded(me: server.Identity, signing_key: str) -> Fact:
    return Fact("server.founded", "country", me.country, {
        "code": me.code, "country": me.country, "incarnation": me.incarnation, "scope": me.scope,
        "key": signing_key,
    })  # fmt: skip


def _first_person(record: Recorder, wish: Founding, person: str) -> None:
    home = "" if wish.national else wish.code
    if home:
        described(record, home, wish.country, wish.establishment, person)
    scope = f"establishment/{home}" if home else f"country/{wish.country}"
    sealed = {"staff_number": wish.staff_number, "name_latin": wish.name_latin, "name_arabic": wish.name_arabic}
    record.append(
        Fact("person.registered", stream_of(home), wish.country,
             {"establishment": home, "function": "administration", "language": wish.language},
             {k: v for k, v in sealed.items() if v}, person=person, actor=person),
        Fact("role.granted", stream_of(home), wish.country,
             {"role": "server-administrator", "scope": scope}, person=person, actor=person),
    )  # fmt: skip


def begin_incarnation(signing_key: str) -> server.Identity:
    """Go on as a new incarnation, after a restore or on a copied disk."""
    me = server.own().reborn()
    with unit_of_work():
        server.keep_identity(me)
        record = Recorder()
        record.append(founded(me, signing_key))
        record.finish()
    return me
