"""New PINs and passphrases on slips of paper: made for a form, told once, changed at first use.

A form that is sent twice (a double click, the page loaded again) must not print a second PIN over the
first. So what stands on a slip follows from the form's own random id, the session that shows it and
the server's secret: sent again it gives the same slip and changes nothing. The id ends with the
session, and nobody without the secret can compute a PIN from it. Each request also carries what the
form saw of the credential, so an old form never replaces a newer PIN.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from ..db import db
from ..record.canonical import sha256
from ..record.log import Recorder, recording
from ..record.tables_of_views import PersonRow, RoleRow
from . import audit, credentials, naming, persons
from .access import User, drop_credentials, end_sessions, set_credential, tries_of
from .granting import stands_above
from .persons import NoSuchPerson, credentials_of, roles_of
from .roles import outranks
from .tables import CredentialRow, TriesRow

BATCH = 30  # slips at a time: hashing takes about 20 ms each, and so many are cut and given out in one go


@dataclass(frozen=True, slots=True)
class Request:
    """A slip that a form asks for. `seen`: `fingerprint` of the credential when the form was shown."""

    person: str
    kind: str  # "pin" or "passphrase"
    seen: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed, once."""

    person: str
    staff_number: str
    name_latin: str
    name_arabic: str
    language: str
    kind: str
    text: str

    def name_in(self, lang: str) -> str:
        """The name in the letters of that language, else in the others."""
        return naming.shown(lang, self.name_latin, self.name_arabic)


@dataclass(frozen=True, slots=True)
class Made:
    """The slips, and the ids of those for whom none was made: changed meanwhile, or more powerful."""

    slips: tuple[Slip, ...]
    stale: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def kind_for(person: str) -> str:
    """What a person's first slip shows: a passphrase for whoever holds a role, a PIN for the others."""
    return "passphrase" if roles_of(person) else "pin"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits for a slip, by name: those whose slip one may print, and how many others there are."""

    mine: tuple[persons.Listed, ...]
    others: int


def waiting(by: User, home: str, country: str) -> dict[str, Waiting]:
    """Who works there and has no slip yet ("none"), or one that was printed and not used ("slip")."""
    holders = set(db.session.execute(select(RoleRow.person)).scalars())
    found: dict[str, list[persons.Listed]] = {"none": [], "slip": []}
    for one in persons.staff_list(home, country):
        if one.credential != "set":
            found[one.credential or "none"].append(one)
    mine = {
        state: tuple(p for p in some if p.id != by.id and (p.id not in holders or may_reset(by, p.id)))
        for state, some in found.items()
    }
    return {state: Waiting(mine[state], len(some) - len(mine[state])) for state, some in found.items()}


def fingerprint(secret: bytes, person: str, kind: str) -> str:
    """Changes whenever the credential does; tells nothing about it."""
    row = db.session.get(CredentialRow, (person, kind))
    return _mark(secret, row.hash if row else "")


def _mark(secret: bytes, kept: str) -> str:
    return hmac.digest(secret, f"seen/{kept}".encode(), "sha256").hex()[:16]


def may_reset(by: User, person: str) -> bool:
    """Nobody resets more power than their own, nor their own credential, which they change instead.

    The first slip resets nothing: while no passphrase was chosen, whoever may give a role may print it.
    Afterwards such a role must be taken away first, and given again, which the record shows."""
    if person == by.id:
        return False
    theirs = roles_of(person)
    if outranks(by.held, theirs):
        return True
    return stands_above(by, theirs) and credentials_of(person).get("passphrase") != "set"


def make(
    secret: bytes, by: User, home: str, country: str, requests: Sequence[Request], form: str, session: str
) -> Made:
    """Give these people of one home new credentials, at most BATCH, and return their slips.

    Sent again with the same `form` and `session`, the same slips, and nothing changes. Hashing stands
    outside the transaction. A new credential ends the person's sessions and waits; a PIN for somebody
    without a role also ends an old passphrase. Raises NoSuchPerson if one of them is not of that home."""
    if len(requests) > BATCH:
        raise ValueError(f"more than {BATCH} slips at once")
    key = hmac.digest(secret, f"slips/{form}/{sha256(session)}".encode(), "sha256")
    wanted = [(request, _person(home, country, request.person)) for request in requests]
    refused = tuple(row.id for request, row in wanted if not may_reset(by, row.id))
    allowed = [(request, row) for request, row in wanted if row.id not in refused]
    made, stale = _once(secret, by, key, allowed)
    twice = [(r, row) for r, row in allowed if r.person in stale and _made_meanwhile(secret, key, r)]
    if twice:
        again, _ = _once(secret, by, key, twice)
        made = [slip for r, _ in allowed for slip in (*made, *again) if slip.person == r.person]
        stale = tuple(person for person in stale if person not in {slip.person for slip in again})
    return Made(tuple(made), stale, refused)


def _made_meanwhile(secret: bytes, key: bytes, request: Request) -> bool:
    """Whether this very form, sent a second time while we were hashing, has given the person this slip."""
    row = db.session.get(CredentialRow, (request.person, request.kind))
    text, kept = credentials.clean(_text(key, request.person, request.kind))[1], row.hash if row else ""
    db.session.rollback()
    return bool(kept) and credentials.fits(secret, request.person, text, kept)


def _once(
    secret: bytes, by: User, key: bytes, wanted: Sequence[tuple[Request, PersonRow]]
) -> tuple[list[Slip], tuple[str, ...]]:
    """The slips that stand now, and for whom the credential is another than the form or the hashing saw."""
    drafts = [_draft(secret, key, request, row) for request, row in wanted]
    db.session.rollback()
    hashed = {slip.person: _hashed(secret, request, slip, kept) for request, slip, kept in drafts}
    with recording() as record:
        keep = [(slip.person, _keep(record, secret, by, asked, slip, hashed[slip.person])) for asked, slip, _ in drafts]
    stale = tuple(person for person, kept in keep if not kept)
    return [slip for _, slip, _ in drafts if slip.person not in stale], stale


def _person(home: str, country: str, person: str) -> PersonRow:
    row = db.session.get(PersonRow, person)
    if row is None or not row.active or row.establishment != home or row.country != country:
        raise NoSuchPerson(person)
    return row


def _draft(secret: bytes, key: bytes, request: Request, row: PersonRow) -> tuple[Request, Slip, str]:
    kept = db.session.execute(
        select(CredentialRow.hash).where(CredentialRow.person == row.id, CredentialRow.kind == request.kind)
    ).scalar()
    text = _text(key, row.id, request.kind)
    slip = Slip(row.id, row.staff_number, row.name_latin, row.name_arabic, row.language, request.kind, text)
    return request, slip, kept or ""


def _hashed(secret: bytes, request: Request, slip: Slip, kept: str) -> str:
    """The hash to keep: the present one if this very slip was made before (the form was sent again), "" if
    the credential is not the one that the form saw, or if chance drew the same PIN again: a new slip never
    repeats the one before."""
    text, as_seen = credentials.clean(slip.text)[1], _mark(secret, kept) == request.seen
    if kept and credentials.fits(secret, slip.person, text, kept):
        return "" if as_seen else kept
    return credentials.hash_credential(secret, slip.person, text) if as_seen else ""


def _keep(record: Recorder, secret: bytes, by: User, request: Request, slip: Slip, new: str) -> bool:
    """Store a new credential if nothing changed since it was hashed, and note that it was given."""
    row = db.session.get(CredentialRow, (slip.person, slip.kind))
    now = row.hash if row else ""
    if not new or not may_reset(by, slip.person):
        return False
    if now == new:
        return row is not None and row.state == "slip"
    person = db.session.get(PersonRow, slip.person)
    if _mark(secret, now) != request.seen or person is None or not person.active:
        return False
    set_credential(slip.person, slip.kind, new, "slip")
    what = f"{'new' if row else 'first'}-{slip.kind}"
    audit.acted(record, what, person.establishment, person.country, by.id, slip.person)
    if slip.kind == "pin" and not roles_of(slip.person):
        drop_credentials(slip.person, ("passphrase",))
    end_sessions(slip.person)
    db.session.execute(delete(TriesRow).where(TriesRow.person == tries_of(secret, person.staff_key)))
    return True


# -- what stands on a slip ----------------------------------------------------------------------------


def _text(key: bytes, person: str, kind: str) -> str:
    """A PIN that is not common, or a passphrase of 80 bits in four groups of four characters: of the form
    of `credentials.new_passphrase`, but following from `key`."""
    bits = _bits(key, person, kind)
    if kind == "passphrase":
        letters = "".join(credentials.ALPHABET[next(bits) % 32] for _ in range(16))
        return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
    while credentials.too_common(pin := f"{next(bits) % 10**credentials.PIN_DIGITS:06}"):
        pass
    return pin


def _bits(key: bytes, person: str, kind: str) -> Iterator[int]:
    """Endless 64-bit numbers; taken modulo a million they favour no PIN by more than 1 in 10^13."""
    count = 0
    while True:
        digest = hmac.digest(key, f"{person}/{kind}/{count}".encode(), "sha256")
        yield from (int.from_bytes(digest[i : i + 8], "big") for i in range(0, 32, 8))
        count += 1
