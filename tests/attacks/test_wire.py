"""Bytes on the wire: two requests hidden in one, headers of a proxy that is not there, lines without end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..cli.served import Served, served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("wire") / "data", ANHNH_WORKERS="1", ANHNH_THREADS="4") as running:
        yield running


def answer(server: Served, text: bytes) -> bytes:
    """Everything that the server sends until it closes the connection."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), 30) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def ask(lines: str, body: bytes = b"") -> bytes:
    return lines.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


HIDDEN = b"0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n"
AMBIGUOUS = [
    ask(f"POST /verify HTTP/1.1\nHost: x\nContent-Length: {len(HIDDEN)}\nTransfer-Encoding: chunked", HIDDEN),
    ask("POST /verify HTTP/1.1\nHost: x\nContent-Length: 4\nContent-Length: 44", HIDDEN),
    ask("POST /verify HTTP/1.1\nHost: x\nTransfer-Encoding: chunked, identity", HIDDEN),
    ask("POST /verify HTTP/1.1\nHost: x\nTransfer-Encoding: xchunked", HIDDEN),
    ask("POST /verify HTTP/1.1\nHost: x\nTransfer-Encoding : chunked", HIDDEN),
    ask("POST /verify HTTP/1.1\nHost: x\nContent-Length: +4", HIDDEN),
    ask("POST /verify HTTP/1.1\nHost: x\nContent-Length: 0x4", HIDDEN),
    ask("GET /health HTTP/1.1\nHost: x\nX: a\n b"),
    ask("GET /health HTTP/1.1\nHost: x\nHost: y"),
]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_request_when_its_end_can_be_read_two_ways_then_no_second_one_is_answered(server: Served, text: bytes) -> None:
    found = answer(server, text)
    assert found.count(b"HTTP/1.1 ") == 1
    assert found.split()[1] in (b"400", b"501")
    assert b"ok\n" not in found


def test_headers_when_they_claim_a_proxy_then_they_are_not_believed(server: Served) -> None:
    """From this machine itself gunicorn would believe them: links, cookies and waits would follow."""
    claims = (
        "X-Forwarded-Proto: https\nX-Forwarded-For: 10.9.9.9\nX-Forwarded-Host: evil.test\nForwarded: for=10.9.9.9\n"
        "SCRIPT_NAME: /evil\nPATH_INFO: /health\nX-Forwarded-Prefix: /evil\nX-Forwarded-Ssl: on"
    )
    found = answer(server, ask(f"GET /setup HTTP/1.1\nHost: x\nConnection: close\n{claims}"))
    assert found.startswith(b"HTTP/1.1 200")
    assert b"evil" not in found
    assert b"Secure" not in found


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (ask(f"GET /{'a' * 5000} HTTP/1.1\nHost: x"), b"414"),
        (ask(f"GET /health HTTP/1.1\nHost: x\nX: {'a' * 9000}"), b"431"),
        (ask("GET /health HTTP/1.1\nHost: x\n" + "\n".join(f"X-{n}: 1" for n in range(70))), b"431"),
        (ask("TRACE /health HTTP/1.1\nHost: x\nConnection: close"), b"405"),
        (ask("PUT /health HTTP/1.1\nHost: x\nConnection: close"), b"405"),
        (ask("DELETE /verify HTTP/1.1\nHost: x\nConnection: close"), b"405"),
    ],
)
def test_request_when_it_is_too_long_or_of_no_use_then_it_is_refused_in_a_word(
    server: Served, text: bytes, status: bytes
) -> None:
    found = answer(server, text)
    assert found.split()[1] == status
    assert b"Traceback" not in found


def test_folder_when_served_then_nobody_else_on_the_machine_reads_it_and_the_log_holds_no_request(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    with served(folder, ANHNH_WORKERS="1", ANHNH_THREADS="4") as running:
        answer(running, ask("GET /staff?q=Unmistakable HTTP/1.1\nHost: x\nConnection: close"))
        answer(running, b"Unmistakable line that is no request\r\n\r\n")
        answer(running, ask("GET /health HTTP/1.1\nHost: x\nCookie : s=Unmistakable"))
        open_to_others = [path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert "Unmistakable" not in running.said
