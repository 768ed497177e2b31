"""gunicorn, set for a prison's PC: few processes, many threads, nothing listening but the port.

Sync workers hang on the idle connections that browsers open ahead of time, so each process has threads.
The application is loaded once, before the processes are forked, so that they share its memory.
"""

from __future__ import annotations

import ctypes
import gc
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from .. import tls
from ..config import Settings
from ..damage import Watch, heed, look_through
from ..record.running import hold
from ..web import lan
from ..web.ready import get_ready

M_ARENA_MAX = -8  # of mallopt(3)
ENDING, MOMENT = 5, 0.1  # seconds in which what is done besides must end when the process does, and of one look
TICK = 60  # seconds between two notes of the running time, in which waits are counted; the certificate is
# looked at as often


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's settings, for `anhnh serve` and, through gunicorn.conf.py, for `gunicorn app:app`."""
    memory = Path("/dev/shm")  # noqa: S108  (the workers' heartbeat: no disk to wait for)
    return {
        **_tls(settings),
        "bind": f"{_bracketed(settings.host)}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "anhnh_lms.cli.patience.Worker",
        "threads": settings.threads,
        "keepalive": 5,
        "timeout": 60,
        "graceful_timeout": 15,
        "preload_app": True,
        "control_socket_disable": True,
        "worker_tmp_dir": str(memory) if memory.is_dir() else None,
        # No proxy stands before this server, so no header may say who asks, how, or under which address.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        "header_map": "drop",
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "limit_request_field_size": 8190,
        "umask": 0o077,
        "accesslog": None,
        "logger_class": "anhnh_lms.cli.gunicorn_log.Logger",
        "loglevel": "warning",
        "proc_name": "anhnh",
        "when_ready": _before_the_workers,
        "post_worker_init": _begin_work,
        "worker_exit": _close_database,
        "on_exit": _carry_over,
    }


def _tls(settings: Settings) -> dict[str, Any]:
    """Certificate and key, made or renewed where it is time. Both stand in one file, so that neither is
    ever without the other."""
    if not settings.tls:
        return {}
    path = str(tls.ready(settings.data, lan.served(settings)))
    return {"certfile": path, "keyfile": path}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn serving an application that is loaded already."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def run(app: Flask, settings: Settings) -> None:
    """Serve until the process is told to stop (SIGTERM, SIGINT): requests under way are finished. Whoever
    calls has closed every connection to the database: processes may not share one."""
    Server(app, settings).run()


def _before_the_workers(arbiter: Any) -> None:
    """The port is open already: who comes now waits a moment and is served by workers that have all they need."""
    gc.disable()  # what is made now stays
    get_ready(arbiter.app.wsgi())
    gc.enable()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector would touch, and so copy, every page
    _spare_memory()


def _spare_memory() -> None:
    """Give back what was needed to get ready, and keep one heap for all threads: Python's threads take turns
    anyway, and sixteen heaps, each with holes, cost an old PC a quarter more."""
    _of_libc("malloc_trim", 0)
    _of_libc("mallopt", M_ARENA_MAX, 1)


def _of_libc(name: str, *values: int) -> None:
    """Only glibc knows these."""
    with suppress(OSError, AttributeError):
        getattr(ctypes.CDLL(None), name)(*values)


def _begin_work(worker: Any) -> None:
    app: Flask = worker.wsgi
    settings: Settings = app.config["SETTINGS"]
    if settings.on_sqlite:
        hold(settings.data)
    if settings.on_sqlite or settings.tls:
        worker.besides = Besides(app)
        worker.besides.start()


def _close_database(_arbiter: Any, worker: Any) -> None:
    """Nothing of the process is at the database any more."""
    from ..db import db

    if worker.besides is not None:
        worker.besides.end()
    if worker.wsgi is not None:
        with worker.wsgi.app_context():
            db.engine.dispose()


def _carry_over(arbiter: Any) -> None:
    """Every process has ended: what SQLite's write-ahead log holds goes over into the file. Whoever closes it
    last does that too, but two that close it at once may each take the other for the last."""
    settings: Settings = arbiter.app.wsgi().config["SETTINGS"]
    if settings.database_file and settings.database_file.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(settings.database_file, timeout=1)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Besides(threading.Thread):
    """What a process does besides answering: once a minute, and until it ends."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self._app, self._ends = app, threading.Event()
        self._looking: sqlite3.Connection | None = None

    def run(self) -> None:
        settings: Settings = self._app.config["SETTINGS"]
        minutely = [note_running_time, copy_of_the_day] if settings.on_sqlite else []
        while True:
            if settings.on_sqlite:
                self._try(partial(look_through_the_rest, began=self._began))
            if self._ends.wait(TICK):
                return
            for do in (*minutely, *([renew] if settings.tls else [])):
                self._try(do)

    def _try(self, do: Callable[[Flask], None]) -> None:
        try:
            do(self._app)
        except Exception:  # whatever it is, the next minute tries again
            self._app.logger.exception("What is done once a minute could not be done.")

    def _began(self, connection: sqlite3.Connection) -> None:
        self._looking = connection

    def end(self) -> None:
        """Do nothing more. What takes long is interrupted; the rest has a few seconds."""
        self._ends.set()
        for _ in range(int(ENDING / MOMENT)):
            if (looking := self._looking) is not None:
                with suppress(sqlite3.ProgrammingError):  # closed already
                    looking.interrupt()
            self.join(MOMENT)
            if not self.is_alive():
                return


def look_through_the_rest(app: Flask, began: Callable[[sqlite3.Connection], None] | None = None) -> None:
    """A database that was too large to be looked through before the start is looked through while the server
    serves, by one of the processes, unless it is interrupted (see `damage.look_through`). If it is damaged,
    writing stops and every page says so."""
    from sqlalchemy.exc import DBAPIError

    from ..db import db
    from ..record import copies, health

    database = app.config["SETTINGS"].database_file
    with app.app_context():
        try:
            start = health.last_start()
            db.session.remove()
            if start is None or start.searched:
                return
            with copies.turn(database.parent, wait=False) as mine:
                if mine and look_through(database, began):
                    _of_libc("malloc_trim", 0)  # it took some 10 MB
                    Watch(database).flag.unlink(missing_ok=True)
                    health.note_searched(start)
        except (DBAPIError, sqlite3.Error, OSError) as error:
            kind = heed(Watch(database), error)
            app.logger.error("The database could not be looked through: %s.", kind or type(error).__name__)
        finally:
            db.session.remove()


def copy_of_the_day(app: Flask) -> None:
    """Make the day's copy of the database if it is due. What stands in its way is noted for the server's page."""
    from sqlalchemy.exc import DBAPIError

    from ..db import db
    from ..people.elapsed import elapsed
    from ..record import copies, server

    database = app.config["SETTINGS"].database_file
    try:
        with app.app_context():
            running = elapsed() if server.identity() else None
            db.session.remove()
        if running is not None and (trouble := copies.make_daily(database.parent, database, running)):
            app.logger.warning("The copy of the day could not be made: %s.", trouble)
    except (DBAPIError, sqlite3.Error, OSError):
        app.logger.warning("The copy of the day could not be made.", exc_info=True)


def renew(app: Flask) -> None:
    """The certificate follows the machine: a new address, the end of its year. What was made for it stays
    in use if the disk is full; an authority that is gone is not replaced while the server runs."""
    settings: Settings = app.config["SETTINGS"]
    try:
        if tls.exists(settings.data):
            tls.ready(settings.data, lan.served(settings))
    except (OSError, tls.LostAuthority):
        app.logger.warning("The certificate could not be renewed.", exc_info=True)


def note_running_time(app: Flask) -> None:
    """Keep how long the server has been running. If the disk is full that is for another time."""
    from sqlalchemy.exc import DBAPIError

    from ..db import unit_of_work
    from ..people.elapsed import elapsed

    try:
        with app.app_context(), unit_of_work():
            elapsed()
    except (DBAPIError, OSError):
        app.logger.warning("The running time could not be kept.", exc_info=True)
