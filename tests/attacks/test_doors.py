"""Getting in: trying many numbers, many tries at once, old sessions, weak words, forms and frames of elsewhere."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from anhnh_lms import clock
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.people import access, credentials, waits
from anhnh_lms.people.tables import SessionRow, TriesRow
from anhnh_lms.web import guard, verify

from ..support import PASSPHRASE, PIN, SECRETS, Founded, People, csrf, post, sign_in

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def _later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


# -- trying -----------------------------------------------------------------------------------------------


def test_sign_in_when_a_pc_goes_from_number_to_number_then_it_must_wait_and_others_need_not(
    app_context: Flask, people: People
) -> None:
    member = people.register()
    with clock.fixed_at(NOON):
        for n in range(access.ONE_PC.tries):
            with pytest.raises(access.WrongCredential):
                access.sign_in(SECRETS.pins, f"X-{n}", "731946", "greedy")
        with pytest.raises(access.TooManyTries) as wait:
            access.sign_in(SECRETS.pins, member.number, PIN, "greedy")
        assert 0 < wait.value.seconds <= access.ONE_PC.seconds
        assert access.sign_in(SECRETS.pins, member.number, PIN, "another").person == member.id
    with clock.fixed_at(_later(access.ONE_PC.seconds)):
        assert access.sign_in(SECRETS.pins, member.number, PIN, "greedy").person == member.id


def test_sign_in_when_the_greedy_pc_signs_in_itself_then_its_tries_are_not_forgiven(
    app_context: Flask, people: People
) -> None:
    member = people.register()
    with clock.fixed_at(NOON):
        for n in range(access.ONE_PC.tries - 1):
            with pytest.raises(access.WrongCredential):
                access.sign_in(SECRETS.pins, f"X-{n}", "731946", "greedy")
        access.sign_in(SECRETS.pins, member.number, PIN, "greedy")
        with pytest.raises(access.WrongCredential):
            access.sign_in(SECRETS.pins, "X", "731946", "greedy")
        with pytest.raises(access.TooManyTries):
            access.sign_in(SECRETS.pins, "X", "731946", "greedy")


def test_tries_when_they_are_of_yesterday_then_the_table_forgets_them(app_context: Flask, founded: Founded) -> None:
    with clock.fixed_at(NOON):
        for n in range(10):
            with pytest.raises(access.WrongCredential):
                access.sign_in(SECRETS.pins, f"X-{n}", "731946", "pc")
    with clock.fixed_at(_later(waits.FORGOTTEN + 3600)):
        with pytest.raises(access.WrongCredential):
            access.sign_in(SECRETS.pins, "X-new", "731946", "pc")
        left = db.session.execute(select(func.count()).select_from(TriesRow)).scalar_one()
    assert left == 3  # the number here, the number everywhere, the PC


def test_unlock_when_many_pins_are_tried_at_once_then_the_right_one_among_them_waits_too(
    app_context: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them pass the first look at the wait; while this one is hashed the others are counted."""
    member = people.register()
    token = access.sign_in(SECRETS.pins, member.number, PIN, "pc").token
    user = access.user_of(token)
    assert user is not None
    fits = credentials.fits

    def meanwhile(secret: bytes, person: str, text: str, kept: str) -> bool:
        with unit_of_work():
            for _ in range(access.FREE_TRIES):
                access._count_wrong(access.tries_of(secret, member.number.replace("-", "")), "pc")
        return fits(secret, person, text, kept)

    monkeypatch.setattr(credentials, "fits", meanwhile)
    with pytest.raises(access.TooManyTries):
        access.confirm(SECRETS.pins, user, PIN, "pc")


def test_verify_when_codes_are_guessed_then_the_pc_waits_and_others_need_not(
    client: FlaskClient, founded: Founded
) -> None:
    token = csrf(client, "/verify")
    guess = {"csrf_token": token, "number": "MA-1/2026/000001", "code": "0000-0000"}
    answers = [client.post("/verify", data=guess).status_code for _ in range(verify.GUESSES.tries + 1)]
    assert answers == [200] * verify.GUESSES.tries + [429]
    assert client.post("/verify", data=guess, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


# -- sessions ---------------------------------------------------------------------------------------------


def test_session_when_twelve_hours_are_over_then_the_pin_is_asked_whatever_was_done_meanwhile(
    client: FlaskClient, people: People
) -> None:
    member = people.register()
    with clock.fixed_at(NOON):
        sign_in(client, member.number)
    step = 60
    for seconds in range(step, guard.LONGEST, 240):
        with clock.fixed_at(_later(seconds)):
            last = client.get("/courses").status_code
        assert last == 200, seconds
    with clock.fixed_at(_later(guard.LONGEST + 1)):
        assert client.get("/courses").status_code == 423
        assert post(client, "/unlock", {"lock-pin": PIN, "there": "/courses"}, page="/courses").status_code == 302
        assert client.get("/courses").status_code == 200


def test_session_when_somebody_signs_in_then_token_and_form_token_are_new(
    app: Flask, client: FlaskClient, people: People
) -> None:
    """A cookie that was planted on a shared PC before is worth nothing afterwards."""
    member = people.register()
    before = csrf(client, "/sign-in")
    planted = client.get_cookie("s")
    assert planted is not None
    sign_in(client, member.number)
    assert client.post("/change-user", data={"csrf_token": before}).status_code == 400
    stranger = app.test_client(use_cookies=False)
    assert stranger.get("/courses", headers={"Cookie": f"s={planted.value}"}).status_code == 302


def test_session_when_signed_out_then_a_copy_of_its_cookie_opens_nothing(
    app: Flask, client: FlaskClient, people: People
) -> None:
    sign_in(client, people.register().number)
    copy = client.get_cookie("s")
    assert copy is not None
    assert copy.http_only
    assert copy.same_site == "Lax"
    stranger = app.test_client(use_cookies=False)
    headers = {"Cookie": f"s={copy.value}"}
    assert stranger.get("/courses", headers=headers).status_code == 200
    post(client, "/sign-out", page="/courses")
    assert stranger.get("/courses", headers=headers).status_code == 302


def test_session_when_its_cookie_is_read_then_it_names_nobody_also_after_a_message(
    client: FlaskClient, founded: Founded
) -> None:
    sign_in(client, founded.number, founded.passphrase)
    form = {"staff_number": "T-77", "name_latin": "Zineb Unmistakable", "function": "guard", "language": "en"}
    answer = post(client, "/establishments/MA-1/staff/add", form)
    assert answer.status_code == 302
    person = answer.headers["Location"].rpartition("/")[2]
    said = [_read(client)]
    for do in ("leave", "come-back"):
        post(client, f"/establishments/MA-1/staff/{person}/{do}")
        said.append(_read(client))
    assert all("_flashes" in text for text in said)
    assert not any(word in text for text in said for word in ("Zineb", "Unmistakable", "T-77", "Amina", "A-0001"))


def _read(client: FlaskClient) -> str:
    """What stands in the session's cookie, which is signed but not secret."""
    cookie = client.get_cookie("s")
    assert cookie is not None
    text = cookie.value.removeprefix(".").split(".")[0]
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return (zlib.decompress(data) if cookie.value.startswith(".") else data).decode()


def test_session_when_the_cookie_is_changed_or_signed_otherwise_then_it_is_nobodys(
    app: Flask, client: FlaskClient, people: People
) -> None:
    from flask.sessions import SecureCookieSessionInterface

    sign_in(client, people.register().number)
    cookie = client.get_cookie("s")
    assert cookie is not None
    with client.session_transaction() as kept:
        held = dict(kept)
    weak = SecureCookieSessionInterface().get_signing_serializer(app)  # HMAC-SHA-1, the usual one
    assert weak is not None
    stranger = app.test_client(use_cookies=False)
    for value in (cookie.value[:-2], cookie.value.swapcase(), "." + cookie.value, str(weak.dumps(held)), ""):
        assert stranger.get("/courses", headers={"Cookie": f"s={value}"}).status_code == 302, value


def test_sessions_when_somebody_leaves_then_none_is_left(app: Flask, client: FlaskClient, people: People) -> None:
    member = people.register()
    sign_in(client, member.number)
    admin = app.test_client()
    sign_in(admin, "A-0001", PASSPHRASE)
    post(admin, f"/establishments/MA-1/staff/{member.id}/leave")
    assert client.get("/courses").status_code == 302
    with app.app_context():
        assert not db.session.execute(select(SessionRow).where(SessionRow.person == member.id)).first()


# -- words ------------------------------------------------------------------------------------------------

GUESSABLE = [
    "passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "123456789012345678", "azertyuiopqsdfghjklm", "abcabcabcabcabcabc",
    "motdepasse motdepasse", "Amina Benali 2026", "A-0001 A-0001 A-0001", "prison locale de salé",
    "qwertyuiopasdfghjkl", "administration pénitentiaire", "السجن المحلي بسلا", "anhnh anhnh anhnh 1",
    "AminaBenaliAminaBenali",
]  # fmt: skip


@pytest.mark.parametrize("phrase", GUESSABLE)
def test_passphrase_when_it_is_made_of_what_everybody_tries_then_it_is_refused(phrase: str) -> None:
    about = ("A-0001", "Amina Benali", "أمينة بنعلي", "Prison locale de Salé", "السجن المحلي بسلا", "MA-1")
    assert access.credential_problem(phrase, "passphrase", about) == "guessable"


@pytest.mark.parametrize(
    "phrase",
    ["sable lampe jardin rivière", "four quiet words here", "قهوة مع حليب وخبز ساخن", "no capital no digit no sign",
     "x" * 8 + "-correct-horse-", "ж" * 5 + " snow over the roof", "le directeur aime les pommes vertes",
     "one two three four " * 10],
)  # fmt: skip
def test_passphrase_when_it_is_of_any_kind_and_not_common_then_it_may_be_taken(phrase: str) -> None:
    assert len(phrase) <= credentials.PASSPHRASE_LIMIT
    assert access.credential_problem(phrase, "passphrase", ("A-0001", "Amina Benali")) == ""


@pytest.mark.parametrize("number", ["583914", "MA 583914", "5-8-3-9-1-4", "٥٨٣٩١٤", "005839140"])
def test_pin_when_it_stands_in_the_staff_number_then_it_is_too_easy(number: str) -> None:
    assert access.credential_problem("583914", "pin", (number, "Amina")) == "common"
    assert access.credential_problem("583914", "pin", ("T-0001", "Amina")) == ""


def test_passphrase_when_it_is_longer_than_is_looked_at_then_it_is_not_taken_and_nothing_is_cut(
    app_context: Flask, people: People
) -> None:
    longest = ("seven words that nobody else would say " * 6)[: credentials.PASSPHRASE_LIMIT]
    assert access.credential_problem(longest.strip() + "x" * 9, "passphrase") == "long"
    member = people.register(role="focal-point")
    hashed = credentials.hash_credential(SECRETS.pins, member.id, credentials.clean(longest)[1])
    with unit_of_work():
        access.set_credential(member.id, "passphrase", hashed, "set")
    assert access.sign_in(SECRETS.pins, member.number, longest, "pc").level == "passphrase"
    with pytest.raises(access.WrongCredential):
        access.sign_in(SECRETS.pins, member.number, longest + "!", "pc")


# -- requests of elsewhere --------------------------------------------------------------------------------


def test_answers_when_given_then_no_page_may_frame_sniff_or_share_them(client: FlaskClient, people: People) -> None:
    sign_in(client, people.register().number)
    for address in ("/courses", "/sign-in", "/nowhere", "/verify", "/static/app.js", "/favicon.ico", "/health"):
        with client.get(address) as answer:
            fields = answer.headers
        policy = fields["Content-Security-Policy"]
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy, address
        assert "unsafe" not in policy
        assert fields["X-Frame-Options"] == "DENY"
        assert fields["X-Content-Type-Options"] == "nosniff"
        assert fields["Referrer-Policy"] == "same-origin"
        assert fields["Cross-Origin-Opener-Policy"] == fields["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in fields


def test_setting_up_when_the_form_has_no_token_or_stood_elsewhere_then_it_is_refused(client: FlaskClient) -> None:
    assert client.post("/setup", data={"setup_code": "x"}).status_code == 400
    token = csrf(client, "/setup")
    answer = client.post("/setup", data={"csrf_token": token}, headers={"Origin": "http://elsewhere.test"})
    assert answer.status_code == 403


def test_form_when_a_stranger_sends_a_large_one_then_it_is_refused_unread(
    app: Flask, client: FlaskClient, people: People
) -> None:
    token = csrf(client, "/sign-in")
    form = {"csrf_token": token, "number": "x" * guard.STRANGERS_BYTES, "pin": "1"}
    for address in ("/sign-in", "/verify", "/language", "/courses"):
        assert client.post(address, data=form).status_code == 413, address
    admin = app.test_client()
    sign_in(admin, "A-0001", PASSPHRASE)
    page = "/establishments/MA-1/staff/import"
    text = "staff number;name;function\n" + "\n".join(f"Z-{n};Name {n};guard" for n in range(3000))
    assert len(text) > guard.STRANGERS_BYTES
    assert post(admin, page, {"text": text}).status_code == 200


@pytest.mark.parametrize("there", [
    "//evil.test", "/\\evil.test", "https://evil.test", "/\t/evil.test", "\\\\evil.test", "javascript:alert(1)",
    "/%0d%0aSet-Cookie:x", "/\r\nSet-Cookie: x=1", "///evil.test", "http:evil.test", "/\u2028/evil.test", "",
])  # fmt: skip
def test_way_back_when_it_leads_elsewhere_then_it_is_not_taken(client: FlaskClient, people: People, there: str) -> None:
    member = people.register()
    token = csrf(client, "/sign-in")
    form = {"csrf_token": token, "number": member.number, "pin": PIN, "next": there}
    places = [client.post("/sign-in", data=form).headers]
    token = csrf(client, "/courses")
    for address in ("/language", "/text-size", "/unlock"):
        places.append(client.post(address, data={"csrf_token": token, "next": there, "there": there}).headers)
    for fields in places:
        assert fields["Location"].startswith("/")
        assert not fields["Location"].startswith(("//", "/\\"))
        assert "evil" not in fields["Location"]
        assert not any("x=1" in cookie for cookie in fields.getlist("Set-Cookie"))


@pytest.mark.parametrize("host", ["evil.test/path", "a b", "evil.test:99999", "<script>", "evil\\test", "x@y"])
def test_host_when_it_is_no_name_then_the_request_is_refused(client: FlaskClient, founded: Founded, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.both_databases
def test_nul_when_it_stands_in_an_address_or_a_form_then_nothing_breaks(client: FlaskClient, founded: Founded) -> None:
    sign_in(client, founded.number, founded.passphrase)
    home = "/establishments/MA-1"
    for address in (
        f"{home}/staff/%00",
        "/establishments/%00",
        "/certificates/%00.pdf",
        "/courses/%00",
        "/attempts/%00/1",
    ):
        assert client.get(address).status_code == 404, address
    for address in (f"{home}/certificates?q=%00", f"{home}/staff?q=%00", f"{home}/names?course=%00"):
        assert client.get(address).status_code == 200, address
    form = {
        "csrf_token": csrf(client, f"{home}/staff/add"),
        "name_latin": "A\0B",
        "staff_number": "7",
        "function": "guard",
    }
    assert client.post(f"{home}/staff/add", data=form).status_code == 400


def test_fields_when_the_form_has_more_than_the_page_then_they_change_nothing(
    app: Flask, client: FlaskClient, founded: Founded
) -> None:
    """Mass assignment: who is added is a learner here, whatever else the form says."""
    sign_in(client, founded.number, founded.passphrase)
    form = {"staff_number": "T-78", "name_latin": "Zineb", "function": "guard", "language": "en",
            "role": "server-administrator", "scope": "all", "establishment": "MA-2", "country": "ML", "active": "0",
            "erased": "1", "id": "0" * 32, "level": "passphrase", "person": founded.administrator}  # fmt: skip
    assert post(client, "/establishments/MA-1/staff/add", form).status_code == 302
    from anhnh_lms.people import persons

    with app.app_context():
        row = persons.with_number("MA", "T-78")
        assert row is not None
        assert (row.id, row.establishment, row.active, row.erased) == ("0" * 32, "MA-1", 1, 0)
        assert persons.roles_of(row.id) == []
