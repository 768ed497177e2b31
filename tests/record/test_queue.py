"""The line in which writers wait leaves no file open behind it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from anhnh_lms import db


def open_files() -> list[str]:
    found = []
    for number in os.listdir("/proc/self/fd"):
        path = Path("/proc/self/fd") / number
        if path.is_symlink() and os.path.exists(path):
            found.append(os.readlink(path))
    return found


def test_queue_when_threads_end_then_their_files_are_closed(tmp_path: Path) -> None:
    path = str(tmp_path / "queue")

    def write() -> None:
        with db._queue(path):
            assert path in open_files()

    for _ in range(20):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert path not in open_files()


def test_queue_when_a_thread_turns_to_many_databases_then_few_stay_open(tmp_path: Path) -> None:
    for number in range(20):
        with db._queue(str(tmp_path / f"{number}.queue")):
            pass
    assert len([path for path in open_files() if path.startswith(str(tmp_path))]) == db.QUEUES
