"""A server as a person starts it: a process of its own, answering on a port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SERVE = (sys.executable, "-m", "anhnh_lms.cli", "serve")


@dataclass
class Served:
    """A running server; `said` is what it wrote until it was stopped."""

    url: str
    process: subprocess.Popen[str]
    said: str = ""

    def get(self, path: str = "/") -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def stop(self) -> int:
        """Ask it to stop and wait for it. Returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=60)
        self.said += said
        return self.process.returncode


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def served(data: Path, command: Sequence[str] = SERVE, **environment: str) -> Iterator[Served]:
    """The server on that data folder, once it answers; stopped at the end."""
    port = free_port()
    values = {"ANHNH_DATA": str(data), "HOST": "127.0.0.1", "PORT": str(port), "ANHNH_LANGUAGE": "en", **environment}
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **values}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    found = Served(f"http://127.0.0.1:{port}", process)
    try:
        _wait(port, found)
        yield found
    finally:
        found.stop()


def _wait(port: int, found: Served) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if found.process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    found.stop()
    raise AssertionError(found.said)
