"""A small load generator: keep-alive connections, each sending the next request when the answer is there."""

from __future__ import annotations

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
    def __init__(self, address: tuple[str, int], make: Callable[[], bytes]) -> None:
        self.address, self.make = address, make
        self.buffer = self.request = b""
        self.sent = 0.0
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self.sent, self.request = time.perf_counter(), self.make()
        self.socket.sendall(self.request)

    def send_again(self) -> None:
        """The same request on a new connection; the time since it was first sent goes on."""
        self.socket.close()
        self.connect()
        self.socket.sendall(self.request)

    def receive(self) -> tuple[int, int] | None:
        """(status, size of the body) when a whole answer is there."""
        data = self.socket.recv(262144)
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


def run(address: tuple[str, int], makers: Sequence[Callable[[], bytes]], count: int, longest: float = 60) -> Outcome:
    """Send `count` requests in all over one connection per maker; each maker gives its next request."""
    selector = selectors.DefaultSelector()
    clients = [_Client(address, make) for make in makers]
    for client in clients:
        selector.register(client.socket, selectors.EVENT_READ, client)
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    started, sent, size, broken = time.perf_counter(), 0, 0, 0
    for client in clients[:count]:
        client.send()
        sent += 1
    while len(latencies) < count and time.perf_counter() - started < longest:
        for key, _events in selector.select(timeout=1):
            client = key.data
            try:
                done = client.receive()
            except (ConnectionResetError, BrokenPipeError):
                if client.buffer:
                    raise
                selector.unregister(client.socket)
                client.send_again()
                selector.register(client.socket, selectors.EVENT_READ, client)
                broken += 1
                continue
            if done is None:
                continue
            latencies.append(time.perf_counter() - client.sent)
            statuses[done[0]] = statuses.get(done[0], 0) + 1
            size = done[1]
            if sent < count:
                client.send()
                sent += 1
    seconds = time.perf_counter() - started
    for client in clients:
        client.socket.close()
    return Outcome(seconds, sorted(latencies), statuses, size, broken)


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
