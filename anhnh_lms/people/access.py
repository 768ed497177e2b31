"""Signing in and out: the waits, the sessions, who the person of a request is.

Nothing here tells whether a staff number exists: an unknown number is hashed, counted and made to
wait like a known one. Waits are per person and PC, with a looser ceiling per person over all PCs.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from .. import clock
from ..db import db, rows, unit_of_work
from ..record.canonical import sha256
from ..record.fold_person import staff_key
from ..record.tables_of_views import EstablishmentRow, PersonRow, RoleRow
from . import credentials, naming, waits
from .places import LOCK_MINUTES, SEVERAL, TEST_LOCK_MINUTES
from .roles import Place, Power, may
from .tables import CredentialRow, HeldRow, SessionRow, TriesRow

FREE_TRIES = 4  # on one PC, before waits begin
FREE_TRIES_EVERYWHERE = 20
ONE_PC = waits.Allowance("sign-in", 40, 60)  # wrong tries at all staff numbers together
NUMBER_TYPED = 200  # characters of a staff number that are looked at
NOBODY = "nobody"


class TooManyTries(Exception):
    """The next try must wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class WrongCredential(Exception):
    """Number and PIN do not go together (or there is no such number: it is not said which)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the token for the cookie, and whether the credential came from a slip."""

    token: str
    person: str
    level: str
    must_change: bool
    elsewhere: int = 0  # sessions of the same person on other PCs, which this sign-in ended
    language: str = ""  # the person's, where something is to be said about `elsewhere`


@dataclass(frozen=True)
class User:
    """The person of a request, with the powers of the way they signed in."""

    id: str
    name_latin: str
    name_arabic: str
    staff_number: str
    function: str
    language: str
    country: str
    home: str  # establishment's code, "" for a national administration's staff
    home_name: str
    home_name_ar: str
    timezone: str
    region: str
    level: str
    must_change: bool
    locked: bool = False  # the page was locked: the PIN comes first
    lock_minutes: int = LOCK_MINUTES  # without activity, until it is
    test_lock_minutes: int = TEST_LOCK_MINUTES  # the same during a test
    roles: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def held(self) -> tuple[tuple[str, str], ...]:
        """The roles that count now: a PIN gives a learner's powers only."""
        return self.roles if self.level == "passphrase" else ()

    def may(self, power: Power, place: Place | None = None) -> bool:
        return power is Power.LEARN or may(self.held, power, place)

    def name_in(self, lang: str) -> str:
        """The name in the letters of that language, else in the others."""
        return naming.shown(lang, self.name_latin, self.name_arabic)


def sign_in(secret: bytes, number: str, typed: str, pc: str) -> SignedIn:
    """A session for the person with that staff number and PIN or passphrase.

    Raises WrongCredential or TooManyTries, and both look the same for a number that does not exist.
    The hash is computed outside any transaction."""
    kind, text = credentials.clean(typed[: credentials.PASSPHRASE_LIMIT + 1])  # one more: it fits nothing
    key = staff_key(number[:NUMBER_TYPED])[:60]
    who = tries_of(secret, key)
    if wait := _wait(who, pc) or ONE_PC.seconds_to_wait(pc):
        raise TooManyTries(wait)
    person, kept, state = _candidate(key, kind)
    right = credentials.fits(secret, person, text, kept or _decoy(secret))
    if not (right and kept):
        with unit_of_work():
            _count_wrong(who, pc)
            ONE_PC.note_wrong(pc)
        raise WrongCredential
    token = secrets.token_urlsafe(32)
    with unit_of_work():
        # the credential may have been reset, or a wait begun, while we were hashing
        still = db.session.get(CredentialRow, (person, kind))
        if still is None or still.hash != kept or _wait(who, pc):
            raise WrongCredential
        db.session.execute(delete(TriesRow).where(TriesRow.person == who, TriesRow.pc.in_(("", pc))))
        elsewhere = _end_others(person)
        language = _language_of(person) if elsewhere else ""
        db.session.execute(
            insert(SessionRow).values(
                token=sha256(token), person=person, level=kind, started_at=clock.stamp(), locked=0, ended=""
            )
        )
    return SignedIn(token, person, kind, state == "slip", elsewhere, language)


def _language_of(person: str) -> str:
    return db.session.execute(select(PersonRow.language).where(PersonRow.id == person)).scalar() or ""


def _end_others(person: str) -> int:
    """One session a person, unless their establishment allows several: end the others. What is left of those
    that ended before goes. Returns how many were ended. Stands in a unit of work."""
    drop_sessions(person, SessionRow.ended != "")
    home = select(EstablishmentRow.sessions).join(PersonRow, PersonRow.establishment == EstablishmentRow.code)
    if db.session.execute(home.where(PersonRow.id == person)).scalar() == SEVERAL:
        return 0
    others = list(db.session.execute(select(SessionRow).where(SessionRow.person == person)).scalars())
    for row in others:
        row.ended = clock.stamp()
    return len(others)


def tries_of(secret: bytes, key: str) -> str:
    """The name under which wrong tries at a staff number (its `staff_key`) are counted: a keyed hash, so
    that the table names nobody and numbers that do not exist are counted alike."""
    return hmac.digest(secret, f"tries/{key[:60]}".encode(), "sha256").hex()


def _candidate(key: str, kind: str) -> tuple[str, str, str]:
    """(person, hash, state) of the active person with that number; a decoy if there is none."""
    row = db.session.execute(
        select(PersonRow.id, CredentialRow.hash, CredentialRow.state)
        .join(CredentialRow, (CredentialRow.person == PersonRow.id) & (CredentialRow.kind == kind))
        .where(PersonRow.staff_key == key, PersonRow.staff_key != "", PersonRow.active == 1)
        .order_by(PersonRow.id)
    ).first()
    db.session.rollback()
    return (row[0], row[1], row[2]) if row else (NOBODY, "", "")


_decoys: dict[bytes, str] = {}


def _decoy(secret: bytes) -> str:
    """A hash that nothing fits, to spend the same time on."""
    if secret not in _decoys:
        _decoys[secret] = credentials.hash_credential(secret, NOBODY, secrets.token_hex(16))
    return _decoys[secret]


def _wait(who: str, pc: str) -> int:
    """Seconds to wait before the next try; 0 for none."""
    return waits.seconds_to_wait(who, "", pc)


def _count_wrong(who: str, pc: str) -> None:
    waits.note_wrong(who, pc, FREE_TRIES)
    waits.note_wrong(who, "", FREE_TRIES_EVERYWHERE)


def sign_out(token: str) -> None:
    """End the session. Nothing happens if it has ended already."""
    with unit_of_work():
        for table in (HeldRow, SessionRow):
            db.session.execute(delete(table).where(table.token == sha256(token)))


def end_sessions(person: str, but: str = "") -> None:
    """End every session of a person, except the one of the token `but`. Stands in a unit of work."""
    drop_sessions(person, SessionRow.token != (sha256(but) if but else ""))


def drop_sessions(person: str, *which: Any) -> None:
    """Delete those of the person's sessions, and the forms that they held. Stands in a unit of work."""
    tokens = select(SessionRow.token).where(SessionRow.person == person, *which)
    db.session.execute(delete(HeldRow).where(HeldRow.token.in_(tokens)))
    db.session.execute(delete(SessionRow).where(SessionRow.person == person, *which))


def ended_elsewhere(token: str) -> str:
    """When the session of that token ended because the person signed in on another PC; "" if it did not."""
    return db.session.execute(select(SessionRow.ended).where(SessionRow.token == sha256(token))).scalar() or ""


def _user_statement() -> Any:
    p, e = PersonRow, EstablishmentRow
    with_credential = (CredentialRow.person == SessionRow.person) & (CredentialRow.kind == SessionRow.level)
    return (
        select(
            p.id, p.name_latin, p.name_arabic, p.staff_number, p.function, p.language, p.country,
            p.establishment, e.name, e.name_ar, e.timezone, e.region, e.lock_minutes, e.test_lock_minutes,
            SessionRow.level, SessionRow.locked, CredentialRow.state,
        )
        .join(p, p.id == SessionRow.person)
        .outerjoin(e, e.code == p.establishment)
        .outerjoin(CredentialRow, with_credential)
        .where(SessionRow.token == bindparam("token"), SessionRow.ended == "", p.active == 1)
    )  # fmt: skip


_USER = _user_statement()
_ROLES = select(RoleRow.role, RoleRow.scope).where(RoleRow.person == bindparam("person"))


def user_of(token: str) -> User | None:
    """Who is signed in with that token, or None. One read, two with a passphrase."""
    row = rows(_USER, token=sha256(token)).first()
    if row is None:
        return None
    roles: tuple[tuple[str, str], ...] = ()
    if row.level == "passphrase":
        roles = tuple((r, s) for r, s in rows(_ROLES, person=row.id))
    return User(
        id=row.id, name_latin=row.name_latin, name_arabic=row.name_arabic, staff_number=row.staff_number,
        function=row.function, language=row.language, country=row.country, home=row.establishment,
        home_name=row.name or "", home_name_ar=row.name_ar or "", timezone=row.timezone or "UTC",
        region=row.region or "", level=row.level, must_change=row.state == "slip", locked=bool(row.locked),
        lock_minutes=int(row.lock_minutes or LOCK_MINUTES),
        test_lock_minutes=int(row.test_lock_minutes or TEST_LOCK_MINUTES), roles=roles,
    )  # fmt: skip


LATELY = 5.0  # seconds
_lately: OrderedDict[str, tuple[float, User | None]] = OrderedDict()


def user_lately(token: str) -> User | None:
    """Who was signed in with that token at most 5 seconds ago: only for a request whose statement asks
    itself whether the session still stands (`learning.quicksave`)."""
    now = clock.monotonic()
    at, user = _lately.get(token, (-LATELY, None))
    if now - at >= LATELY or user is None:
        user = user_of(token)
        _lately[token] = (now, user)
        while len(_lately) > 1000:
            _lately.popitem(last=False)
    return user


def set_credential(person: str, kind: str, hashed: str, state: str) -> None:
    """Keep a new hash. Stands in a unit of work."""
    row = db.session.get(CredentialRow, (person, kind))
    if row:
        row.hash, row.state, row.set_at = hashed, state, clock.stamp()
    else:
        db.session.add(CredentialRow(person=person, kind=kind, hash=hashed, state=state, set_at=clock.stamp()))


def drop_credentials(person: str, kinds: tuple[str, ...] = ("pin", "passphrase")) -> None:
    """Take credentials away, for instance of a person who left. Stands in a unit of work."""
    db.session.execute(delete(CredentialRow).where(CredentialRow.person == person, CredentialRow.kind.in_(kinds)))


def change_own(secret: bytes, user: User, token: str, new: str) -> None:
    """Replace the credential that the person signed in with; their other sessions end.
    The caller has checked that it is allowed (`credential_problem`)."""
    kind, text = credentials.clean(new)
    hashed = credentials.hash_credential(secret, user.id, text)
    with unit_of_work():
        set_credential(user.id, kind, hashed, "set")
        end_sessions(user.id, but=token)


def confirm(secret: bytes, user: User, typed: str, pc: str) -> None:
    """Go on only if `typed` is what the person signed in with. Wrong tries are counted with those at the
    sign-in: who finds a PC left open must not find out the PIN. Raises WrongCredential or TooManyTries."""
    who = tries_of(secret, staff_key(user.staff_number))
    if wait := _wait(who, pc):
        raise TooManyTries(wait)
    if is_own(secret, user.id, user.level, typed):
        if wait := _wait(who, pc):  # many tries at once: the others were wrong while this one was hashed
            raise TooManyTries(wait)
        return
    with unit_of_work():
        _count_wrong(who, pc)
    raise WrongCredential


def is_own(secret: bytes, person: str, kind: str, typed: str) -> bool:
    """Whether `typed` is the person's present credential of that kind."""
    row = db.session.get(CredentialRow, (person, kind))
    kept = row.hash if row else ""
    db.session.rollback()
    return bool(kept) and fits_kind(secret, person, kind, typed, kept)


def fits_kind(secret: bytes, person: str, kind: str, typed: str, kept: str) -> bool:
    got, text = credentials.clean(typed[: credentials.PASSPHRASE_LIMIT + 1])
    return got == kind and credentials.fits(secret, person, text, kept)


def credential_problem(new: str, wanted: str, about: Sequence[str] = ()) -> str:
    """Why a new PIN or passphrase (`wanted` kind) may not be taken: "" (it may), "digits", "common", "short",
    "long", "guessable". `about` is what others know of the person: number, names, establishment."""
    kind, text = credentials.clean(new[: credentials.PASSPHRASE_LIMIT + 1])
    if wanted == "pin":
        if kind != "pin":
            return "digits"
        return "common" if credentials.too_common(text) or any(text in staff_key(word) for word in about) else ""
    if len(new) > credentials.PASSPHRASE_LIMIT:
        return "long"
    if len(text) < credentials.PASSPHRASE_LENGTH:
        return "short"
    return "guessable" if credentials.guessable(text, about) else ""


def known_of(user: User) -> tuple[str, ...]:
    """What others know of the person, and what may therefore be no PIN and make no passphrase."""
    return user.staff_number, user.name_latin, user.name_arabic, user.home_name, user.home_name_ar, user.home


def holds(person: str, power: Power, place: Place | None) -> bool:
    """Whether the person would have the power after signing in with the passphrase."""
    found = db.session.execute(select(RoleRow.role, RoleRow.scope).where(RoleRow.person == person))
    return may([(r, s) for r, s in found], power, place)
