"""`anhnh check`, `fmt`, `new`, `translate` at a terminal."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anhnh_lms.cli.content import check, commands, fmt, new, translate
from anhnh_lms.content.check import check_course, check_folders
from anhnh_lms.content.files import load_folder

from .builders import files, manifest, module, quiz

GOOD = "## S\n<!-- id: s -->\n\nText.\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANHNH_COURSES", str(tmp_path))
    return tmp_path


def course(library: Path, body: str = GOOD, name: str = "fire", **more: str | bytes) -> Path:
    for path, data in files(body, **more).items():
        (library / name / path).parent.mkdir(parents=True, exist_ok=True)
        (library / name / path).write_bytes(data)
    return library / name


def run(command: object, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])  # type: ignore[arg-type]
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_commands_when_collected_then_have_their_names() -> None:
    assert [command.name for command in commands] == ["check", "fmt", "new", "translate"]
    assert all(command.help for command in commands)


def test_check_when_course_is_good_then_says_nothing_and_exits_0(library: Path) -> None:
    course(library)
    result = run(check)
    assert (result.exit_code, result.output) == (0, "")


def test_check_when_there_are_errors_then_prints_all_and_exits_1(library: Path) -> None:
    folder = course(library, "# T\n\n## S\n\n[x](#gone)\n")
    other = course(library, "##S\n", name="water")
    result = run(check)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert f"{folder}/m.en.md:6: E127 # is for the title, which stands in the front matter; begin with ##" in lines
    assert [line.split(" ")[1] for line in lines if str(other) in line] == ["E146"]
    assert len(lines) == 4


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_check_when_there_are_many_courses_then_says_the_same_on_any_number_of_cores(
    library: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    bodies = (GOOD, "##S\n", "# T\n\n## S\n\n[x](#gone)\n", GOOD, "## S\n\nText.\n")
    folders = [course(library, body, name=f"c{number}") for number, body in enumerate(bodies)]
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    alone = [check_course(load_folder(folder)) for folder in folders]
    assert check_folders(folders) == alone
    assert [bool(problems) for problems in alone] == [False, True, True, False, True]


def test_check_when_no_processes_can_work_together_then_says_the_same(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [course(library, name="fire"), course(library, "##S\n", name="water")]
    expected = check_folders(folders)

    def refused(_cores: int) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr("anhnh_lms.content.check.ProcessPoolExecutor", refused)
    assert check_folders(folders) == expected


def test_check_when_there_are_only_warnings_then_exits_0(library: Path) -> None:
    course(library, quiz("### X?\n<!-- id: x -->\n\n- (x) a\n- ( ) b\n"))
    result = run(check, library)
    assert result.exit_code == 0
    assert "W201" in result.output


def test_check_when_asked_in_another_language_then_answers_in_it(library: Path) -> None:
    course(library, "##S\n")
    assert "mettez une espace" in run(check, "--lang", "fr").output
    assert "ضع مسافة" in run(check, "--lang", "ar").output
    assert run(check, "--lang", "xx").exit_code == 2


def test_check_when_asked_for_json_then_is_one_list(library: Path) -> None:
    folder = course(library, "##S\n")
    found = json.loads(run(check, "--json", folder).output)
    message = "put a space after the # marks of a heading"
    assert found == [{"file": str(folder / "m.en.md"), "line": 6, "code": "E146", "level": "error", "message": message}]


def test_check_when_a_date_is_given_then_judges_by_it(library: Path) -> None:
    folder = course(library)
    (folder / "course.yml").write_text(manifest(more="review-by: 2027-06-30\n"))
    assert "W103" not in run(check, "--today", "2027-06-30").output
    assert "W103" in run(check, "--today", "2027-07-01").output


def test_check_when_given_one_file_then_tells_only_of_it(library: Path) -> None:
    folder = course(library, "##S\n", fig__x_gif=b"GIF89a")
    assert "E131" in run(check, folder).output
    assert "E131" not in run(check, folder / "m.en.md").output


def test_check_when_asked_to_fix_then_writes_and_is_content(library: Path) -> None:
    folder = course(library, "##S\n\n## Q\n<!-- quiz id: q -->\n\n### X?\n\n- (x) a\n> yes\n- ( ) b\n> no\n")
    mode = (folder / "m.en.md").stat().st_mode
    result = run(check, "--fix")
    assert result.exit_code == 0, result.output
    assert "<!-- id: x -->\n\n- (x) a\n  > yes\n" in (folder / "m.en.md").read_text()
    assert (folder / "m.en.md").stat().st_mode == mode
    assert sorted(path.name for path in folder.iterdir()) == ["course.en.md", "course.yml", "m.en.md"]


@pytest.mark.parametrize("command", [check, fmt, translate])
def test_command_when_there_is_no_course_then_says_so(library: Path, command: object) -> None:
    result = run(command, library)
    assert result.exit_code == 1
    assert "there is no course" in result.output


def test_fmt_when_files_are_loose_then_writes_them_once(library: Path) -> None:
    folder = course(library, "## S\n\nText.\n")
    assert run(fmt, "--check").exit_code == 1
    assert "<!-- id" not in (folder / "m.en.md").read_text()
    assert run(fmt).output.splitlines() == [str(folder / "m.en.md")]
    assert "<!-- id: s -->" in (folder / "m.en.md").read_text()
    again = run(fmt, "--check")
    assert (again.exit_code, again.output) == (0, "")


def test_new_when_course_is_new_then_it_passes_every_check(library: Path) -> None:
    assert run(new, "fire-safety").exit_code == 0
    result = run(check, library / "fire-safety")
    assert (result.exit_code, result.output) == (0, "")
    first = (library / "fire-safety" / "course.yml").read_text()
    assert run(new, "fire-safety").exit_code == 1
    assert (library / "fire-safety" / "course.yml").read_text() == first


@pytest.mark.parametrize("name", ["../x", "Fire", "a b", "", "a" * 50, "x/y", "-x"])
def test_new_when_the_name_is_no_name_then_makes_nothing(library: Path, name: str) -> None:
    assert run(new, "--", name).exit_code == 2
    assert list(library.iterdir()) == []


def test_translate_when_shown_then_counts_and_lists(library: Path) -> None:
    folder = course(library, m_fr_md=module(GOOD, "source: m.en.md\n", "fr"))
    (folder / "course.yml").write_text(manifest(languages="[en, fr]"))
    output = run(translate).output
    assert re.search(r"/m\.fr\.md +0 +2 +0$", output, re.MULTILINE)
    assert f"{folder / 'm.fr.md'}:7: stale #s (m.en.md:6)" in output
    assert run(translate, "--done", f"{folder / 'm.fr.md'}#s").exit_code == 0
    assert re.search(r"/m\.fr\.md +1 +1 +0$", run(translate).output, re.MULTILINE)
    assert run(translate, "--done", "fire/m.fr.md").exit_code == 0
    states = json.loads(run(translate, "--json").output)
    assert [state["state"] for state in states if state["path"].endswith("m.fr.md")] == ["done", "done"]


@pytest.mark.parametrize("done", ["fire/m.en.md", "fire/none.md", "fire/m.fr.md#gone", "fire/course.yml"])
def test_translate_when_it_cannot_be_marked_then_says_why(library: Path, done: str) -> None:
    folder = course(library, m_fr_md=module(GOOD, "source: m.en.md\n", "fr"))
    (folder / "course.yml").write_text(manifest(languages="[en, fr]"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = run(translate, "--done", done)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
