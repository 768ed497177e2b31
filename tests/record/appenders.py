"""Processes and threads that append at the same time."""

from __future__ import annotations

import threading
from multiprocessing import get_context

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.record.log import Fact, recording, stream_of

THREADS = 3
HOMES = ("MA-1", "MA-2")


def append_in_processes(settings: Settings, processes: int, each: int) -> int:
    """Append in several processes of THREADS threads, each thread in units of its own, and wait for all.
    Returns how many registrations were made."""
    context = get_context("spawn")
    running = [context.Process(target=_append, args=(settings, name, each)) for name in range(processes)]
    for process in running:
        process.start()
    for process in running:
        process.join(120)
        assert process.exitcode == 0
    return processes * THREADS * each


def _append(settings: Settings, name: int, each: int) -> None:
    app = create_app(settings)
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            with app.app_context():
                for number in range(each):
                    _register(f"{name}-{thread}-{number}", number + thread)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        db.engine.dispose()
    if failures:
        raise SystemExit(1)


def _register(person: str, turn: int) -> None:
    """A unit that appends to two streams in two calls, in the one order or in the other, all of them to
    what one shared person's row is folded from."""
    homes = HOMES if turn % 2 else HOMES[::-1]
    with recording() as record:
        for home in homes:
            body = {"function": f"function {turn}"}
            record.append(Fact("person.changed", stream_of(home), "MA", body, person="shared"))
        body = {"establishment": homes[0]}
        record.append(Fact("person.registered", stream_of(homes[0]), "MA", body, person=person))
