"""The demonstration: the same arguments make the same log, and everything in it went through the log."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.content.files import load_folder
from anhnh_lms.content.reader import read_course
from anhnh_lms.demo import fill, staff
from anhnh_lms.demo.life import Lesson
from anhnh_lms.demo.places import SITES
from anhnh_lms.people import access
from anhnh_lms.people.roles import ROLES
from anhnh_lms.record import log, schema, views
from anhnh_lms.record.secrets import fixed_secrets, save_secrets
from anhnh_lms.studio.shelf import look_at

TODAY = date(2026, 11, 23)
COURSE = Path(__file__).parents[2] / "courses" / "first-steps"


@pytest.fixture(autouse=True)
def _few_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(replace(site, staff=14) for site in SITES)
    monkeypatch.setattr(fill, "SITES", few)
    monkeypatch.setattr(staff, "SITES", few)


def made(folder: Path, seed: int = 1) -> tuple[list[str], list[fill.Account], list[object]]:
    """(the log as text, the accounts, what is wrong with the record) of a demonstration."""
    save_secrets(folder, fixed_secrets(f"demo/{seed}"))
    app = create_app(Settings(data=folder))
    with app.app_context():
        schema.upgrade()
        found = look_at(COURSE, TODAY)
        assert found.course is not None
        accounts = fill.fill([(found.course, found.files)], TODAY, seed, lambda _step: None)
        for account in accounts:
            access.sign_in(app.config["SECRETS"].pins, account.number, account.secret, "pc")
        return [repr(entry) for entry in log.read()], accounts, [*log.verify(), *views.differences()]


def test_demonstration_when_made_twice_then_the_log_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    first, _, _ = made(tmp_path / "one")
    again, _, _ = made(tmp_path / "two")
    assert first == again
    assert len(first) > 500
    other, _, _ = made(tmp_path / "three", seed=2)
    assert other != first


def test_demonstration_when_made_then_the_record_holds_and_each_role_has_an_account(tmp_path: Path) -> None:
    told, accounts, wrong = made(tmp_path)
    assert wrong == []
    assert any("attempt.disputed" in entry for entry in told)
    times = [re.findall(r"happened_at='([^']+)'", entry)[0] for entry in told]
    assert max(times) < TODAY.isoformat()  # nothing of the day that begins: no clock of the day is behind the record
    assert {account.role for account in accounts} == {"learner", *ROLES}


@pytest.mark.parametrize("seed", range(4))
def test_life_when_lived_then_nothing_happens_on_the_day_that_has_just_begun(tmp_path: Path, seed: int) -> None:
    course = read_course(load_folder(COURSE)).course
    assert course is not None
    lesson = Lesson(course, TODAY - timedelta(days=20), TODAY + timedelta(days=2), 1.0)
    site = replace(SITES[0], staff=60)
    crew = staff.crew(site, TODAY, seed)
    for number, person in enumerate(crew):
        fill._live(person, site, [lesson], TODAY, random.Random(f"{seed}/{number}"))
    fill._claim(site, crew, TODAY, random.Random(seed))
    times = [when for person in crew for when, _ in person.events]
    assert max(times).date() < TODAY
    assert max(times).date() > TODAY - timedelta(days=3)
    for person in crew:
        left = [when for when, fact in person.events if fact.kind == "person.left"]
        said = [when for when, fact in person.events if fact.kind == "attempt.disputed"]
        assert not left or all(when < left[0] for when in said)
