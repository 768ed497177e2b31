"""A clock that is wrong: back to 2009, forward to 2040. Nobody disappears, no
order changes, nobody is signed out, and what was written meanwhile says that its date is uncertain."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from anhnh_lms import clock
from anhnh_lms.certificates import register as book
from anhnh_lms.certificates.draw import draw
from anhnh_lms.content.course import Course
from anhnh_lms.db import db
from anhnh_lms.people import assignments as rules
from anhnh_lms.people import dossier
from anhnh_lms.record import log, views
from anhnh_lms.record.fold_person import Told, fold_person
from anhnh_lms.record.log import new_id, recording
from anhnh_lms.record.tables_of_views import AttemptRow, CertificateRow, ProgressRow
from tests import support
from tests.learning import school
from tests.web.reading import main
from tests.web.taking import Taking

from .clocks import ZONE, at, complete

START, NOW = datetime(2026, 11, 10, 10, tzinfo=UTC), datetime(2026, 11, 25, 10, tzinfo=UTC)
LEAPS = [datetime(2009, 1, 1, 0, 5, tzinfo=UTC), datetime(2040, 6, 1, 12, tzinfo=UTC)]
HERE = "/establishments/MA-1"
leaps = pytest.mark.parametrize("wrong", LEAPS, ids=["2009", "2040"])


@dataclass
class Prison:
    """An establishment in which people learn, on a server whose clock was right so far."""

    app: Flask
    course: Course
    admin: FlaskClient
    director: FlaskClient
    early: support.Member  # completed the course before the clock went wrong
    late: support.Member  # is asked to take it, and has not begun
    others: list[support.Member]

    def user(self, member: support.Member) -> school.access.User:
        return school.user_of(member)


@pytest.fixture
def right_clock() -> Iterator[None]:
    """From before the founding on, for whoever asks for it first."""
    with at(START):
        yield


@pytest.fixture
def prison(right_clock: None, app: Flask, people: support.People, founded: support.Founded) -> Iterator[Prison]:
    admin, director = app.test_client(), app.test_client()
    early, late, *others = [people.register(name_latin=name) for name in ("Early", "Late", "Zed", "Bob", "Kim")]
    with app.app_context():
        course = school.publish()
        head = school.user_of(support.Member(founded.administrator, founded.number, founded.code))
        for member, due in ((others[0], "2026-11-20"), (late, "2026-12-20"), (others[1], "2026-12-01")):
            rules.assign(head, "MA-1", rules.Wish(course.id, "person", member.id, due), new_id())
    with at(NOW):
        with app.app_context():
            complete(course, early)
        support.sign_in(admin, founded.number, founded.passphrase)
        support.sign_in(director, people.register(role="director").number, support.PASSPHRASE)
        yield Prison(app, course, admin, director, early, late, others)


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))


def listed(client: FlaskClient, path: str) -> list[str]:
    """The first column of the page's table, in its order."""
    return re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?<bdi[^>]*>([^<]+)</bdi>', main(client.get(path).text))


# -- nobody disappears, no order changes -------------------------------------------------------------------------


@leaps
def test_lists_when_the_clock_leaps_then_everybody_is_there_in_the_same_order(prison: Prison, wrong: datetime) -> None:
    paths = (f"{HERE}/staff", f"{HERE}/names", f"{HERE}/names?state=overdue", f"{HERE}/certificates")
    with at(NOW + timedelta(hours=1), 1100):
        before = {path: listed(prison.director, path) for path in paths}
        figures = rows_of(prison.director, f"{HERE}/figures.csv")
        states = [row["State"] for row in rows_of(prison.admin, f"{HERE}/certificates/register.csv")]
    with at(wrong, 1200):
        assert {path: listed(prison.director, path) for path in paths} == before
        assert rows_of(prison.director, f"{HERE}/figures.csv") == figures
        assert [row["State"] for row in rows_of(prison.admin, f"{HERE}/certificates/register.csv")] == states
        for path in (HERE, f"{HERE}/names"):
            assert "does not agree with its record" in prison.director.get(path).text
    assert before[f"{HERE}/names"][0] == "Zed"
    assert before[f"{HERE}/names?state=overdue"] == ["Zed"]
    assert states == ["valid"]


@leaps
def test_record_when_the_clock_leaps_and_returns_then_its_order_and_its_chains_hold(
    prison: Prison, wrong: datetime
) -> None:
    with prison.app.app_context():
        with at(wrong, 1200):
            complete(prison.course, prison.late)
        with at(NOW + timedelta(days=1), 1300):
            complete(prison.course, prison.others[0])
            told = [e.person for e in log.read() if e.kind == "course.completed"]
            assert told == [m.id for m in (prison.early, prison.late, prison.others[0])]
            assert log.verify() == []
            assert views.differences() == []
            words = {row.person: row.completed_clock for row in db.session.query(ProgressRow)}
        assert words == {prison.early.id: "trusted", prison.late.id: "suspect", prison.others[0].id: "trusted"}


# -- working while it is wrong -----------------------------------------------------------------------------------


@leaps
def test_learner_when_the_clock_is_wrong_then_signs_in_takes_a_quiz_and_the_certificate_waits(
    prison: Prison, wrong: datetime
) -> None:
    client = prison.app.test_client()
    taking = Taking(prison.app, client, prison.late, prison.course)
    with at(wrong, 1200):
        support.sign_in(client, prison.late.number)
        attempt = taking.start(school.VERIF)
        taking.answer_all(attempt)
        assert "Passed" in main(taking.hand_in(attempt).text)
        with prison.app.app_context():
            complete(prison.course, prison.late)
            assert not book.of_person(prison.late.id)
        page = main(client.get("/courses/fire-drill").text)
        assert f"{wrong.year}" in page
        assert "(date uncertain)" in page
        assert "Your certificate will be issued when the administrator has confirmed the date" in page
        assert "(date uncertain)" in main(prison.director.get(f"{HERE}/names?state=completed").text)
        (row,) = [r for r in rows_of(prison.director, f"{HERE}/names.csv") if r["Name"] == "Late"]
        assert (row["State"], row["Date uncertain"], row["Completed on"][:4]) == ("Completed", "yes", str(wrong.year))
    with at(NOW + timedelta(hours=3), 1250):
        box = main(prison.admin.get("/server").text)
        assert "1 certificate waits" in box
        form = {"date": clock.today(ZONE).isoformat()}
        for said in ("1 certificate that had waited is issued.", "The date needs no confirmation."):
            assert said in support.post(prison.admin, "/server/confirm-clock", form, page="/server/address",
                                        follow=True).text  # fmt: skip
        with prison.app.app_context():
            (paper,) = book.of_person(prison.late.id)
            assert (paper.date, paper.year, paper.clock) == ("2026-11-25", 2026, "trusted")
        page = main(prison.admin.get(f"{HERE}/certificates/{paper.id}").text)
        assert re.search(rf"{wrong.year} <span class=\"hint\">\(date uncertain\)", page)
        assert main(prison.admin.get(f"{HERE}/certificates").text).count("(date uncertain)") == 1
        kept = [(r["Name"], r["Date uncertain"]) for r in rows_of(prison.admin, f"{HERE}/certificates/register.csv")]
        assert sorted(kept) == [("Early", "no"), ("Late", "yes")]


@leaps
def test_assign_when_the_clock_is_wrong_then_a_right_date_is_taken_as_it_is_on_the_record_s_calendar(
    prison: Prison, wrong: datetime, founded: support.Founded
) -> None:
    with at(wrong, 1200), prison.app.app_context():
        head = school.user_of(support.Member(founded.administrator, founded.number, founded.code))
        wish = rules.Wish(prison.course.id, "person", prison.others[2].id, "2026-12-10")
        assert rules.assign(head, "MA-1", wish, new_id())
        with pytest.raises(rules.NotAssignable, match="due-past"):
            rules.check("MA-1", rules.Wish(prison.course.id, "function", "guard", "2026-11-01"))
    with at(NOW + timedelta(days=20), 1300):
        found = [r for r in rows_of(prison.director, f"{HERE}/names.csv") if r["Name"] == "Kim"]
    assert [(r["Due date"], r["Overdue"]) for r in found] == [("2026-12-10", "yes")]


@leaps
def test_certificate_when_the_clock_is_wrong_then_none_is_issued_again_and_the_old_one_stays_valid(
    prison: Prison, wrong: datetime
) -> None:
    with prison.app.app_context():
        (row,) = book.of_person(prison.early.id)
        number, code = book.number_of(row), book.code_of(row)
        with at(wrong, 1200):
            with pytest.raises(book.DateUnsure):
                book.reissue(row.id, "")
            assert book.verify(number, code).state == "valid"
    path = f"{HERE}/certificates/{row.id}"
    with at(wrong, 1200):
        page = support.post(prison.admin, f"{path}/reissue", page=path, follow=True)
        assert "Nothing was changed: the date of this server may be wrong." in page.text
        assert support.post(prison.app.test_client(), "/verify", {"number": number, "code": code}).status_code == 200


def test_issue_waiting_when_a_certificate_was_revoked_then_it_is_not_given_again(
    prison: Prison, founded: support.Founded
) -> None:
    """Confirming a date once issued anew what somebody had taken back."""
    with prison.app.app_context(), at(NOW + timedelta(hours=1)):
        (row,) = book.of_person(prison.early.id)
        book.revoke(row.id, "a mistake", founded.administrator)
        head = school.user_of(support.Member(founded.administrator, founded.number, founded.code))
        assert (book.waiting(), book.issue_waiting(head)) == (0, 0)


def test_paper_when_its_date_is_uncertain_then_it_says_so_in_every_language(prison: Prison) -> None:
    with prison.app.app_context():
        (row,) = book.of_person(prison.early.id)
        sure = book.facts_of(row)
        db.session.expunge(row)
        row.clock = "suspect"
        unsure = book.facts_of(row)
    assert (sure.date_uncertain, unsure.date_uncertain) == (False, True)
    assert draw(sure) != draw(unsure)


# -- the administrator is asked -----------------------------------------------------------------------------------


@leaps
def test_banner_when_the_clock_is_wrong_then_only_who_may_confirm_is_asked_on_every_page_until_it_is_done(
    prison: Prison, wrong: datetime
) -> None:
    learner = prison.app.test_client()
    pages = ("/courses", "/courses/fire-drill", HERE, f"{HERE}/staff", f"{HERE}/certificates", "/server/address",
             "/library", "/self-test", "/no-such-page", "/change-pin")  # fmt: skip
    words = "The date of this server may be wrong."
    with at(NOW + timedelta(minutes=1), 1050):
        assert not [page for page in pages if words in prison.admin.get(page).text]
    with at(wrong, 1100):
        assert not [page for page in pages if words not in prison.admin.get(page).text]
        support.sign_in(learner, prison.early.number)
        for client in (learner, prison.director):
            assert not [page for page in pages if words in client.get(page).text]
        assert main(prison.admin.get("/courses").text).count('href="/server"') == 1
    with at(LEAPS[1], 1150):
        day = {"date": clock.today(ZONE).isoformat()}
        done = support.post(prison.admin, "/server/confirm-clock", day, page="/server/address", follow=True)
        assert "The date is confirmed." in done.text
        assert not [page for page in pages if words in prison.admin.get(page).text]


def test_confirm_when_the_date_is_before_this_program_existed_then_it_is_refused_and_the_page_says_what_to_do(
    prison: Prison,
) -> None:
    """Such a date was once confirmed and stayed suspect, and the administrator was asked for ever."""
    with at(LEAPS[0], 1100):
        page = main(prison.admin.get("/server").text)
        assert "Set the clock of the machine" in page
        assert "The date is right" not in page
        day = {"date": clock.today(ZONE).isoformat()}
        done = support.post(prison.admin, "/server/confirm-clock", day, page="/server/address", follow=True)
        assert "cannot be right" in done.text
    with at(NOW, 1150), prison.app.app_context():
        assert log.clock_state() == "trusted"


# -- sessions and waits --------------------------------------------------------------------------------------------


@leaps
def test_session_when_the_date_leaps_then_nobody_is_signed_out_and_forms_are_taken(
    prison: Prison, wrong: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The age of the cookie was once counted by the date: a clock that went back signed everybody out."""
    client = prison.app.test_client()
    signed = {"at": NOW}
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: int(signed["at"].timestamp()))
    with at(NOW, 1000):
        support.sign_in(client, prison.late.number)
        token = support.csrf(client, "/courses/fire-drill")
    signed["at"] = wrong
    with at(wrong, 1030):
        assert client.get("/courses").status_code == 200
        answer = client.post(f"/courses/fire-drill/quiz/{school.VERIF}", data={"csrf_token": token})
        assert "/attempts/" in answer.headers["Location"]
    signed["at"] = NOW
    with at(NOW, 1060):
        assert client.get(answer.headers["Location"]).status_code == 200


@leaps
def test_session_when_the_date_leaps_then_being_idle_still_locks_it(prison: Prison, wrong: datetime) -> None:
    client = prison.app.test_client()
    with at(NOW, 1000):
        support.sign_in(client, prison.late.number)
    with at(wrong, 1000 + 299):
        assert client.get("/courses").status_code == 200
    with at(NOW, 1299 + 302):
        assert client.get("/courses").status_code == 423


@leaps
def test_waits_when_the_date_leaps_then_they_are_neither_shorter_nor_longer(prison: Prison, wrong: datetime) -> None:
    client = prison.app.test_client()
    number = prison.late.number
    with at(NOW, 5000):
        for _ in range(5):
            support.post(client, "/sign-in", {"number": number, "pin": "111222"})
        assert support.post(client, "/sign-in", {"number": number, "pin": support.PIN}).status_code == 429
    with at(wrong, 5010):
        assert support.post(client, "/sign-in", {"number": number, "pin": support.PIN}).status_code == 429
    with at(wrong, 5000 + 16 * 60):
        assert support.post(client, "/sign-in", {"number": number, "pin": support.PIN}).status_code == 302


# -- what travels ---------------------------------------------------------------------------------------------------


def test_dossier_when_a_date_is_uncertain_then_it_stays_so_at_the_new_home(prison: Prison) -> None:
    with prison.app.app_context():
        with at(LEAPS[0], 1200):
            complete(prison.course, prison.late)
        with at(NOW + timedelta(days=1), 1300):
            fact = dossier.dossier(views.v.PersonRow(id=prison.late.id, establishment="MA-1", country="MA"), "MA-2", "")
            (completion,) = fact.body["completions"]
            assert completion["clock"] == "suspect"
            assert {a["clock"] for a in fact.body["attempts"]} == {"suspect"}
            with recording() as record:
                (entry,) = record.append(fact)
                told = [Told(entry, {**fact.body}, 1)]
                rows = fold_person([prison.late.id], told, {})
    assert [r["completed_clock"] for r in rows["v_progress"]] == ["suspect"]
    assert {r["clock"] for r in rows["v_attempt"]} == {"suspect"}


def test_dossier_when_it_was_written_without_a_word_about_the_clock_then_it_is_read_all_the_same(
    prison: Prison,
) -> None:
    """Files that were sent before the word stood in them."""
    with prison.app.app_context(), at(NOW + timedelta(days=1), 1300):
        row = db.session.get(views.v.PersonRow, prison.early.id)
        assert row is not None
        fact = dossier.dossier(row, "MA-2", "")
        for name in ("completions", "attempts", "certificates"):
            for item in fact.body[name]:
                del item["clock"]
        with recording() as record:
            (entry,) = record.append(fact)
        rows = fold_person([prison.early.id], [Told(entry, {**fact.body, **(fact.sealed or {})}, 1)], {})
    for table, model in (("v_attempt", AttemptRow), ("v_certificate", CertificateRow)):
        columns = {c.name for c in model.__table__.columns}
        assert all(columns == set(r) for r in rows[table])
        assert {r["clock"] for r in rows[table]} == {"trusted"}
    assert [r["completed_clock"] for r in rows["v_progress"]] == ["trusted"]
