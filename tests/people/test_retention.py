"""Who may be forgotten, by rule; and that forgetting many leaves chains, figures and certificates verified."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from anhnh_lms import clock
from anhnh_lms.certificates import register
from anhnh_lms.cli.record import rebuild
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.people import places, retention, staff
from anhnh_lms.people.access import User, tries_of
from anhnh_lms.people.tables import TriesRow
from anhnh_lms.record import log, views
from anhnh_lms.record.fold_person import staff_key
from anhnh_lms.record.log import Fact, recording
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import CertificateRow, PersonRow
from anhnh_lms.reports import establishment
from anhnh_lms.reports.cut import standing

from ..reports.life import Life, id_of
from ..support import SECRETS, Founded, Member, People
from .conftest import user

LEFT = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def gone(admin: User, people: People) -> Member:
    """Somebody who left on 1 March 2027."""
    member = people.register(name_latin="Ghita Alaoui")
    with clock.fixed_at(LEFT):
        staff.leave(admin, "MA-1", "MA", member.id, "retired")
    return member


def proposed(on: datetime | date) -> list[str]:
    """Who is proposed on that day, on a server that has been running until then."""
    when = on if isinstance(on, datetime) else datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    with clock.fixed_at(when):
        with unit_of_work():
            log.confirm_clock()
        return [left.person.id for left in retention.proposed("MA-1", "MA")]


@pytest.mark.parametrize(("years", "last"), [("", date(2034, 3, 1)), ("1", date(2028, 3, 1)), ("60", date(2087, 3, 1))])
def test_proposed_when_the_years_are_over_then_from_the_day_after_and_not_before(
    admin: User, gone: Member, years: str, last: date
) -> None:
    if years:
        places.describe("MA-1", "MA", {"keep_years": years}, admin.id)
    assert proposed(last) == []
    assert proposed(last + timedelta(days=1)) == [gone.id]


@pytest.mark.both_databases
def test_proposed_when_somebody_works_came_back_or_is_forgotten_then_not_they(
    admin: User, gone: Member, people: People
) -> None:
    people.register()
    later = date(2050, 1, 1)
    assert proposed(later) == [gone.id]
    staff.come_back(admin, "MA-1", "MA", gone.id)
    assert proposed(later) == []
    with clock.fixed_at(datetime(2050, 2, 1, tzinfo=UTC)):
        staff.leave(admin, "MA-1", "MA", gone.id, "")
    assert proposed(date(2055, 1, 1)) == []  # the last departure counts
    assert proposed(date(2060, 1, 1)) == [gone.id]
    staff.forget(admin, "MA-1", "MA", gone.id)
    assert proposed(date(2060, 1, 1)) == []


def test_proposed_when_the_departure_has_a_wrong_date_then_the_next_sure_one_counts(
    admin: User, people: People
) -> None:
    """A battery that died in 2009 would else have somebody forgotten on the day of leaving."""
    member = people.register()
    with clock.fixed_at(datetime(2009, 1, 1, tzinfo=UTC)):
        staff.leave(admin, "MA-1", "MA", member.id, "")
    assert retention.left_on(member.id, "UTC") is None
    assert retention.proposed("MA-1", "MA") == []
    people.register()
    db.session.rollback()
    assert retention.left_on(member.id, "UTC") == clock.today()
    assert proposed(clock.now() + timedelta(days=365 * 6)) == []


def test_proposed_when_the_servers_own_date_is_in_doubt_then_nobody(gone: Member) -> None:
    with clock.fixed_at(datetime(2060, 1, 1, tzinfo=UTC)):
        assert log.clock_state() == "suspect"
        assert retention.proposed("MA-1", "MA") == []


def test_forget_when_somebody_came_back_meanwhile_then_they_stay(admin: User, gone: Member, people: People) -> None:
    other = people.register()
    with clock.fixed_at(LEFT):
        staff.leave(admin, "MA-1", "MA", other.id, "")
    assert set(proposed(date(2040, 1, 1))) == {gone.id, other.id}
    with clock.fixed_at(datetime(2040, 1, 1, tzinfo=UTC)):
        staff.come_back(admin, "MA-1", "MA", gone.id)
        told = retention.forget(admin, "MA-1", "MA", [gone.id, other.id, other.id, "0" * 32])
        again = retention.forget(admin, "MA-1", "MA", [other.id])
    assert (told.done, told.left_out) == (1, 2)
    assert (again.done, again.left_out) == (0, 1)
    assert db.session.get(PersonRow, gone.id).name_latin == "Ghita Alaoui"  # type: ignore[union-attr]


def test_forget_when_wrong_tries_were_counted_then_they_go_too(admin: User, gone: Member) -> None:
    who = tries_of(SECRETS.pins, staff_key(gone.number))
    with unit_of_work():
        db.session.add(TriesRow(person=who, pc="10.0.0.7", count=3, until=0))
    staff.forget(admin, "MA-1", "MA", gone.id)
    assert db.session.execute(select(TriesRow)).scalars().all() == []


# -- forgetting many ------------------------------------------------------------------------------------------

STAFF = 12


def _world(admin: User) -> list[str]:
    """Staff who learned and left, were looked at, and hold certificates; each in a way of their own."""
    life = Life("MA-1")
    course = life.course("stress", scope="*")
    with clock.fixed_at(LEFT):
        persons = [life.person(f"Name{n} Secret") for n in range(STAFF)]
        for n, person in enumerate(persons):
            life.begun(person, course)
            life.tested(person, course, "pre", 40)
            life.completed(person, course)
            life.certified(person, course, n + 1)
            if n % 3 == 0:
                life.fact("certificate.revoked", {}, {"reason": f"Name{n} Secret erred"}, person=person,
                          subject=_certificate(person, course))  # fmt: skip
        life.record()
        for person in persons:
            staff.leave(admin, "MA-1", "MA", person, "Secret reason")
    return persons


def _certificate(person: str, course: str) -> str:
    return id_of("certificate", person, course)


def _verdicts() -> dict[str, tuple[str, str]]:
    rows = db.session.execute(select(CertificateRow)).scalars().all()
    codes = {register.number_of(row): register.code_of(row) for row in rows}
    return {number: (code, register.verify(number, code).state) for number, code in codes.items()}


def _figures() -> tuple[object, ...]:
    report = establishment.report(standing("MA-1"))
    return report.total, report.courses


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(st.integers(0, STAFF - 1), min_size=1, unique=True))
def test_forget_when_many_are_chosen_then_chains_figures_and_certificates_verify(
    app: Flask, founded: Founded, some: list[int]
) -> None:
    with app.app_context():
        admin = user(founded.administrator)
        persons = _once(admin)
        with clock.fixed_at(datetime(2040, 1, 1, tzinfo=UTC)):
            with unit_of_work():
                log.confirm_clock()
            verdicts, figures = _verdicts(), _figures()
            left = [persons[n] for n in some if not db.session.get(PersonRow, persons[n]).erased]  # type: ignore[union-attr]
            told = retention.forget(admin, "MA-1", "MA", [persons[n] for n in some])
            assert told.done == len(left)
            assert log.verify() == []
            assert views.differences() == []
            assert (_verdicts(), _figures()) == (verdicts, figures)
            sealed = db.session.execute(
                select(EntryRow.sealed).where(EntryRow.person.in_([persons[n] for n in some]), EntryRow.sealed != "")
            ).all()
            assert sealed == []
            assert {state for _, state in verdicts.values()} == {"valid", "revoked"}


_worlds: dict[str, list[str]] = {}


def _once(admin: User) -> list[str]:
    """Examples go on where the one before ended: ever more are forgotten."""
    if admin.id not in _worlds:
        _worlds[admin.id] = _world(admin)
    return _worlds[admin.id]


def test_rebuild_when_many_were_forgotten_then_the_command_finds_nothing_wrong(
    admin: User, runner: FlaskCliRunner
) -> None:
    persons = _world(admin)
    with clock.fixed_at(datetime(2040, 1, 1, tzinfo=UTC)):
        with unit_of_work():
            log.confirm_clock()
        assert retention.forget(admin, "MA-1", "MA", persons).done == STAFF
    db.session.rollback()
    result = runner.invoke(rebuild, ["--check"])
    assert result.exit_code == 0, result.output
    with recording() as record:
        record.append(Fact("clock.confirmed", "establishment/MA-1", "MA", {"date": "2040-01-01"}))
    assert log.verify() == []
