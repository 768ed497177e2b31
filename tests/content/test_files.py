"""A course's folder: what is read, what is refused, and the name of a version."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from anhnh_lms.content import limits
from anhnh_lms.content.files import load_folder, version_of
from anhnh_lms.content.reader import read_course

from .builders import files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    course = tmp_path / "course"
    for name, data in files("## S\n<!-- id: s -->\n\nText.\n").items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_bytes(data)
    return course


def test_folder_when_read_then_has_its_files_sorted(folder: Path) -> None:
    (folder / "fig" / "deep").mkdir(parents=True)
    (folder / "fig" / "deep" / "x.svg").write_bytes(b"x")
    found = load_folder(folder)
    assert list(found) == ["course.en.md", "course.yml", "fig/deep/x.svg", "m.en.md"]
    assert found.problems == ()


def test_folder_when_it_has_hidden_files_then_skips_them(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    (folder / ".hidden").write_text("x")
    (folder / "m.en.md~").write_text("x")
    assert list(load_folder(folder)) == ["course.en.md", "course.yml", "m.en.md"]


@pytest.mark.parametrize("target", ["/etc/passwd", "course.yml", "/nowhere"])
def test_folder_when_it_has_a_link_then_refuses_it(folder: Path, target: str) -> None:
    (folder / "x.svg").symlink_to(target)
    found = load_folder(folder)
    assert "x.svg" not in found
    assert [(problem.path, problem.code) for problem in found.problems] == [("x.svg", "E134")]
    assert not read_course(found).sound


def test_folder_when_a_folder_is_linked_then_does_not_enter(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.svg").write_text("x")
    (folder / "fig").symlink_to(tmp_path / "outside")
    found = load_folder(folder)
    assert not any("secret" in name for name in found)
    assert [problem.code for problem in found.problems] == ["E134"]


def test_folder_when_it_has_a_pipe_then_does_not_wait(folder: Path) -> None:
    os.mkfifo(folder / "x.svg")
    assert [problem.code for problem in load_folder(folder).problems] == ["E134"]


def test_folder_when_a_page_has_50_mb_then_is_not_read(folder: Path) -> None:
    with (folder / "m.en.md").open("wb") as file:
        file.truncate(50_000_000)
    found = load_folder(folder)
    assert "m.en.md" not in found
    problem = found.problems[0]
    assert (problem.path, problem.code) == ("m.en.md", "E101")
    assert problem in read_course(found).errors


def test_page_when_it_comes_with_50_mb_otherwise_then_is_not_read() -> None:
    reading = read_course(files() | {"m.en.md": b"a " * 25_000_000})
    assert [problem.code for problem in reading.errors if problem.path == "m.en.md"] == ["E101"]


def test_folder_when_it_has_too_many_files_then_stops(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COURSE_FILES", 2)
    assert [problem.code for problem in load_folder(folder).problems] == ["E135"]
    monkeypatch.setattr(limits, "COURSE_FILES", 2000)
    monkeypatch.setattr(limits, "COURSE_BYTES", 100)
    assert [problem.code for problem in load_folder(folder).problems] == ["E135"]


def test_folder_when_there_is_none_then_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_folder(tmp_path / "nowhere")


def test_version_when_computed_by_other_programs_then_is_the_same(folder: Path) -> None:
    command = "LC_ALL=C sha256sum course.en.md course.yml m.en.md | sha256sum"
    other = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    assert version_of(load_folder(folder)) == other.stdout.split()[0]


def test_version_when_a_file_changes_or_moves_then_is_another() -> None:
    one = files()
    moved = {("n.en.md" if name == "m.en.md" else name): data for name, data in one.items()}
    assert len({version_of(one), version_of(moved), version_of(one | {"m.en.md": b"x"})}) == 3
    assert version_of(dict(reversed(one.items()))) == version_of(one)
