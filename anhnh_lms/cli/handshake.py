"""TLS for gunicorn's worker: greeting a connection without a thread that waits for it.

gunicorn would finish the greeting in a thread, however long the other end takes: sixteen PCs that begin
and say no more would hold them all. Here a thread does what can be done at once; the connection then goes
back to the poller, which wakes a thread when more has come, and closes it when nothing does.

Whoever speaks plain HTTP to the same port is heard too, as plain: the application answers with the way to
the certificate and to https, and with nothing else (web/trust.py).
"""

from __future__ import annotations

import copy
import select
import socket
import ssl
import time
from pathlib import Path
from typing import Any

from gunicorn import http

from ..tls import Contexts

HELLO = b"\x16"  # RFC 8446, 5.1: the first byte of a handshake; no request of HTTP begins with it


class Greeter:
    """Brings connections to where a request can be read. `whole` is how many seconds one may take for it."""

    def __init__(self, cfg: Any, at_once: float, whole: float) -> None:
        self._contexts, self._plain = Contexts(Path(cfg.certfile)), _without_tls(cfg)
        self._at_once, self._whole = at_once, whole

    def greeted(self, conn: Any) -> bool:
        """Whether a request has begun to come. If not: ask again when more has come. Raises OSError where
        nothing will."""
        until = time.monotonic() + self._at_once
        if not isinstance(conn.sock, ssl.SSLSocket):
            if conn.sock.recv(1, socket.MSG_PEEK) != HELLO:
                conn.cfg = self._plain
                return True
            self._wrap(conn)
        if not _shakes(conn, until):
            return False
        conn.parser = http.get_parser(conn.cfg, conn.sock, conn.client)
        conn.initialized = True
        return bool(conn.sock.pending()) or _readable(conn.sock, until - time.monotonic())

    def _wrap(self, conn: Any) -> None:
        conn.over = time.monotonic() + self._whole
        context = self._contexts.current()
        plain, conn.sock = conn.sock, socket.socket()  # gunicorn closes conn.sock, also when this fails
        plain.setblocking(False)
        conn.sock, spare = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), conn.sock
        spare.close()


def _shakes(conn: Any, until: float) -> bool:
    """Goes on with the handshake; whether it is done. What comes until then is waited for."""
    while True:
        try:
            conn.sock.do_handshake()
            return True
        except ssl.SSLWantReadError:
            if time.monotonic() > conn.over:
                raise TimeoutError("a handshake that never ends") from None
            if not _readable(conn.sock, until - time.monotonic()):
                return False


def _readable(connection: socket.socket, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(max(0.0, seconds) * 1000))


def _without_tls(cfg: Any) -> Any:
    """The same configuration, for a connection that speaks plain HTTP: its address is no https."""
    plain = copy.copy(cfg)
    plain.__dict__["settings"] = dict(cfg.settings)
    for name in ("certfile", "keyfile"):
        plain.settings[name] = copy.copy(cfg.settings[name])
        plain.settings[name].value = None
    return plain
