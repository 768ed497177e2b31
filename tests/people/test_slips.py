"""Slips: made once for a form, never with more power than one's own, never over a newer PIN."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from anhnh_lms.db import db, unit_of_work
from anhnh_lms.people import access, credentials, granting, persons, slips
from anhnh_lms.people.access import User
from anhnh_lms.people.tables import CredentialRow, SessionRow, TriesRow

from ..support import PASSPHRASE, PIN, SECRETS, Founded, People
from .conftest import Acting

FORM, SESSION = "f" * 32, "a session"


def asked(person: str, kind: str = "pin") -> slips.Request:
    return slips.Request(person, kind, slips.fingerprint(SECRETS.pins, person, kind))


def make(by: User, *requests: slips.Request, form: str = FORM, session: str = SESSION) -> slips.Made:
    return slips.make(SECRETS.pins, by, "MA-1", "MA", requests, form, session)


def hash_of(person: str, kind: str = "pin") -> str:
    row = db.session.execute(select(CredentialRow).where(CredentialRow.person == person, CredentialRow.kind == kind))
    found = row.scalar()
    return found.hash if found else ""


def test_make_when_a_pin_is_new_then_it_opens_the_door_and_must_be_changed(admin: User, people: People) -> None:
    member = people.register()
    (slip,) = make(admin, asked(member.id)).slips
    found = access.sign_in(SECRETS.pins, member.number, slip.text, "pc")
    assert (found.person, found.level, found.must_change) == (member.id, "pin", True)
    with pytest.raises(access.WrongCredential):
        access.sign_in(SECRETS.pins, member.number, PIN, "pc")


def test_make_when_the_person_holds_a_role_then_a_passphrase_is_printed(admin: User, people: People) -> None:
    member = people.register(role="director")
    assert slips.kind_for(member.id) == "passphrase"
    (slip,) = make(admin, asked(member.id, "passphrase")).slips
    assert access.sign_in(SECRETS.pins, member.number, slip.text, "pc").level == "passphrase"
    assert hash_of(member.id)  # the PIN for learning stays


@pytest.mark.both_databases
def test_make_when_sent_twice_then_the_same_slip_and_nothing_changes(admin: User, people: People) -> None:
    member = people.register()
    request = asked(member.id)
    first = make(admin, request)
    kept = hash_of(member.id)
    with unit_of_work():
        db.session.execute(insert(SessionRow).values(token="t", person=member.id, level="pin", started_at=""))
    second = make(admin, request)
    assert second == first
    assert hash_of(member.id) == kept


def test_make_when_the_pin_was_chosen_meanwhile_then_an_old_form_neither_shows_nor_changes(
    admin: User, people: People
) -> None:
    member = people.register()
    request = asked(member.id)
    make(admin, request)
    with unit_of_work():
        chosen = credentials.hash_credential(SECRETS.pins, member.id, "730518")
        access.set_credential(member.id, "pin", chosen, "set")
    again = make(admin, request)
    assert (again.slips, again.stale) == ((), (member.id,))
    assert hash_of(member.id) == chosen


def test_make_when_the_form_or_the_session_is_another_then_so_is_the_pin(admin: User, people: People) -> None:
    member = people.register()
    texts = {
        make(admin, asked(member.id)).slips[0].text,
        make(admin, asked(member.id), form="0" * 32).slips[0].text,
        make(admin, asked(member.id), session="another").slips[0].text,
    }
    assert len(texts) == 3


@pytest.mark.both_databases
def test_make_when_done_then_sessions_and_waits_end(admin: User, people: People) -> None:
    member = people.register()
    with unit_of_work():
        db.session.execute(insert(SessionRow).values(token="t", person=member.id, level="pin", started_at=""))
    for _ in range(access.FREE_TRIES):
        with pytest.raises(access.WrongCredential):
            access.sign_in(SECRETS.pins, member.number, "999111", "pc")
    with pytest.raises(access.TooManyTries):
        access.sign_in(SECRETS.pins, member.number, PIN, "pc")
    (slip,) = make(admin, asked(member.id)).slips
    assert db.session.get(SessionRow, "t") is None
    left = list(db.session.execute(select(TriesRow.person)).scalars())
    assert left == [access.ONE_PC.name]  # what the PC did is not forgiven with it
    access.sign_in(SECRETS.pins, member.number, slip.text, "pc")


@pytest.mark.parametrize("role", ["server-administrator", "director", "national-administrator"])
def test_make_when_a_focal_point_asks_for_somebody_above_then_nothing_changes(
    founded: Founded, people: People, app_context: object, acting: Acting, role: str
) -> None:
    focal, above = acting(people.register(role="focal-point").id), people.register(role=role)
    before = hash_of(above.id), hash_of(above.id, "passphrase")
    for kind in ("pin", "passphrase"):
        made = make(focal, asked(above.id, kind))
        assert (made.slips, made.refused) == ((), (above.id,))
    assert (hash_of(above.id), hash_of(above.id, "passphrase")) == before
    access.sign_in(SECRETS.pins, above.number, PASSPHRASE, "pc")


def test_make_when_a_role_was_lent_then_the_first_slip_can_be_printed_but_nothing_that_was_chosen_reset(
    boss: User, nation: People
) -> None:
    """Without the first slip nobody could ever be national administrator; with resets, the administrator
    of the server could read the audit in the inspector's name."""
    for role in ("national-administrator", "inspection"):
        member = nation.register(home="", role=role)
        request = asked(member.id, "passphrase")
        assert slips.make(SECRETS.pins, boss, "", "MA", [request], FORM, SESSION).refused == (member.id,)
        granting.withdraw(boss, "", "MA", member.id, role, "country/MA")
        slips.make(SECRETS.pins, boss, "", "MA", [asked(member.id)], FORM, SESSION)
        granting.grant(boss, "", "MA", member.id, role, "country/MA")
        made = slips.make(SECRETS.pins, boss, "", "MA", [asked(member.id, "passphrase")], FORM, SESSION)
        assert [slip.kind for slip in made.slips] == ["passphrase"]


def test_make_when_signed_in_with_a_pin_then_roles_do_not_help(
    admin: User, founded: Founded, people: People, acting: Acting
) -> None:
    above = people.register(role="focal-point")
    assert make(acting(founded.administrator, "pin"), asked(above.id)).refused == (above.id,)


def test_make_when_it_is_ones_own_then_it_is_refused(admin: User) -> None:
    assert make(admin, asked(admin.id, "passphrase")).refused == (admin.id,)


def test_make_when_the_person_gained_power_while_it_was_hashed_then_nothing_changes(
    admin: User, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = people.register()
    answers = iter([True, False])  # when asked first, and again inside the unit of work
    monkeypatch.setattr(slips, "may_reset", lambda _by, _person: next(answers))
    before = hash_of(member.id)
    assert make(admin, asked(member.id)).stale == (member.id,)
    assert hash_of(member.id) == before


def test_make_when_somebody_is_of_another_home_then_nobody_gets_a_slip(admin: User, people: People) -> None:
    member, elsewhere = people.register(), people.register(home="")
    before = hash_of(member.id)
    with pytest.raises(persons.NoSuchPerson):
        make(admin, asked(member.id), asked(elsewhere.id))
    assert hash_of(member.id) == before


def test_make_when_more_than_a_page_is_asked_then_it_is_refused(admin: User) -> None:
    with pytest.raises(ValueError, match="at once"):
        make(admin, *[slips.Request(f"{n:032x}", "pin", "") for n in range(slips.BATCH + 1)])


@given(st.binary(min_size=32, max_size=32), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_text_when_drawn_then_it_has_the_form_of_a_credential_and_is_not_common(key: bytes, person: str) -> None:
    pin, phrase = slips._text(key, person, "pin"), slips._text(key, person, "passphrase")
    assert credentials.clean(pin) == ("pin", pin)
    assert not credentials.too_common(pin)
    assert credentials.clean(phrase) == ("passphrase", phrase)
    assert access.credential_problem(phrase, "passphrase") == "" or len(set(phrase)) < 5
