""" "This was not me" on the screens: saying so, deciding, who may, twice, stale, elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.certificates import register
from anhnh_lms.people.roles import ROLES
from tests import support
from tests.learning import school

from .reading import hidden
from .staffing import STAFF, entries
from .taking import COURSE, Taking, taking_the_course, text_of

CLAIMS = f"{STAFF}/disputes"
NATIONAL = "/server/national-staff"
ROLES_THAT_SETTLE = {"director", "focal-point", "national-administrator", "server-administrator"}


@dataclass
class Case:
    """A learner who says of an attempt that it was not them, a colleague, and who decides."""

    taking: Taking
    attempt: str
    other: support.Member
    focal: support.Member

    def decide(self, outcome: str = "not-theirs", number: str = "", reason: str = "") -> str:
        """Fill the form. Returns the page that asks."""
        address = f"{CLAIMS}/{self.attempt}"
        sent = {"outcome": outcome, "number": number, "reason": reason}
        return support.post(self.taking.client, address, sent).text

    def confirm(self, asked: str) -> str:
        address = f"{CLAIMS}/{self.attempt}"
        return support.post(self.taking.client, address, hidden(asked), page=CLAIMS, follow=True).text

    def focal_signs_in(self) -> None:
        support.sign_in(self.taking.client, self.focal.number, support.PASSPHRASE)

    def learner_signs_in(self) -> None:
        support.sign_in(self.taking.client, self.taking.member.number)


@pytest.fixture
def taking(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Taking:
    return taking_the_course(app, people, client)


@pytest.fixture
def case(taking: Taking, people: support.People) -> Case:
    attempt = taking.start(school.VERIF)
    taking.answer_all(attempt)
    taking.hand_in(attempt)
    other = people.register(name_latin="Karim Alami")
    return Case(taking, attempt, other, people.register(role="focal-point"))


@pytest.fixture
def said(case: Case) -> Case:
    """It was said, and who decides is signed in."""
    support.post(case.taking.client, f"/attempts/{case.attempt}/not-me", {"reason": "I was on leave"})
    case.focal_signs_in()
    return case


# -- saying so -----------------------------------------------------------------------------------------------


def test_not_me_when_said_then_the_result_says_so_and_goes_on_counting(case: Case) -> None:
    client, address = case.taking.client, f"/attempts/{case.attempt}/not-me"
    assert address in client.get(f"/attempts/{case.attempt}/result").text
    assert address in client.get("/attempts").text
    asked = text_of(client.get(address).text)
    assert "until then it goes on counting for you" in asked
    page = support.post(client, address, {"reason": "I was on leave"}, follow=True).text
    assert "you said that this was not you" in text_of(page)
    assert address not in page
    assert "you said that this was not you" in text_of(client.get("/attempts").text)
    assert "completed" in text_of(client.get(f"{COURSE}/alarm").text)


def test_not_me_when_sent_twice_then_it_is_recorded_once(case: Case) -> None:
    client, address = case.taking.client, f"/attempts/{case.attempt}/not-me"
    for _ in range(2):
        answer = support.post(client, address, {"reason": "x" * 999}, page="/courses")
        assert answer.headers["Location"] == f"/attempts/{case.attempt}/result"
    assert client.get(address).status_code == 302
    with case.taking.app.app_context():
        (entry,) = school.entries("attempt.disputed")
        assert len(entry.facts()["reason"]) == 300


def test_not_me_when_it_is_another_persons_attempt_then_there_is_no_such_page(case: Case) -> None:
    support.sign_in(case.taking.client, case.other.number)
    address = f"/attempts/{case.attempt}/not-me"
    assert case.taking.client.get(address).status_code == 404
    assert support.post(case.taking.client, address, page="/courses").status_code == 404
    assert entries(case.taking.app, "attempt.disputed") == 0


def test_not_me_when_the_attempt_is_open_then_it_is_closed_everywhere(taking: Taking) -> None:
    client, attempt = taking.client, taking.start(school.VERIF)
    loaded = taking.attempt(attempt)
    form = taking.form(attempt, 1, school.right(loaded.questions[loaded.paper.ids[0]]))
    address = f"/attempts/{attempt}/not-me"
    for page in (f"{COURSE}/alarm", f"/attempts/{attempt}/check", "/attempts"):
        assert address in client.get(page).text, page
    assert "closed at once" in text_of(client.get(address).text)
    page = support.post(client, address, follow=True).text
    assert "this attempt is closed" in text_of(page)
    result = f"/attempts/{attempt}/result"
    for closed in (f"/attempts/{attempt}/1", f"/attempts/{attempt}/check"):
        assert client.get(closed).headers["Location"] == result
    late = support.post(client, f"/attempts/{attempt}/1", form, page="/attempts")
    assert late.headers["Location"] == result
    assert support.post(client, f"/attempts/{attempt}/hand-in", page="/attempts").headers["Location"] == result
    assert entries(taking.app, "attempt.handed_in") == 0
    assert address not in client.get(f"{COURSE}/alarm").text


# -- deciding ------------------------------------------------------------------------------------------------


def test_claims_when_somebody_waits_then_staff_leads_there_and_looking_is_noted(said: Case) -> None:
    client = said.taking.client
    staff = client.get(STAFF).text
    assert CLAIMS in staff
    assert "1 attempt waits for a decision" in staff
    with said.taking.app.app_context():
        before = len(school.entries("audit.viewed"))
    listed = text_of(client.get(CLAIMS).text)
    assert "i was on leave" in listed
    assert f"{CLAIMS}/{said.attempt}" in client.get(CLAIMS).text
    with said.taking.app.app_context():
        noted = school.entries("audit.viewed")
        assert len(noted) == before + 1
        assert noted[-1].facts()["what"] == "disputes"


@pytest.mark.parametrize(("role", "page"), [
    ("focal-point", "/establishments/MA-1/desk"), ("director", "/establishments/MA-1"),
])  # fmt: skip
def test_claims_when_somebody_waits_then_who_decides_reads_it_on_their_first_page(
    said: Case, people: support.People, role: str, page: str
) -> None:
    client = said.taking.app.test_client()
    member = people.register(role, role)
    support.sign_in(client, member.number, support.PASSPHRASE)
    first = client.get(page).text
    assert "1 attempt waits for a decision." in first
    assert f'href="{CLAIMS}"' in first
    said.confirm(said.decide("theirs"))
    assert "waits for a decision" not in client.get(page).text


def test_claim_when_not_theirs_but_the_colleagues_then_both_see_it(said: Case) -> None:
    client = said.taking.client
    asked = said.decide(number=said.other.number, reason="The roster says so")
    words = text_of(asked)
    assert "the attempt counts for karim alami" in words
    assert entries(said.taking.app, "attempt.dispute_settled") == 0  # it asks first
    assert "the decision is recorded" in text_of(said.confirm(asked))
    assert "Nobody waits for a decision" in client.get(STAFF).text
    said.learner_signs_in()
    result = text_of(client.get(f"/attempts/{said.attempt}/result").text)
    assert "this attempt does not count for you" in result
    assert "the roster says so" in result
    assert "your answer" not in result
    support.sign_in(client, said.other.number)
    assert "it was decided that it is yours" in text_of(client.get(f"/attempts/{said.attempt}/result").text)
    assert "completed" in text_of(client.get(f"{COURSE}/alarm").text)


def test_claim_when_theirs_after_all_then_the_person_reads_it_and_says_it_no_more(said: Case) -> None:
    said.confirm(said.decide("theirs"))
    said.learner_signs_in()
    client = said.taking.client
    assert "it was decided that the attempt is yours" in text_of(client.get(f"/attempts/{said.attempt}/result").text)
    assert client.get(f"/attempts/{said.attempt}/not-me").status_code == 302


def test_claim_when_a_certificate_rests_on_it_then_the_page_says_so_and_it_is_revoked(
    taking: Taking, people: support.People
) -> None:
    with taking.app.app_context():
        learner = school.user_of(taking.member)
        school.finish_modules(learner, taking.course)
        attempt = school.sit(learner, taking.course, school.AFTER)
        (paper,) = register.of_person(learner.id)
        number = register.number_of(paper)
    support.post(taking.client, f"/attempts/{attempt}/not-me")
    case = Case(taking, attempt, people.register(), people.register(role="director"))
    case.focal_signs_in()
    asked = case.decide()
    assert f"Certificate {number} is revoked" in asked
    assert "has then not completed the course" in text_of(asked)
    case.confirm(asked)
    with taking.app.app_context():
        assert register.get(paper.id).state == "revoked"
        assert school.state(school.user_of(taking.member), taking.course).completed_on == ""


@pytest.mark.parametrize(
    ("outcome", "number", "problem"),
    [
        ("", "", "choose whose attempt it was"),
        ("nobody", "", "choose whose attempt it was"),
        ("not-theirs", "X-999", "nobody here has this staff number"),
        ("theirs", "{other}", "leave the staff number empty"),
        ("not-theirs", "{learner}", "it cannot be this person s"),
        ("not-theirs", "{focal}", "you cannot decide about an attempt of your own"),
    ],
)
def test_claim_when_the_form_makes_no_sense_then_it_says_so_and_nothing_is_recorded(
    said: Case, outcome: str, number: str, problem: str
) -> None:
    known = {"other": said.other.number, "learner": said.taking.member.number, "focal": said.focal.number}
    sent = {"outcome": outcome, "number": number.format(**known)}
    for do in ("", "confirm"):
        answer = support.post(said.taking.client, f"{CLAIMS}/{said.attempt}", {**sent, "do": do})
        assert answer.status_code == 422
        assert problem in text_of(answer.text)
    assert entries(said.taking.app, "attempt.dispute_settled") == 0


def test_claim_when_it_is_the_deciders_own_then_somebody_else_must_decide(case: Case) -> None:
    with case.taking.app.app_context():
        attempt = school.sit(school.user_of(case.focal), case.taking.course, school.VERIF)
    case.focal_signs_in()
    support.post(case.taking.client, f"/attempts/{attempt}/not-me")
    page = case.taking.client.get(f"{CLAIMS}/{attempt}").text
    assert "somebody else must decide" in text_of(page)
    assert 'name="outcome"' not in page
    sent = {"outcome": "not-theirs", "do": "confirm"}
    assert support.post(case.taking.client, f"{CLAIMS}/{attempt}", sent, page=STAFF).status_code == 422


def test_claim_when_decided_twice_then_the_first_decision_stays(said: Case) -> None:
    asked = said.decide()
    other_page = said.decide("theirs")
    said.confirm(asked)
    for late in (asked, other_page):
        assert "somebody has decided this already" in text_of(said.confirm(late))
    assert entries(said.taking.app, "attempt.dispute_settled") == 1
    page = said.taking.client.get(f"{CLAIMS}/{said.attempt}").text
    assert "it was decided that the attempt is not theirs" in text_of(page)
    assert 'name="outcome"' not in page


def test_claim_when_what_follows_has_changed_since_then_it_asks_again(said: Case) -> None:
    asked = said.decide()
    assert "has then not passed this quiz" in text_of(asked)
    with said.taking.app.app_context():  # meanwhile they passed it themselves
        school.sit(school.user_of(said.taking.member), said.taking.course, school.VERIF)
    answer = support.post(said.taking.client, f"{CLAIMS}/{said.attempt}", hidden(asked), page=STAFF)
    assert answer.status_code == 409
    assert "has changed meanwhile" in text_of(answer.text)
    assert "has then not passed this quiz" not in text_of(answer.text)
    assert entries(said.taking.app, "attempt.dispute_settled") == 0
    said.confirm(answer.text)
    assert entries(said.taking.app, "attempt.dispute_settled") == 1


# -- who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ROLES))
def test_claims_when_asked_by_each_role_then_only_those_who_settle_may(
    said: Case, people: support.People, role: str
) -> None:
    scope = "establishment/MA-1" if role in ("director", "focal-point", "server-administrator") else "country/MA"
    member = people.register(role=role, scope=scope)
    support.sign_in(said.taking.client, member.number, support.PASSPHRASE)
    expected = 200 if role in ROLES_THAT_SETTLE else 404
    for address in (CLAIMS, f"{CLAIMS}/{said.attempt}"):
        assert said.taking.client.get(address).status_code == expected
    if expected == 404:
        sent = {"outcome": "not-theirs", "do": "confirm"}
        answer = support.post(said.taking.client, f"{CLAIMS}/{said.attempt}", sent, page="/courses")
        assert answer.status_code == 404
        assert entries(said.taking.app, "attempt.dispute_settled") == 0


def test_claim_when_it_is_of_another_establishment_then_there_is_no_such_page(
    app: Flask, country: support.People, client: FlaskClient
) -> None:
    with app.app_context():
        course = school.publish()
        member = country.register()
        attempt = school.sit(school.user_of(member), course, school.VERIF)
    support.sign_in(client, member.number)
    support.post(client, f"/attempts/{attempt}/not-me")
    director = country.register(role="director", home="MA-2")
    support.sign_in(client, director.number, support.PASSPHRASE)
    there = f"/establishments/MA-2/staff/disputes/{attempt}"
    assert client.get(there).status_code == 404
    assert client.get(there.replace("MA-2", "MA-1")).status_code == 404
    answer = support.post(client, there, {"outcome": "not-theirs", "do": "confirm"}, page="/courses")
    assert answer.status_code == 404
    support.sign_in(client, "N-0001", support.PASSPHRASE)
    assert client.get(there).status_code == 404
    assert client.get(there.replace("MA-2", "MA-1")).status_code == 200


def test_claim_when_it_is_of_national_staff_then_the_nations_administrator_decides(
    app: Flask, country: support.People, client: FlaskClient
) -> None:
    with app.app_context():
        course = school.publish()
        member = country.register(home="")
        attempt = school.sit(school.user_of(member), course, school.VERIF)
    support.sign_in(client, member.number)
    support.post(client, f"/attempts/{attempt}/not-me")
    support.sign_in(client, "N-0001", support.PASSPHRASE)
    found = re.search(r'href="([^"]*disputes[^"]*)"', client.get(NATIONAL).text)
    assert found
    listed = client.get(found[1].replace("&amp;", "&")).text
    (address, *_) = re.findall(r'href="([^"]*dispute\?[^"]*|[^"]*/dispute[^"]*attempt=[^"]*)"', listed)
    asked = support.post(client, address.replace("&amp;", "&"), {"outcome": "not-theirs"}).text
    support.post(client, address.replace("&amp;", "&"), hidden(asked))
    assert entries(app, "attempt.dispute_settled") == 1
