"""A small load generator: keep-alive connections, each sending the next request when the answer is there."""

from __future__ import annotations

import heapq
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave. `latencies` in seconds, sorted; `size` is that of the last body in bytes; `broken` is how
    often a connection was closed before its answer and opened again, which a browser does unseen."""

    seconds: float
    latencies: Sequence[float]
    statuses: dict[int, int]
    size: int
    broken: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class _Client:
    """One connection, opened with its first request."""

    def __init__(self, address: tuple[str, int], make: Callable[[], bytes]) -> None:
        self.address, self.make = address, make
        self.socket: socket.socket | None = None
        self.buffer = self.request = b""
        self.sent, self.waits = 0.0, False

    @property
    def open(self) -> socket.socket:
        assert self.socket
        return self.socket

    def connect(self) -> None:
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self.sent, self.request, self.waits = time.perf_counter(), self.make(), True
        self.open.sendall(self.request)

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket, self.buffer = None, b""

    def receive(self) -> tuple[int, int] | None:
        """(status, size of the body) when a whole answer is there."""
        data = self.open.recv(262144)
        if not data:
            raise ConnectionResetError("the server closed a connection")
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return None
        length = 0
        for line in head.split(b"\r\n")[1:]:
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if len(body) < length:
            return None
        self.buffer = body[length:]
        return int(head.split(b" ", 2)[1]), length


def run(
    address: tuple[str, int], makers: Sequence[Callable[[], bytes]], count: int, longest: float = 60, pause: float = 0
) -> Outcome:
    """Send `count` requests in all over one connection per maker; each maker gives its next request.

    Without a pause each maker sends as soon as it is answered. With one it sends again `pause` seconds after it
    sent, or as soon as it is answered if that takes longer, and the makers begin evenly within the first pause.
    """
    loop = _Loop(address, makers, count, pause)
    started = time.perf_counter()
    while len(loop.latencies) < count and time.perf_counter() - started < longest:
        loop.turn()
    seconds = time.perf_counter() - started
    loop.close()
    return Outcome(seconds, sorted(loop.latencies), loop.statuses, loop.size, loop.broken)


class _Loop:
    def __init__(
        self, address: tuple[str, int], makers: Sequence[Callable[[], bytes]], count: int, pause: float
    ) -> None:
        self.selector, self.count, self.pause = selectors.DefaultSelector(), count, pause
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.sent = self.size = self.broken = 0
        now, step = time.perf_counter(), pause / len(makers)
        self.clients = [_Client(address, make) for make in makers]
        self.due = [(now + step * place, place) for place in range(len(makers))]  # sorted: a heap

    def turn(self) -> None:
        """Send what is due, wait until something else is due or comes, and take it."""
        now = time.perf_counter()
        while self.due and self.sent < self.count and self.due[0][0] <= now:
            self._send(heapq.heappop(self.due)[1])
        waits = max(0.0, self.due[0][0] - now) if self.due and self.sent < self.count else 1.0
        for key, _events in self.selector.select(timeout=waits):
            self._take(key.data)

    def _send(self, place: int) -> None:
        client = self.clients[place]
        if client.socket is None:
            client.connect()
            self.selector.register(client.open, selectors.EVENT_READ, place)
        client.send()
        self.sent += 1

    def _take(self, place: int) -> None:
        client = self.clients[place]
        try:
            done = client.receive()
        except (ConnectionResetError, BrokenPipeError):
            self._reopen(place)
            return
        if done is None:
            return
        now = time.perf_counter()
        self.latencies.append(now - client.sent)
        self.statuses[done[0]] = self.statuses.get(done[0], 0) + 1
        self.size, client.waits = done[1], False
        heapq.heappush(self.due, (max(now, client.sent + self.pause) if self.pause else now, place))

    def _reopen(self, place: int) -> None:
        """Closed while nothing was asked: opened again with the next request, as a browser does. Closed before the
        answer: asked again at once, and counted; the time since it was first sent goes on."""
        client = self.clients[place]
        self.selector.unregister(client.open)
        client.close()
        if client.waits:
            self.broken += 1
            client.connect()
            self.selector.register(client.open, selectors.EVENT_READ, place)
            client.open.sendall(client.request)

    def close(self) -> None:
        for client in self.clients:
            client.close()


def get(path: str, cookie: str = "") -> bytes:
    """A GET request, ready to send."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: fr"]
    return ("\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else [])]) + "\r\n\r\n").encode()


def post(path: str, body: str, cookie: str = "", extra: str = "") -> bytes:
    """A form, ready to send. `extra` are further header lines, each ending in CRLF."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body.encode())}\r\n{extra}"
    )
    return (head + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n" + body).encode()
