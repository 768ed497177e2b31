"""Finding members of staff. Queries only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from ..db import db
from ..record.fold_person import staff_key
from ..record.tables_of_views import AliasRow, PersonRow, RoleRow
from . import naming
from .access import User
from .naming import folded
from .places import establishment, timezone_of
from .roles import Place, scope_covers
from .tables import CredentialRow

Role = tuple[str, str]  # (role, scope)


class NoSuchPerson(LookupError):
    """Nobody with that id belongs to that establishment."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the staff list. `credential` is "" (none), "slip" (printed, not used yet) or "set"."""

    id: str
    staff_number: str
    name_latin: str
    name_arabic: str
    function: str
    active: bool
    credential: str

    def name_in(self, lang: str) -> str:
        return name_in(self, lang)


def name_in(person: PersonRow | Listed, lang: str) -> str:
    """The name in the letters of that language, else in the others, else the number."""
    return naming.shown(lang, person.name_latin, person.name_arabic, person.staff_number)


def person_of(home: str, country: str, person: str) -> PersonRow:
    """The person with that id at that home ("": the country's own staff), forgotten ones not.
    Raises NoSuchPerson."""
    row = db.session.get(PersonRow, person)
    if row is None or row.establishment != home or row.country != country or row.erased:
        raise NoSuchPerson(person)
    return row


def is_known(person: str) -> bool:
    """Whether the id is taken, also by somebody forgotten or joined with another."""
    return db.session.get(PersonRow, person) is not None or db.session.get(AliasRow, person) is not None


def with_number(country: str, number: str) -> PersonRow | None:
    """Who has that staff number in the country, whether they work or left."""
    found = with_keys(country, [staff_key(number)])
    return next(iter(found.values()), None)


def with_keys(country: str, keys: Iterable[str]) -> dict[str, PersonRow]:
    """Compared staff number -> who has it in the country."""
    wanted = sorted({key for key in keys if key})
    found: dict[str, PersonRow] = {}
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(PersonRow)
            .where(PersonRow.staff_key.in_(wanted[start : start + 500]), PersonRow.country == country)
            .order_by(PersonRow.active, PersonRow.id.desc())
        ).scalars()
        found.update({row.staff_key: row for row in rows})
    return found


def names(persons: Iterable[str], lang: str) -> dict[str, str]:
    """id -> name, for those who are known and not forgotten."""
    rows = db.session.execute(
        select(PersonRow).where(PersonRow.id.in_(sorted(set(persons))), PersonRow.erased == 0)
    ).scalars()
    return {row.id: name_in(row, lang) for row in rows}


def called(persons: Iterable[str], lang: str) -> dict[str, tuple[str, str]]:
    """id -> (name, staff number), for those who are known and not forgotten."""
    wanted = sorted(set(persons) - {""})
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(wanted), 500):
        query = select(PersonRow).where(PersonRow.id.in_(wanted[start : start + 500]), PersonRow.erased == 0)
        found |= {p.id: (name_in(p, lang), p.staff_number) for p in db.session.execute(query).scalars()}
    return found


def ids_of_number(number: str) -> tuple[str, ...]:
    """Every id of whoever has that staff number, in whichever country; none for a number that nobody has."""
    key = staff_key(number)
    if not key:
        return ()
    query = select(PersonRow.id).where(PersonRow.staff_key == key, PersonRow.erased == 0).order_by(PersonRow.id)
    return tuple(known for person in db.session.execute(query).scalars().all() for known in every_id(person))


def as_user(person: str) -> User | None:
    """Somebody who is not signed in, for what follows from their work at another's request: without roles.
    None for somebody who is not known."""
    row = db.session.get(PersonRow, person)
    if row is None or row.erased:
        return None
    home = establishment(row.establishment) if row.establishment else None
    return User(
        id=row.id, name_latin=row.name_latin, name_arabic=row.name_arabic, staff_number=row.staff_number,
        function=row.function, language=row.language, country=row.country, home=row.establishment,
        home_name=home.name if home else "", home_name_ar=home.name_ar if home else "",
        timezone=home.timezone if home else timezone_of(row.country), region=home.region if home else "",
        level="pin", must_change=False,
    )  # fmt: skip


def roles_of(person: str) -> list[Role]:
    """The roles that a person holds, in a stable order."""
    rows = db.session.execute(select(RoleRow.role, RoleRow.scope).where(RoleRow.person == person))
    return sorted((role, scope) for role, scope in rows)


def holders(role: str, place: Place) -> list[PersonRow]:
    """Everybody in post who holds the role there, by staff number."""
    scopes = db.session.execute(select(RoleRow.person, RoleRow.scope).where(RoleRow.role == role))
    found = {person for person, scope in scopes if scope_covers(scope, place)}
    query = select(PersonRow).where(PersonRow.id.in_(sorted(found)), PersonRow.active == 1)
    return list(db.session.execute(query.order_by(PersonRow.staff_key)).scalars())


def credentials_of(person: str) -> dict[str, str]:
    """kind -> state of a person's PIN and passphrase on this server."""
    rows = db.session.execute(select(CredentialRow.kind, CredentialRow.state).where(CredentialRow.person == person))
    return dict(rows.all())


# -- the staff list ---------------------------------------------------------------------------------


def staff_list(home: str, country: str, *, search: str = "", function: str = "", state: str = "active") -> list[Listed]:
    """Who belongs to a home, by name. `state`: "active", "left" or "all". The search finds parts of
    names in either script, whatever their accents and capitals, and of staff numbers."""
    p = PersonRow
    query = select(p.id, p.staff_number, p.name_latin, p.name_arabic, p.function, p.active).where(
        p.establishment == home, p.country == country, p.erased == 0
    )
    if function:
        query = query.where(p.function == function)
    if state in ("active", "left"):
        query = query.where(p.active == int(state == "active"))
    states = _credential_states(home, country)
    listed = [Listed(*row[:5], bool(row[5]), states.get(row[0], "")) for row in db.session.execute(query)]
    return sorted((one for one in listed if _matches(one, search)), key=_by_name)


def counts(home: str, country: str) -> tuple[int, int]:
    """How many (active, left) belong to a home."""
    p = PersonRow
    query = (
        select(p.active, func.count())
        .where(p.establishment == home, p.country == country, p.erased == 0)
        .group_by(p.active)
    )
    found: dict[int, int] = dict(db.session.execute(query).all())
    return found.get(1, 0), found.get(0, 0)


def _credential_states(home: str, country: str) -> dict[str, str]:
    rows = db.session.execute(
        select(CredentialRow.person, CredentialRow.state)
        .join(PersonRow, PersonRow.id == CredentialRow.person)
        .where(PersonRow.establishment == home, PersonRow.country == country)
        .order_by(CredentialRow.state.desc())  # "slip" before "set": one that was chosen counts
    )
    return dict(rows.all())


def _matches(one: Listed, search: str) -> bool:
    words = folded(search).split()
    if not words:
        return True
    text = folded(f"{one.name_latin} {one.name_arabic}")
    key = staff_key(search)
    return all(word in text for word in words) or bool(key and key in staff_key(one.staff_number))


def _by_name(one: Listed) -> tuple[str, str, str]:
    return (folded(one.name_latin or one.name_arabic), one.staff_number, one.id)


def every_id(person: str) -> list[str]:
    """All ids under which the person was ever registered, theirs first."""
    others = db.session.execute(select(AliasRow.id).where(AliasRow.canonical == person).order_by(AliasRow.id)).scalars()
    return [person, *others]
