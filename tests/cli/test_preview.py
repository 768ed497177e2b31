"""`anhnh preview` as a program: it serves this machine alone, needs nothing, stops on Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from anhnh_lms.cli.preview import preview
from tests.learning import school

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return school.written(tmp_path / "fire-drill")


def _hear_ctrl_c() -> None:
    """A run in the background ignores Ctrl-C, and so would whatever it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def running(folder: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program on a free port: the process and its address."""
    nothing = tmp_path / "empty"
    nothing.mkdir()
    command = [sys.executable, "-m", "anhnh_lms.cli", "preview", str(folder / "02-count.en.md"), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--lang", "en"], cwd=nothing, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_hear_ctrl_c,
    )  # fmt: skip
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    try:
        assert found, process.stdout.read()
        yield process, found[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)
        process.stdout.close()


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def test_preview_when_started_on_a_file_then_its_page_is_shown_and_saving_shows(
    running: tuple[subprocess.Popen[str], str], folder: Path, tmp_path: Path
) -> None:
    _, address = running
    assert "Everybody who slept here." in fetch(f"{address}/")
    before = json.loads(fetch(f"{address}/version"))
    file = folder / "02-count.en.md"
    file.write_text(file.read_text().replace("Everybody who slept here.", "All who slept here."))
    assert json.loads(fetch(f"{address}/version")) != before
    assert "All who slept here." in fetch(f"{address}/en/count")
    assert list((tmp_path / "empty").iterdir()) == []  # no data folder, no database


def test_preview_when_interrupted_then_it_stops_cleanly(running: tuple[subprocess.Popen[str], str]) -> None:
    process, address = running
    fetch(f"{address}/version")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Stopped." in output
    assert "Traceback" not in output


def test_preview_when_it_serves_then_it_listens_on_this_machine_alone(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    _, address = running
    port = int(address.rsplit(":", 1)[1])
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", port))


def test_preview_when_the_port_is_taken_then_it_says_so(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(preview, [str(folder), "--port", str(port)])
    assert result.exit_code == 1
    assert f"port {port} cannot be used" in result.output


def test_preview_when_there_is_no_course_then_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    for path in (tmp_path, tmp_path / "notes.md"):
        result = CliRunner().invoke(preview, [str(path)])
        assert result.exit_code == 1
        assert "no course" in result.output


def test_preview_when_there_are_several_courses_then_it_asks_which(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "course.yml").write_text("slug: x\n")
    result = CliRunner().invoke(preview, [str(tmp_path)])
    assert result.exit_code == 1
    assert "several courses" in result.output
