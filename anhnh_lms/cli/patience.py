"""How long the server waits for whoever sends half a request: not at the cost of the others.

gunicorn gives each connection a thread until its request is read. Forty connections that send half a
request, from one PC, would hold every thread for ever. So what does not come at once may be waited for
by some threads only, by fewer for one PC, and only for a while; else the connection is closed.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from gunicorn.workers import gthread

from .handshake import Greeter

AT_ONCE = 0.1  # seconds of waiting for one request that are free
WHOLE = 20.0  # seconds in which a request must have come, and in which each part of an answer must be taken
LAST = 0.2  # seconds of silence in which whoever was answered may close the connection
LONGEST = 2.0  # seconds for hearing out whoever still sends
_SECONDS = struct.pack("ll", int(WHOLE), 0)  # struct timeval, socket(7): SO_SNDTIMEO


class Places:
    """How many threads of a process may wait for late senders: half of them, a quarter for one address."""

    def __init__(self, threads: int) -> None:
        self._all, self._each = max(1, threads // 2), max(1, threads // 4)
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Whether a thread may wait for that address; then `give` must follow."""
        with self._lock:
            if self._held.total() >= self._all or self._held[address] >= self._each:
                return False
            self._held[address] += 1
            return True

    def give(self, address: str) -> None:
        with self._lock:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]


class Incoming:
    """A connection while one request is read from it. What comes too late reads as the end."""

    def __init__(self, connection: socket.socket, address: str, places: Places) -> None:
        self._connection, self._address, self._places = connection, address, places
        self._free, self._until = AT_ONCE, time.monotonic() + WHOLE

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def recv(self, size: int) -> bytes:
        if isinstance(self._connection, ssl.SSLSocket):
            return self._deciphered(self._connection, size)
        return self._connection.recv(size) if self._comes() else b""

    def _deciphered(self, connection: ssl.SSLSocket, size: int) -> bytes:
        """Under TLS half a record may have come, of which nothing can be read yet."""
        before = connection.gettimeout()
        connection.setblocking(False)
        try:
            while True:
                try:
                    return connection.recv(size)
                except ssl.SSLWantReadError:
                    if not self._comes():
                        return b""
        except ssl.SSLError:
            return b""  # what cannot be deciphered is the end
        finally:
            connection.settimeout(before)

    def _comes(self) -> bool:
        began = time.monotonic()
        came = self._arrives(self._free)
        self._free -= time.monotonic() - began
        if came:
            return began < self._until
        if not self._places.take(self._address):
            return False
        try:
            return self._arrives(self._until - time.monotonic())
        finally:
            self._places.give(self._address)

    def _arrives(self, seconds: float) -> bool:
        waiting = select.poll()
        waiting.register(self._connection, select.POLLIN)
        return bool(waiting.poll(max(0.0, seconds) * 1000))


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, each of which is patient only as far as this module says."""

    def init_process(self) -> None:
        self.besides = None  # what the process does besides answering (`serving.Besides`)
        self.places = Places(self.cfg.threads)
        self.greeter = Greeter(self.cfg, AT_ONCE, WHOLE) if self.cfg.is_ssl else None
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Read, answer. Runs in a thread. A connection on which nothing came yet goes back to the poller,
        which closes it when nothing comes."""
        if not conn.initialized and not conn.data_ready and not conn.wait_for_data(AT_ONCE):
            return gthread._DEFER
        if self.greeter and not conn.initialized:
            try:
                if not self.greeter.greeted(conn):
                    conn.data_ready = False
                    return gthread._DEFER
            except OSError:
                _part(conn.sock)
                return False
        conn.sock.setblocking(True)
        conn.init()
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SECONDS)
        conn.parser.unreader.sock = Incoming(conn.sock, str(conn.client[0]), self.places)
        stays = super().handle(conn)
        if stays is False:
            _part(conn.sock)
        return stays

    def handle_request(self, req: Any, conn: Any) -> Any:
        if isinstance(conn.sock, ssl.SSLSocket):
            conn.sock.settimeout(WHOLE)  # under TLS SO_SNDTIMEO would only be tried again, for ever
        return super().handle_request(req, conn)


def _part(connection: socket.socket) -> None:
    """Say that nothing more is sent, then hear of nothing more. gunicorn would wait two seconds for the
    other end to close, and in the one thread that lets new connections in."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(LAST)
        until = time.monotonic() + LONGEST
        while connection.recv(1 << 20) and time.monotonic() < until:
            pass  # what was sent and not read, such as a file that is too large, would make the kernel
            # take the answer back
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)
