"""Starting and stopping what is measured: the same gunicorn settings for both sides."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORKERS, THREADS = 2, 16


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int
    started: float  # seconds from the start of the process to the first answer

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def memory(self) -> int:
        """Bytes of all its processes: proportional set size, so that shared pages count once."""
        return sum(_pss(pid) for pid in _family(self.pid))


def _family(pid: int) -> list[int]:
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [p for child in children.read_text().split() for p in _family(int(child))]
    return found


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smallest(database: Path, size: int) -> Iterator[Server]:
    """The application of `smallest.py` on gunicorn."""
    command = [
        sys.executable, "-m", "gunicorn", "benchmarks.smallest:app", "--worker-class", "gthread",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "5", "--log-level", "error",
        "--no-control-socket", "--config", os.devnull,
    ]  # fmt: skip
    with _running(command, {"SMALLEST_DATABASE": str(database), "SMALLEST_SIZE": str(size)}, "/page") as server:
        yield server


@contextmanager
def ours(data: Path) -> Iterator[Server]:
    """`anhnh serve` on that data folder."""
    values = {"ANHNH_DATA": str(data), "ANHNH_WORKERS": str(WORKERS), "ANHNH_THREADS": str(THREADS)}
    with _running([sys.executable, "-m", "anhnh_lms.cli", "serve"], values, "/sign-in") as server:
        yield server


@contextmanager
def _running(command: list[str], values: Mapping[str, str], first: str) -> Iterator[Server]:
    port = free_port()
    if "gunicorn" in command:
        command = [*command, "--bind", f"127.0.0.1:{port}"]
    environment = {**os.environ, **values, "HOST": "127.0.0.1", "PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield Server(process.pid, port, _wait(process, port, first) - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int, first: str) -> float:
    from .load import get, run

    until = time.perf_counter() + 60
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read().decode() if process.stderr else "the server ended")
        try:
            outcome = run(("127.0.0.1", port), [lambda: get(first)], 1, 10)
        except (OSError, ConnectionError):
            time.sleep(0.02)
            continue
        if outcome.statuses:
            return time.perf_counter()
    raise RuntimeError("the server did not answer")
