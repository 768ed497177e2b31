"""One PC that sends half a request, forty times, does not stop the others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from anhnh_lms.cli import patience
from anhnh_lms.cli.patience import Incoming, Places

from ..cli.served import served

HALF = (
    b"GET /health HTTP/1.1\r\nHost: x\r\n",
    b"POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nnumber=",
    b"",
    b"GET /health HTTP/1.0\r\n\r\n",  # answered; the other end is left open
)
MORE_THAN_THREADS = 12


@pytest.fixture
def both() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@contextmanager
def stalled(url: str, text: bytes, times: int) -> Iterator[list[socket.socket]]:
    port = urlsplit(url).port
    assert port
    with ExitStack() as stack:
        found = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 20)) for _ in range(times)]
        for connection in found:
            connection.sendall(text)
        yield found


@pytest.mark.parametrize("text", HALF)
def test_serve_when_more_connections_stall_than_there_are_threads_then_it_answers_others(
    tmp_path: Path, text: bytes
) -> None:
    with (
        served(tmp_path / "data", ANHNH_WORKERS="1", ANHNH_THREADS="4") as server,
        stalled(server.url, text, MORE_THAN_THREADS),
    ):
        for _ in range(3):
            assert server.get("/health") == (200, "ok\n")


def test_incoming_when_the_request_is_there_then_it_is_read_without_a_place(
    both: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = both
    places = Places(1)
    assert places.take("others")
    theirs.sendall(b"GET / HTTP/1.1\r\n\r\n")
    reading = Incoming(ours, "pc", places)
    assert (reading.recv(5), reading.recv(100)) == (b"GET /", b" HTTP/1.1\r\n\r\n")


def test_incoming_when_nothing_comes_and_no_place_is_free_then_it_is_over(
    both: tuple[socket.socket, socket.socket],
) -> None:
    places = Places(4)
    assert places.take("pc")
    assert Incoming(both[0], "pc", places).recv(10) == b""


def test_incoming_when_nothing_comes_in_all_the_time_then_it_is_over_and_the_place_is_free(
    both: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WHOLE", 0.2)
    places = Places(4)
    assert Incoming(both[0], "pc", places).recv(10) == b""
    assert places.take("pc")


def test_incoming_when_it_drips_for_ever_then_it_is_over(
    both: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WHOLE", -1.0)
    ours, theirs = both
    theirs.sendall(b"one letter, then another")
    assert Incoming(ours, "pc", Places(4)).recv(1) == b""


def test_places_when_one_address_takes_all_it_gets_then_others_still_get_some() -> None:
    places = Places(16)
    assert [places.take("greedy") for _ in range(6)] == [True] * 4 + [False] * 2
    assert [places.take(f"pc {n}") for n in range(6)] == [True] * 4 + [False] * 2
    places.give("greedy")
    assert [places.take("greedy"), places.take("greedy")] == [True, False]
