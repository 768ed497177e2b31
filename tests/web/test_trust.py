"""With TLS: plain HTTP leads only to the certificate and to https; the fingerprint stands where it can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms import create_app, tls
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.people.founding import Founding, found
from anhnh_lms.web.policy import POLICY

from ..support import PASSPHRASE, SECRETS, Browser, sign_in

PLAIN, SECURE = "http://lms.prison.test", "https://lms.prison.test"


@pytest.fixture
def secure(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application of a server with TLS, set up."""
    monkeypatch.setattr("anhnh_lms.web.lan._interfaces", lambda: ["192.168.7.9"])
    app = create_app(replace(settings, tls=True, host="0.0.0.0"))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True, PREFERRED_URL_SCHEME="https")
    app.test_client_class = Browser
    tls.ready(settings.data, ["192.168.7.9"])
    wish = Founding("MA", "MA-1", {"name": "P", "timezone": "Africa/Casablanca"}, staff_number="A-0001", name_latin="A")
    with app.app_context():
        found(SECRETS.pins, "key", wish, PASSPHRASE)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def pc(secure: Flask) -> FlaskClient:
    """A browser that comes with TLS."""
    return secure.test_client()


def test_trust_when_the_server_has_no_tls_then_there_is_no_such_page(client: FlaskClient, founded: object) -> None:
    for path in ("/trust", "/trust/authority.crt"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("first", ["fr", "ar", "en"])
def test_trust_when_read_without_tls_then_it_tells_in_three_languages_this_pcs_first(secure: Flask, first: str) -> None:
    pc = secure.test_client()
    pc.set_cookie("lang", first, domain="lms.prison.test")
    page = pc.get("/trust", base_url=PLAIN).text
    places = {code: page.index(f'<section lang="{code}"') for code in ("fr", "ar", "en")}
    assert min(places, key=lambda code: places[code]) == first
    for text in ("Télécharger", "تنزيل الشهادة", "Download the certificate"):
        assert text in page


def test_trust_when_read_then_no_fingerprint_stands_there_for_anybody_might_have_written_it(
    secure: Flask, settings: Settings
) -> None:
    page = secure.test_client().get("/trust", base_url=PLAIN).text
    authority = tls.authority(settings.data)
    assert authority.fingerprint not in page
    assert authority.thumbprint not in page


def test_pages_when_asked_without_tls_then_each_is_sent_to_tls_and_no_cookie_is_set(secure: Flask) -> None:
    answered = {"static", "web.favicon", "trust.how", "trust.certificate"}
    pc = secure.test_client()
    for rule in secure.url_map.iter_rules():
        if rule.endpoint in answered:
            continue
        with secure.test_request_context():
            path = secure.url_map.bind("x").build(rule.endpoint, {n: "1" for n in rule.arguments if n != "index"}
                                                  | ({"index": 1} if "index" in rule.arguments else {}),
                                                  method=next(iter(rule.methods or ())))  # fmt: skip
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}:
            response = pc.open(path, method=method, base_url=PLAIN)
            assert response.status_code in (302, 303), rule
            assert response.location.startswith("https://lms.prison.test:80/"), rule
            assert "Set-Cookie" not in response.headers
    assert answered <= set(POLICY)


@pytest.mark.parametrize(
    ("host", "path", "sent"),
    [
        ("192.168.7.9:8000", "/sign-in?next=/", "https://192.168.7.9:8000/sign-in?next=/"),
        ("[fd00::1]:8000", "/", "https://[fd00::1]:8000/"),
        ("lms", "/", "https://lms:80/"),
        ("[fd00::1]", "/", "https://[fd00::1]:80/"),
    ],
)
def test_start_when_asked_without_tls_then_the_same_port_is_named(
    secure: Flask, host: str, path: str, sent: str
) -> None:
    assert secure.test_client().get(path, base_url=f"http://{host}").location == sent


def test_sign_in_when_it_is_under_tls_then_the_cookie_never_travels_without(secure: Flask, pc: FlaskClient) -> None:
    sign_in(pc, "A-0001", PASSPHRASE)
    cookie = pc.get_cookie("__Host-s")
    assert cookie is not None
    assert (cookie.secure, cookie.http_only, cookie.path, cookie.same_site) == (True, True, "/", "Lax")
    assert pc.get_cookie("s") is None


def test_form_when_its_page_came_without_tls_then_it_is_refused(pc: FlaskClient) -> None:
    for origin, status in (("http://localhost", 403), ("https://elsewhere.test", 403), ("https://localhost", 400)):
        assert pc.post("/sign-in", headers={"Origin": origin}).status_code == status, origin


def test_sheet_when_printed_then_it_has_the_address_and_what_to_compare_with(
    pc: FlaskClient, settings: Settings
) -> None:
    sign_in(pc, "A-0001", PASSPHRASE)
    pc.get("/change-pin")
    authority = tls.authority(settings.data)
    page = pc.get("/server/address").text.replace("\u200b", "")  # where a line may end
    for text in ("https://192.168.7.9:8000", "http://192.168.7.9:8000/trust", authority.fingerprint,
                 authority.thumbprint):  # fmt: skip
        assert text in page
    assert "/trust" in pc.get("/server").text
