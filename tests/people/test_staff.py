"""Registering, changing, moving, leaving, coming back, forgetting."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, insert, select

from anhnh_lms.db import Base, db, unit_of_work
from anhnh_lms.learning.tables import AnswerRow, CooldownRow
from anhnh_lms.people import persons, staff
from anhnh_lms.people.access import User, set_credential
from anhnh_lms.people.details import BadDetails, Details, details_of
from anhnh_lms.people.tables import CredentialRow, SessionRow
from anhnh_lms.record import log, views
from anhnh_lms.record.fold_person import fold_person
from anhnh_lms.record.log import Fact, new_id, recording
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import AttemptRow, CertificateRow, ModuleRow, PersonRow, ProgressRow

from ..support import Founded, People
from .conftest import Acting

SALMA = Details("B-12", "Salma Benali", "سلمى بنعلي", "guard", "f", "ar")


def entries() -> int:
    return db.session.execute(select(func.count()).select_from(EntryRow)).scalar_one()


def register(by: User, details: Details = SALMA, home: str = "MA-1") -> str:
    person = new_id()
    assert staff.register(by, home, "MA", details, person)
    return person


def row_of(person: str) -> PersonRow:
    row = db.session.get(PersonRow, person)
    assert row is not None
    return row


# -- registering and changing ---------------------------------------------------------------------------


def test_register_when_details_are_good_then_the_person_is_there(admin: User) -> None:
    row = row_of(register(admin))
    assert details_of(row) == SALMA
    assert (row.establishment, row.country, row.active) == ("MA-1", "MA", 1)


def test_register_when_the_form_is_sent_twice_then_one_entry_is_written(admin: User) -> None:
    person = register(admin)
    before = entries()
    assert not staff.register(admin, "MA-1", "MA", SALMA, person)
    assert entries() == before


def test_register_when_the_id_is_somebody_elses_then_nothing_is_written(admin: User, people: People) -> None:
    other = people.register()
    assert not staff.register(admin, "MA-1", "MA", SALMA, other.id)
    assert row_of(other.id).name_latin == "Person 1"


@pytest.mark.parametrize("number", ["B-12", "b 12", "B12", "\u202dB-١٢"])
def test_register_when_the_number_is_taken_then_it_is_refused(admin: User, number: str) -> None:
    register(admin)
    with pytest.raises(staff.NumberTaken) as taken:
        staff.register(admin, "MA-1", "MA", Details(number, "Other", function="guard"), new_id())
    assert (taken.value.home, taken.value.active) == ("MA-1", True)


def test_register_when_a_person_left_then_their_number_stays_theirs(admin: User) -> None:
    staff.leave(admin, "MA-1", "MA", register(admin), "")
    with pytest.raises(staff.NumberTaken) as taken:
        register(admin)
    assert not taken.value.active


def test_register_when_details_are_wrong_then_nothing_is_written(admin: User) -> None:
    before = entries()
    with pytest.raises(BadDetails):
        register(admin, Details("", "", function="pilot"))
    assert entries() == before


def test_change_when_one_field_differs_then_only_that_is_recorded(admin: User) -> None:
    person = register(admin)
    given = Details("B-12", "Salma Benali", "سلمى بنعلي", "chief", "f", "ar")
    changed = staff.change(admin, "MA-1", "MA", person, given, SALMA.fingerprint())
    assert changed == {"function": "chief"}
    last = list(log.read(EntryRow.person == person))[-1]
    assert (last.kind, json.loads(last.body), last.sealed) == ("person.changed", {"function": "chief"}, "")


def test_change_when_nothing_differs_then_nothing_is_written_even_from_an_old_form(admin: User) -> None:
    person = register(admin)
    before = entries()
    assert staff.change(admin, "MA-1", "MA", person, SALMA, "an old fingerprint") == {}
    assert entries() == before


def test_change_when_somebody_else_changed_meanwhile_then_nothing_of_the_old_form_is_kept(admin: User) -> None:
    person = register(admin)
    shown = SALMA.fingerprint()
    named = Details("B-12", "Salma Bennani", "سلمى بنعلي", "guard", "f", "ar")
    staff.change(admin, "MA-1", "MA", person, named, shown)
    with pytest.raises(staff.ChangedMeanwhile):
        staff.change(admin, "MA-1", "MA", person, Details("B-12", "Salma Benali", "", "chief"), shown)
    assert (row_of(person).name_latin, row_of(person).function) == ("Salma Bennani", "guard")


def test_change_when_the_number_is_anothers_then_it_is_refused(admin: User, people: People) -> None:
    person, other = register(admin), people.register()
    given = Details(other.number, "Salma Benali", "سلمى بنعلي", "guard", "f", "ar")
    with pytest.raises(staff.NumberTaken):
        staff.change(admin, "MA-1", "MA", person, given, SALMA.fingerprint())


def test_change_when_the_person_is_of_another_home_then_there_is_nobody(admin: User) -> None:
    person = register(admin)
    with pytest.raises(staff.NoSuchPerson):
        staff.change(admin, "MA-2", "MA", person, SALMA, SALMA.fingerprint())


# -- going and coming -------------------------------------------------------------------------------------


def test_leave_when_recorded_then_access_and_roles_end_and_it_happens_once(admin: User, people: People) -> None:
    member = people.register(role="director")
    assert staff.leave(admin, "MA-1", "MA", member.id, "retired")
    assert not row_of(member.id).active
    assert persons.roles_of(member.id) == []
    assert persons.credentials_of(member.id) == {}
    before = entries()
    assert not staff.leave(admin, "MA-1", "MA", member.id, "retired")
    assert entries() == before


def test_come_back_when_recorded_then_active_without_roles_or_access(admin: User, people: People) -> None:
    member = people.register(role="director")
    staff.leave(admin, "MA-1", "MA", member.id, "")
    assert staff.come_back(admin, "MA-1", "MA", member.id)
    assert not staff.come_back(admin, "MA-1", "MA", member.id)
    assert (row_of(member.id).active, persons.roles_of(member.id)) == (1, [])
    assert persons.credentials_of(member.id) == {}


@pytest.mark.both_databases
def test_leave_when_it_is_the_last_administrator_then_it_is_refused(admin: User, founded: Founded) -> None:
    with pytest.raises(staff.LastAdministrator):
        staff.leave(admin, "MA-1", "MA", founded.administrator, "")
    assert row_of(founded.administrator).active


def test_leave_when_another_administrator_cannot_sign_in_then_the_last_one_stays(
    admin: User, founded: Founded, people: People
) -> None:
    other = people.register(role="server-administrator")
    with unit_of_work():
        db.session.execute(Base.metadata.tables["credential"].delete().where(CredentialRow.person == other.id))
    with pytest.raises(staff.LastAdministrator):
        staff.leave(admin, "MA-1", "MA", founded.administrator, "")


def test_leave_when_the_person_holds_more_power_then_it_is_refused(admin: User, people: People) -> None:
    above = people.register(role="national-administrator", scope="country/MA")
    with pytest.raises(staff.MorePower):
        staff.leave(admin, "MA-1", "MA", above.id, "")
    with pytest.raises(staff.MorePower):
        staff.forget(admin, "MA-1", "MA", above.id)
    assert row_of(above.id).active


# -- moving -----------------------------------------------------------------------------------------------


def learned(person: str) -> None:
    """A module passed, a course completed, a certificate, an attempt in hand with an answer."""
    attempt, other = "a" * 32, "b" * 32
    common = {"course": "c1", "version": "v1", "module": "m1", "quiz": "q1", "role": ""}
    started = {**common, "seed": "s", "language": "fr", "questions": [["q", "d"]]}
    handed = {**common, "marking": 1, "answers": {}, "languages": {}, "points": {}, "earned": 500, "maximum": 600,
              "passed": 1}  # fmt: skip
    issued = {
        "course": "c1", "version": "v1", "label": "1.0", "series": "MA-1", "year": 2026, "count": 1, "incarnation": 1,
        "establishment": "MA-1", "date": "2026-11-23", "hours": 250, "language": "fr",
    }  # fmt: skip
    names = {"name_latin": "Salma Benali", "name_arabic": "سلمى بنعلي"}

    def fact(kind: str, body: dict[str, object], subject: str = "", sealed: dict[str, str] | None = None) -> Fact:
        return Fact(kind, "establishment/MA-1", "MA", body, sealed, person=person, subject=subject)

    with recording() as record:
        record.append(
            fact("section.finished", {"course": "c1", "version": "v1", "module": "m1", "section": "s1"}),
            fact("attempt.started", started, attempt),
            fact("attempt.handed_in", handed, attempt),
            fact("course.completed", {"course": "c1", "version": "v1", "hours": 250, "date": "2026-11-23"}),
            fact("certificate.issued", issued, "d" * 32, names),
            fact("attempt.started", {**started, "quiz": "q2"}, other),
        )
        db.session.execute(
            insert(AnswerRow).values(
                attempt=other, question="q", response="{}", language="fr", saved_at="2026-11-23T00:00:00Z", turn=1
            )
        )
        db.session.execute(insert(CooldownRow).values(person=person, quiz="c1/q2", until=5))


def test_move_when_recorded_then_home_changes_and_access_ends(boss: User, nation: People) -> None:
    member = nation.register(role="focal-point")
    with unit_of_work():
        db.session.execute(insert(SessionRow).values(token="t", person=member.id, level="pin", started_at=""))
    assert staff.move(boss, "MA-1", "MA", member.id, "MA-2", "asked for it")
    row = row_of(member.id)
    assert (row.establishment, row.active, row.staff_number) == ("MA-2", 1, member.number)
    assert persons.roles_of(member.id) == []
    assert persons.credentials_of(member.id) == {}
    assert db.session.get(SessionRow, "t") is None
    assert log.verify() == []
    assert views.differences() == []


def test_move_when_sent_twice_then_one_dossier_is_written(boss: User, nation: People) -> None:
    member = nation.register()
    staff.move(boss, "MA-1", "MA", member.id, "MA-2", "")
    before = entries()
    assert not staff.move(boss, "MA-1", "MA", member.id, "MA-2", "")
    assert entries() == before


def test_move_when_an_attempt_is_open_then_its_answers_are_deleted(boss: User, nation: People) -> None:
    member = nation.register()
    learned(member.id)
    assert staff.open_attempts(member.id) == ["b" * 32]
    staff.move(boss, "MA-1", "MA", member.id, "MA-2", "")
    assert db.session.execute(select(func.count()).select_from(AnswerRow)).scalar_one() == 0


@pytest.mark.both_databases
def test_move_when_only_the_new_homes_stream_is_read_then_what_was_achieved_is_there(
    boss: User, nation: People
) -> None:
    """The new home's server gets the dossier alone: folded without the old home's stream, it must tell
    the same achievements, and name nobody in the open part."""
    member = nation.register()
    learned(member.id)
    kept = {
        "progress": [(p.course, p.state, p.completed_on, p.completed_version) for p in all_of(ProgressRow, member.id)],
        "modules": [(m.course, m.module, m.sections, m.quizzes) for m in all_of(ModuleRow, member.id)],
        "certificates": [(c.id, c.series, c.count, c.state) for c in all_of(CertificateRow, member.id)],
        "attempts": [(a.id, a.earned, a.passed) for a in all_of(AttemptRow, member.id) if a.state == "handed-in"],
    }
    staff.move(boss, "MA-1", "MA", member.id, "MA-2", "")
    told = [e for e in log.read(EntryRow.person == member.id) if e.stream == "establishment/MA-2"]
    assert [e.kind for e in told] == ["person.dossier"]
    assert "Person 1" not in told[0].body
    assert "Salma" not in told[0].body
    rows = fold_person([member.id], views.context().told(told), {})
    assert [(p["course"], p["state"], p["completed_on"], p["completed_version"]) for p in rows["v_progress"]] == kept[
        "progress"
    ]
    assert [(m["course"], m["module"], m["sections"], m["quizzes"]) for m in rows["v_module"]] == kept["modules"]
    assert [(c["id"], c["series"], c["count"], c["state"]) for c in rows["v_certificate"]] == kept["certificates"]
    assert [(a["id"], a["earned"], a["passed"]) for a in rows["v_attempt"]] == kept["attempts"]
    assert set(rows["v_certificate"][0]) == {c.name for c in CertificateRow.__table__.columns}
    assert set(rows["v_attempt"][0]) == {c.name for c in AttemptRow.__table__.columns}
    assert rows["v_person"][0]["staff_number"] == member.number


def all_of(table: type, person: str) -> list:  # type: ignore[type-arg]
    return list(db.session.execute(select(table).where(table.person == person)).scalars())  # type: ignore[attr-defined]


@pytest.mark.parametrize("to", ["", "MA-1", "ML-1", "nowhere"])
def test_move_when_the_place_is_none_of_yours_then_it_is_refused(boss: User, nation: People, to: str) -> None:
    member = nation.register()
    before = entries()
    try:
        moved = staff.move(boss, "MA-1", "MA", member.id, to, "")
    except staff.NoSuchPlace:
        moved = False
    assert not moved
    assert entries() == before


def test_move_when_the_actor_manages_only_one_place_then_there_is_nowhere_to_go(nation: People, acting: Acting) -> None:
    local = acting(nation.register(role="server-administrator").id)
    assert staff.destinations(local, "MA-1", "MA") == []
    with pytest.raises(staff.NoSuchPlace):
        staff.move(local, "MA-1", "MA", nation.register().id, "MA-2", "")


def test_move_when_national_staff_join_an_establishment_then_roles_over_the_country_end(
    boss: User, nation: People
) -> None:
    member = nation.register(home="", role="national-administrator")
    staff.move(boss, "", "MA", member.id, "MA-2", "")
    assert (row_of(member.id).establishment, persons.roles_of(member.id)) == ("MA-2", [])
    assert views.differences() == []


# -- forgetting ---------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_forget_when_asked_then_the_name_is_gone_and_the_chains_and_figures_hold(admin: User, people: People) -> None:
    member = people.register(name_latin="Youssef Unforgettable", name_arabic="يوسف", role="director")
    learned(member.id)
    staff.forget(admin, "MA-1", "MA", member.id)
    row = row_of(member.id)
    assert (row.erased, row.active, row.name_latin, row.name_arabic, row.staff_number) == (1, 0, "", "", "")
    assert persons.credentials_of(member.id) == {}
    for table in (AnswerRow, CooldownRow):
        assert db.session.execute(select(func.count()).select_from(table)).scalar_one() == 0
    assert not [e for e in log.read() if "Unforgettable" in e.body + e.sealed]
    assert len(all_of(CertificateRow, member.id)) == 1
    assert log.verify() == []
    assert views.differences() == []


def test_forget_when_asked_again_then_there_is_nobody(admin: User, people: People) -> None:
    member = people.register()
    staff.forget(admin, "MA-1", "MA", member.id)
    with pytest.raises(staff.NoSuchPerson):
        staff.forget(admin, "MA-1", "MA", member.id)


def test_forget_when_it_is_the_last_administrator_then_it_is_refused(admin: User, founded: Founded) -> None:
    with pytest.raises(staff.LastAdministrator):
        staff.forget(admin, "MA-1", "MA", founded.administrator)


@pytest.mark.both_databases
def test_staff_list_when_searched_then_accents_script_and_separators_do_not_matter(admin: User) -> None:
    register(admin, Details("B-12", "Hélène Ébène", "إيمان", "guard"))
    for text in ("helene", "EBENE hél", "ايمان", "b12", "B 12"):
        assert [p.staff_number for p in persons.staff_list("MA-1", "MA", search=text)] == ["B-12"], text
    assert persons.staff_list("MA-1", "MA", search="nobody") == []


def test_credentials_when_a_person_has_slip_and_own_pin_then_the_list_says_in_use(admin: User, people: People) -> None:
    member = people.register()
    with unit_of_work():
        set_credential(member.id, "passphrase", "x", "slip")
    found = {p.id: p.credential for p in persons.staff_list("MA-1", "MA")}
    assert found[member.id] == "set"
