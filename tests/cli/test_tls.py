"""`anhnh serve --tls` as a process of its own: what PCs see, and one that greets and says no more."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from anhnh_lms import tls
from anhnh_lms.cli import console
from anhnh_lms.cli.patience import Incoming, Places
from anhnh_lms.cli.serving import options, renew
from anhnh_lms.config import Settings

from .served import SERVE, Served, served

HALF_A_HELLO = bytes.fromhex("16030100f5010000f1") + bytes(20)
MORE_THAN_THREADS = 12


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls") / "data"


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Served]:
    with served(data, (*SERVE, "--tls"), ANHNH_WORKERS="1", ANHNH_THREADS="4") as running:
        yield running


def _port(server: Served) -> int:
    port = urlsplit(server.url).port
    assert port
    return port


def _trusting(data: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=tls.authority(data).der)


def _secure(server: Served, data: Path, path: str = "/health", method: str = "GET", body: str = "") -> Any:
    connection = http.client.HTTPSConnection("127.0.0.1", _port(server), timeout=20, context=_trusting(data))
    try:
        connection.request(method, path, body or None)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def _plain(server: Served, path: str, method: str = "GET", body: str = "") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", _port(server), timeout=20)
    try:
        connection.request(method, path, body or None)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_serve_when_the_pc_trusts_the_authority_then_it_is_answered_and_the_cookie_is_secure(
    server: Served, data: Path
) -> None:
    assert _secure(server, data)[::2] == (200, "ok\n")
    status, headers, page = _secure(server, data, "/setup")
    assert status == 200
    assert headers["Set-Cookie"].startswith("__Host-s=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(re.split("; ", headers["Set-Cookie"]))
    assert "Strict-Transport-Security" not in headers
    assert "csrf_token" in page


def test_serve_when_the_pc_does_not_trust_it_then_it_is_refused_and_the_next_is_answered(
    server: Served, data: Path
) -> None:
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(f"https://127.0.0.1:{_port(server)}/health", timeout=20)
    assert _secure(server, data)[0] == 200


@pytest.mark.parametrize(("cipher", "spoken"), [
    ("ECDHE-ECDSA-AES128-GCM-SHA256", True), ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
    ("ECDHE-ECDSA-AES256-SHA384", False), ("ECDHE-ECDSA-AES128-SHA", False),
])  # fmt: skip
def test_serve_when_a_pc_speaks_tls_1_2_then_only_with_a_cipher_that_is_sound(
    server: Served, data: Path, cipher: str, spoken: bool
) -> None:
    context = _trusting(data)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{cipher}:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", _port(server)), 20) as plain:
        if spoken:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
                assert secure.cipher()[:2] == (cipher, "TLSv1.2")  # type: ignore[index]
        else:
            with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
                context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_serve_when_asked_without_tls_then_it_sends_to_tls_and_answers_nothing_else(server: Served) -> None:
    here = f"https://127.0.0.1:{_port(server)}"
    for path in ("/", "/health", "/sign-in?next=%2Fcourses", "/nothing-here"):
        status, headers, _page = _plain(server, path)
        assert (status, headers["Location"], "Set-Cookie" in headers) == (302, f"{here}{path}", False)
    status, headers, _page = _plain(server, "/sign-in", "POST", "number=T-0001&pin=483026")
    assert (status, headers["Location"]) == (303, f"{here}/")


def test_serve_when_asked_for_the_certificate_without_tls_then_it_is_the_authoritys(server: Served, data: Path) -> None:
    status, headers, body = _plain(server, "/trust/authority.crt")
    assert (status, headers["Content-Type"]) == (200, "application/x-x509-ca-cert")
    assert body == tls.authority(data).der
    status, headers, page = _plain(server, "/trust")
    assert (status, "Set-Cookie" in headers) == (200, False)
    assert b"<form" not in page


@pytest.mark.parametrize("begun", [HALF_A_HELLO, b"\x16", b"\x16\x03\x01\xff\xff" + bytes(300), b"GET / HT", b""])
def test_serve_when_more_pcs_begin_to_greet_than_there_are_threads_then_it_answers_others(
    server: Served, data: Path, begun: bytes
) -> None:
    with ExitStack() as stack:
        for _ in range(MORE_THAN_THREADS):
            stalled = stack.enter_context(socket.create_connection(("127.0.0.1", _port(server)), 20))
            stalled.sendall(begun)
        for _ in range(3):
            assert _secure(server, data)[0] == 200


@pytest.mark.parametrize("said", [b"", b"GET /health HTTP/1.1\r\nHost: x\r\n"])
def test_serve_when_more_pcs_stall_after_the_greeting_then_it_answers_others(
    server: Served, data: Path, said: bytes
) -> None:
    context = _trusting(data)
    with ExitStack() as stack:
        for _ in range(MORE_THAN_THREADS):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", _port(server)), 20))
            stalled = stack.enter_context(context.wrap_socket(plain, server_hostname="127.0.0.1"))
            stalled.sendall(said)
        for _ in range(3):
            assert _secure(server, data)[0] == 200


def test_serve_when_rubbish_follows_the_greeting_then_that_connection_ends_and_others_are_answered(
    server: Served, data: Path
) -> None:
    with socket.create_connection(("127.0.0.1", _port(server)), 20) as plain:
        secure = _trusting(data).wrap_socket(plain, server_hostname="127.0.0.1")
        raw = socket.socket(fileno=secure.detach())
    with raw:
        raw.settimeout(20)
        raw.sendall(b"\x17\x03\x03\x00\x20" + bytes(32))
        while raw.recv(4096):
            pass
    assert _secure(server, data)[0] == 200


def test_serve_when_several_requests_come_on_one_connection_then_each_is_answered(server: Served, data: Path) -> None:
    connection = http.client.HTTPSConnection("127.0.0.1", _port(server), timeout=20, context=_trusting(data))
    connection.connect()
    connection.auto_open = 0
    for size in (1, 20_000, 60_000):
        connection.request("POST", "/language", "x" * size, {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 302  # no token; the whole of it was read all the same
    connection.close()


def test_serve_when_it_starts_then_the_console_says_how_to_trust_it(tmp_path: Path) -> None:
    with served(tmp_path / "data", (*SERVE, "--tls")) as running:
        assert running.stop() == 0
    authority = tls.authority(tmp_path / "data")
    assert f"On this machine: https://127.0.0.1:{_port(running)}" in running.said
    assert authority.fingerprint in running.said
    assert authority.thumbprint in running.said
    assert f"http://127.0.0.1:{_port(running)}/trust" in running.said
    assert "Traceback" not in running.said


@pytest.mark.parametrize("torn", [b"", b"rubbish"])
def test_serve_when_the_authority_is_damaged_then_it_says_so_in_plain_words(tmp_path: Path, torn: bytes) -> None:
    tls.ready(tmp_path, [])
    (tmp_path / tls.FOLDER / tls.AUTHORITY).write_bytes(torn)
    with pytest.raises(AssertionError, match="last backup"), served(tmp_path, (*SERVE, "--tls")):
        pass


# -- without a process --------------------------------------------------------------------------------------


def test_options_when_the_setting_says_so_then_gunicorn_has_the_certificate_in_one_file(tmp_path: Path) -> None:
    found = options(Settings(data=tmp_path, tls=True))
    assert found["certfile"] == found["keyfile"] == str(tmp_path / tls.FOLDER / tls.SERVER)
    assert "certfile" not in options(Settings(data=tmp_path))


def test_incoming_when_half_a_record_came_then_nothing_is_waited_for_without_a_place(tmp_path: Path) -> None:
    tls.ready(tmp_path, [])
    ours, theirs = socket.socketpair()
    server = tls.Contexts(tmp_path / tls.FOLDER / tls.SERVER).current()
    with ours, theirs:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = _trusting(tmp_path).wrap_bio(incoming, outgoing, server_hostname="localhost")
        wrapped = server.wrap_socket(ours, server_side=True, do_handshake_on_connect=False)
        wrapped.setblocking(False)
        theirs.setblocking(False)
        for _ in range(4):
            for shake in (client.do_handshake, wrapped.do_handshake):
                with suppress(ssl.SSLWantReadError):
                    shake()
                if text := outgoing.read():
                    theirs.sendall(text)
                with suppress(BlockingIOError):
                    incoming.write(theirs.recv(65536))
        client.write(b"GET / HTTP/1.1\r\n\r\n")
        record = outgoing.read()
        theirs.sendall(record[:10])
        places = Places(1)
        assert places.take("others")
        assert Incoming(wrapped, "pc", places).recv(100) == b""
        theirs.sendall(record[10:])
        assert Incoming(wrapped, "pc", places).recv(100) == b"GET / HTTP/1.1\r\n\r\n"
        wrapped.close()


@pytest.fixture
def secure_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {"ANHNH_DATA": str(tmp_path), "ANHNH_TLS": "yes", "HOST": "0.0.0.0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("anhnh_lms.web.lan._interfaces", lambda: ["192.168.7.9"])
    return Settings.from_environment()


def test_addresses_when_the_server_has_tls_then_it_says_https_the_fingerprint_and_the_code(
    secure_settings: Settings, tmp_path: Path
) -> None:
    assert CliRunner().invoke(console.addresses).exit_code == 1  # never started
    tls.ready(tmp_path, ["192.168.7.9"])
    (tmp_path / "setup-code").write_text("abcd-efgh")
    said = CliRunner().invoke(console.addresses).output
    for line in ("https://192.168.7.9:8000", "http://192.168.7.9:8000/trust", "abcd-efgh"):
        assert line in said
    assert tls.authority(tmp_path).fingerprint in said


def test_certificate_when_written_to_a_stick_then_it_is_the_authoritys_and_no_key(
    secure_settings: Settings, tmp_path: Path
) -> None:
    stick = tmp_path / "clé usb" / "authority.crt"
    assert CliRunner().invoke(console.certificate, [str(stick)]).exit_code == 1  # never started
    tls.ready(tmp_path, [])
    assert "cannot be written" in CliRunner().invoke(console.certificate, [str(stick)]).output
    stick.parent.mkdir()
    said = CliRunner().invoke(console.certificate, [str(stick)])
    assert said.exit_code == 0
    assert stick.read_bytes() == tls.authority(tmp_path).der
    assert tls.authority(tmp_path).thumbprint in said.output


def test_renew_when_the_authority_is_gone_while_it_runs_then_no_other_is_made(
    secure_settings: Settings, tmp_path: Path
) -> None:
    from anhnh_lms import create_app

    app = create_app(secure_settings)
    renew(app)
    assert not tls.exists(tmp_path)
    path = tls.ready(tmp_path, [])
    before = path.read_bytes()
    renew(app)
    assert path.read_bytes() != before  # it names 192.168.7.9 now
    (tmp_path / tls.FOLDER / tls.AUTHORITY).write_bytes(b"rubbish")
    renew(app)  # says so in the log and goes on
