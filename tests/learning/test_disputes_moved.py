"""A claim that goes along when its person is transferred, and is decided at the new home."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from anhnh_lms.db import db
from anhnh_lms.learning import disputes
from anhnh_lms.people import staff
from anhnh_lms.people.access import User
from anhnh_lms.record import views
from anhnh_lms.record.log import recording
from tests import support
from tests.people.conftest import user as acting

from . import school
from .test_disputes import HERE, NOT_THEIRS, agree


@pytest.fixture
def nation(app_context: Flask) -> support.People:
    """A national server with MA-1 and MA-2."""
    return support.found_nation(app_context)


@pytest.fixture
def head(nation: support.People) -> User:
    member = nation.register(home="", role="national-administrator")
    db.session.rollback()
    return acting(member.id)


def test_settle_when_the_person_was_transferred_then_the_dossiers_pass_goes_too(
    nation: support.People, head: User
) -> None:
    course, member = school.publish(), nation.register()
    db.session.rollback()
    learner = school.user_of(member)
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "On leave")
    staff.move(head, "MA-1", "MA", member.id, "MA-2", "")
    assert disputes.open_claims(*HERE) == []
    (claim,) = disputes.open_claims("MA-2", "MA")
    assert claim.row.id == attempt
    with recording() as record:
        disputes.settle(record, head, ("MA-2", "MA"), attempt, NOT_THEIRS, None, "")
    assert not school.state(learner, course).started
    agree()


def test_claim_when_only_the_dossier_arrived_then_the_new_home_can_decide(nation: support.People, head: User) -> None:
    """The new home's server knows of the attempt what the dossier says, and that somebody must decide."""
    course, member = school.publish(), nation.register()
    db.session.rollback()
    learner = school.user_of(member)
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "On leave")
    staff.move(head, "MA-1", "MA", member.id, "MA-2", "")
    known = views.context()
    (dossier,) = known.told(school.entries("person.dossier"))
    rows = views.fold_person([member.id], [dossier], {})
    assert [(a["id"], a["disputed"]) for a in rows["v_attempt"]] == [(attempt, "open")]
    assert rows["v_module"]
    (moved,) = known.told([dataclasses.replace(dossier.entry, kind="attempt.dispute_settled", subject=attempt,
                                               lamport=dossier.entry.lamport + 1,
                                               body='{"outcome":"not-theirs"}', sealed="")])  # fmt: skip
    after = views.fold_person([member.id], [moved, dossier], {})
    assert after["v_module"] == after["v_progress"] == []
