"""Granting and withdrawing: nobody gives more than they have, and somebody always administers the server."""

from __future__ import annotations

from itertools import product

import pytest

from anhnh_lms.db import db
from anhnh_lms.people import granting, persons
from anhnh_lms.people.access import User
from anhnh_lms.people.granting import LastAdministrator, MorePower
from anhnh_lms.people.roles import ROLES, Power, outranks
from anhnh_lms.record.log import Fact, recording
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import Founded, People
from .conftest import Acting

HERE = "establishment/MA-1"
SCOPES = (HERE, "establishment/MA-2", "region/MA/Rabat", "country/MA", "country/ML", "all", "", "establishment/")


def give(by: User, person: str, role: str, scope: str = HERE) -> bool:
    return granting.grant(by, "MA-1", "MA", person, role, scope)


def take(by: User, person: str, role: str, scope: str = HERE) -> bool:
    return granting.withdraw(by, "MA-1", "MA", person, role, scope)


def test_grant_when_allowed_then_held_and_twice_is_once(admin: User, people: People) -> None:
    member = people.register()
    assert give(admin, member.id, "focal-point")
    assert not give(admin, member.id, "focal-point")
    assert persons.roles_of(member.id) == [("focal-point", HERE)]
    assert take(admin, member.id, "focal-point")
    assert not take(admin, member.id, "focal-point")
    assert persons.roles_of(member.id) == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_grant_when_the_scope_is_wider_than_ones_own_then_it_is_refused(admin: User, people: People, role: str) -> None:
    member = people.register()
    for scope in SCOPES[1:]:
        with pytest.raises(MorePower):
            give(admin, member.id, role, scope)
    assert persons.roles_of(member.id) == []


@pytest.mark.parametrize("role", ["", "god", "server-administrator|establishment/MA-1", "../admin"])
def test_grant_when_there_is_no_such_role_then_it_is_refused(admin: User, people: People, role: str) -> None:
    with pytest.raises(MorePower):
        give(admin, people.register().id, role)


@pytest.mark.parametrize("role", ["focal-point", "director", "trainer", "inspection"])
def test_grant_when_the_actor_may_not_manage_roles_then_nothing_can_be_given(
    admin: User, people: People, acting: Acting, role: str
) -> None:
    actor, member = acting(people.register(role=role).id), people.register()
    row = db.session.get(PersonRow, member.id)
    assert row is not None
    assert granting.givable(actor, row) == []
    with pytest.raises(MorePower):
        give(actor, member.id, role)


def test_grant_when_signed_in_with_a_pin_then_nothing_can_be_given(
    founded: Founded, admin: User, people: People, acting: Acting
) -> None:
    with pytest.raises(MorePower):
        give(acting(founded.administrator, "pin"), people.register().id, "focal-point")


def test_grant_when_to_oneself_then_lent_powers_are_not_given(admin: User, founded: Founded, people: People) -> None:
    with pytest.raises(MorePower):
        give(admin, founded.administrator, "inspection")
    assert give(admin, people.register().id, "inspection")


def test_grant_when_given_by_the_screen_then_no_power_appears_that_the_giver_neither_holds_nor_may_lend(
    boss: User, nation: People, acting: Acting
) -> None:
    """The law behind the rule, over every role and scope that two kinds of administrators may give."""
    member = nation.register()
    actors = [boss, acting(nation.register(role="national-administrator", scope="country/MA").id)]
    lendable = {Power.SEE_COUNTRY, Power.SEE_AGGREGATES, Power.READ_AUDIT}
    for actor, role, scope in product(actors, ROLES, SCOPES):
        if granting.may_give(actor, role, scope, member.id):
            above = [(held, s) for held, s in actor.held if outranks([(held, s)], [(held, scope)])]
            extra = ROLES[role] - {power for held, _ in above for power in ROLES[held]}
            assert extra <= lendable, (role, scope)
            assert not extra or "server-administrator" in {held for held, _ in above}


def test_grant_when_the_server_is_national_then_its_administrator_can_name_a_national_administrator(
    boss: User, nation: People
) -> None:
    member = nation.register(home="")
    assert granting.grant(boss, "", "MA", member.id, "national-administrator", "country/MA")
    assert granting.grant(boss, "", "MA", member.id, "donor", "country/MA")


def test_grant_when_the_person_left_then_it_is_refused(admin: User, people: People) -> None:
    member = people.register()
    with recording() as record:
        record.append(Fact("person.left", "establishment/MA-1", "MA", {}, person=member.id))
    with pytest.raises(MorePower):
        give(admin, member.id, "focal-point")


def test_grant_when_the_person_is_elsewhere_then_there_is_nobody(admin: User, people: People) -> None:
    with pytest.raises(persons.NoSuchPerson):
        granting.grant(admin, "MA-2", "MA", people.register().id, "focal-point", HERE)


def test_withdraw_when_it_is_the_last_administrator_then_it_is_refused(admin: User, founded: Founded) -> None:
    with pytest.raises(LastAdministrator):
        take(admin, founded.administrator, "server-administrator")
    assert persons.roles_of(founded.administrator) == [("server-administrator", HERE)]


def test_withdraw_when_there_are_two_administrators_then_one_can_go_but_not_both(
    admin: User, founded: Founded, people: People, acting: Acting
) -> None:
    other = people.register(role="server-administrator")
    assert take(admin, founded.administrator, "server-administrator")
    with pytest.raises(LastAdministrator):
        take(acting(other.id), other.id, "server-administrator")


def test_withdraw_when_the_other_administrator_left_then_the_last_one_stays(
    admin: User, founded: Founded, people: People
) -> None:
    other = people.register(role="server-administrator")
    with recording() as record:
        record.append(Fact("person.left", "establishment/MA-1", "MA", {}, person=other.id))
    with pytest.raises(LastAdministrator):
        take(admin, founded.administrator, "server-administrator")


def test_withdraw_when_the_role_is_above_ones_own_then_it_is_refused(admin: User, people: People) -> None:
    above = people.register(role="national-administrator", scope="country/MA")
    with pytest.raises(MorePower):
        take(admin, above.id, "national-administrator", "country/MA")


def test_national_server_when_an_establishment_has_an_administrator_then_that_one_does_not_count_as_the_last(
    boss: User, nation: People
) -> None:
    nation.register(role="server-administrator")  # of MA-1 only
    with pytest.raises(LastAdministrator):
        granting.withdraw(boss, "", "MA", boss.id, "server-administrator", "country/MA")
