"""The documentation: what it names is there, what it tells to do works, what it explains is what is counted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import anhnh_lms.tables  # noqa: F401  (every table is known)
from anhnh_lms.cli import _collect, cli
from anhnh_lms.config import Settings
from anhnh_lms.content import comment, frontmatter, manifest, settings
from anhnh_lms.content.course import Module, Scenario
from anhnh_lms.content.words import BOXES
from anhnh_lms.db import Base, ViewBase
from anhnh_lms.people.places import KEEP_YEARS
from anhnh_lms.record.entry import KINDS
from anhnh_lms.reports import definitions
from scripts import catalogues
from tests.courses.library import FULL, source

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").rglob("*.md"))
KEEPING = [ROOT / "docs" / folder / "keeping-the-server.md" for folder in ("", "fr", "ar")]
PAGES = [ROOT / "README.md", *DOCS]
# in a line of code, or in backticks
_COMMAND = re.compile(r"(?:^    |`)(?:\S+=\S+ )*(?:\.venv/bin/)?anhnh ([a-z][^`\n]*)", re.MULTILINE)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _documentation() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def _commands() -> dict[str, click.Command]:
    _collect()
    return dict(cli.commands)


# -- commands, settings, verbs --------------------------------------------------------------------------------


def test_commands_when_documented_then_each_stands_in_the_documentation() -> None:
    text = _documentation()
    missing = [name for name in _commands() if not re.search(rf"anhnh {name}\b|`{name}`", text)]
    assert missing == []


def test_commands_when_asked_for_help_then_each_says_what_it_does() -> None:
    for name, command in _commands().items():
        assert command.help, name


def test_documentation_when_it_names_a_command_then_the_command_and_its_options_exist() -> None:
    named = _COMMAND.findall(_documentation())
    assert len(named) > 20
    for line in named:
        name, *words = line.split()
        command = _commands().get(name)
        assert command is not None, line
        known = {"--help", "-h"} | {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_settings_when_documented_then_each_stands_there_with_its_default() -> None:
    text = _text("docs/administrators.md")
    for variable, default, _meaning in Settings.documentation():
        assert f"| `{variable}` | {f'`{default}`' if default else 'empty'} |" in text, variable


def test_makefile_when_documented_then_its_verbs_exist() -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*## ", _text("Makefile"), re.MULTILINE))
    assert {"help", "setup", "demo", "serve", "test", "check", "fix", "translations"} <= verbs
    named = set(re.findall(r"(?:`|^    )(?:[A-Z_]+=\S+ )*make ([a-z-]+)", _documentation(), re.MULTILINE))
    assert named - verbs == set()


# -- links and names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_when_it_links_to_a_file_then_the_file_is_there(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    for target in re.findall(r"\]\(([^)#\s‹]+)", prose):
        assert "://" not in target, target
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs/architecture.md"], ids=lambda page: page.name)
def test_page_when_it_names_a_module_then_the_module_is_there(page: Path) -> None:
    """`record/log.py`, `learning.quicksave` and `people.audit.viewed()`, as the way through the house writes them."""
    text = page.read_text(encoding="utf-8")
    package = ROOT / "anhnh_lms"
    for path in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", text):
        assert (package / path).exists() or (ROOT / path).exists(), path
    rooms = "|".join(sorted(p.name for p in package.iterdir() if (p / "__init__.py").exists()))
    for room, module in re.findall(rf"`({rooms})\.([a-z_]+)\b", text):
        assert (package / room / f"{module}.py").exists() or (package / room / module).is_dir(), f"{room}.{module}"


def test_course_format_when_it_is_read_then_every_key_kind_and_box_stands_there() -> None:
    text = _text("docs/course-format.md")
    words = {*comment.QUESTION_KEYS, *comment.QUIZ_KEYS, *manifest.KEYS, *frontmatter.MODULE_KEYS, *settings.TYPES}
    assert {word for word in words if not re.search(rf"(?<![\w-]){word}(?![\w-])", text)} == set()
    assert {word for word in (*BOXES, *settings.SCALES) if word not in text} == set()


# -- what is kept of people ------------------------------------------------------------------------------------------

PRIVACY = [ROOT / "docs" / folder / "privacy.md" for folder in ("", "fr", "ar")]


def _first_cells(page: Path) -> set[str]:
    """The names in backticks in the first cell of every row of the page's tables."""
    rows = re.findall(r"^\|([^|]*)\|.*\|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {name for cell in rows for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("page", PRIVACY, ids=lambda page: page.parent.name)
def test_privacy_when_read_then_every_table_and_every_kind_of_entry_stands_there_and_no_other(page: Path) -> None:
    tables = {*Base.metadata.tables, *ViewBase.metadata.tables, "alembic_version"}
    assert _first_cells(page) == tables | set(KINDS)


@pytest.mark.parametrize("page", PRIVACY, ids=lambda page: page.parent.name)
def test_privacy_when_it_names_the_years_then_they_are_those_of_the_program(page: Path) -> None:
    assert set(re.findall(r"\*\*(\d+) ", page.read_text(encoding="utf-8"))) == {str(KEEP_YEARS)}


@pytest.mark.parametrize("page", PRIVACY[1:], ids=lambda page: page.parent.name)
def test_privacy_when_translated_then_it_has_the_same_parts_and_the_words_of_the_screens(page: Path) -> None:
    """As many headings, rows and points; what stands in italics there is called so on the screens."""
    english, told = (p.read_text(encoding="utf-8") for p in (PRIVACY[0], page))
    for mark in (r"^#+ ", r"^\|", r"^- "):
        assert len(re.findall(mark, told, re.MULTILINE)) == len(re.findall(mark, english, re.MULTILINE)), mark
    (path,) = catalogues.po_files([page.parent.name])
    said = {m.id: m.string for m in catalogues.read(path) if isinstance(m.id, str)}
    screens = ("What does this server know about me?", "Server", "They may be forgotten after", "Staff", "Who left",
               "Who left so long ago that they may be forgotten?")  # fmt: skip
    plain = " ".join(told.replace("\u00a0", " ").split())
    assert [name for name in screens if f"*{said[name]}*".replace("\u00a0", " ") not in plain] == []
    assert [name for name in screens if f"*{name}*" not in " ".join(english.split())] == []


@pytest.mark.parametrize("page", PRIVACY, ids=lambda page: page.parent.name)
def test_privacy_when_it_links_then_the_file_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


# -- what a trainer is told to do ---------------------------------------------------------------------------------


def test_trainers_page_when_its_commands_are_run_in_their_order_then_they_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done: list[str] = []
    for line in re.findall(r"^    anhnh (.*)$", _text("docs/trainers.md"), re.MULTILINE):
        words = shlex.split(line)
        if words[0] == "preview":  # serves until it is stopped; tests/cli/test_preview.py runs it
            continue
        if words[0] == "translate" and "translate" not in done:
            _translated(tmp_path / "courses" / "fire-safety")
        result = CliRunner().invoke(_commands()[words[0]], words[1:])
        assert result.exit_code == 0, f"{line}: {result.output}"
        done.append(words[0])
    assert {"new", "fmt", "check", "translate"} <= set(done)
    result = CliRunner().invoke(_commands()["translate"], ["courses/fire-safety"])
    assert re.search(r"01-counting\.fr\.md +[1-9]\d* +0 +0", result.output), result.output


def _translated(folder: Path) -> None:
    """As the page tells it: the copy, its language, its source, the language in course.yml."""
    manifest = (folder / "course.yml").read_text(encoding="utf-8")
    (folder / "course.yml").write_text(
        manifest.replace("en: {review: pending}", "en: {review: pending}\n  fr: {review: pending}")
    )
    text = (folder / "01-counting.en.md").read_text(encoding="utf-8")
    (folder / "01-counting.fr.md").write_text(text.replace("lang: en", "lang: fr\nsource: 01-counting.en.md"))


# -- what a director is told ----------------------------------------------------------------------------------------


def test_directors_page_when_a_figure_is_shown_then_it_is_explained() -> None:
    text = _text("docs/directors.md")
    shown = {*definitions.DIRECTOR, *definitions.COUNTRY, *definitions.AGGREGATES}
    names = {_english(definitions.DEFINITIONS[name].name) for name in shown}
    assert {name for name in names if name not in text} == set()


def _english(lazy: Any) -> str:
    """What a lazy text says before anybody translates it."""
    return str(lazy._args[0])


# -- what a reviewer is given ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", FULL)
def test_review_when_a_question_is_asked_then_it_stands_in_the_list(slug: str) -> None:
    text = _reviewed(slug)
    asked = {q.id for page in source(slug) for quiz in page.quizzes for q in quiz.questions}
    assert {name for name in asked if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)} == set()


@pytest.mark.parametrize("slug", FULL)
def test_review_when_it_names_a_place_then_the_place_is_there(slug: str) -> None:
    text = _reviewed(slug)
    known = {part.id for page in source(slug) for part in page.parts}
    known |= {q.id for page in source(slug) for quiz in page.quizzes for q in quiz.questions}
    known |= set(re.findall(r"<!-- id: ([\w-]+)", _text(f"courses/{slug}/course.en.md")))
    places = set(re.findall(r"^\| \d\.\d+ \| `([\w.-]+)`", text, re.MULTILINE))
    assert places - known <= {"course.yml"}
    sections = {section.id for page in source(slug) for section in page.sections}
    assert {name for name in sections if f"`{name}`" not in text} == set()
    named = set(re.findall(r"(?<![\w-])[abcd]\d[qxs]?-[a-z0-9-]+", text))
    assert named - known - {step for page in source(slug) for step in _steps(page)} == set()


def _reviewed(slug: str) -> str:
    """The part of the reviewers' list about that course."""
    parts = re.split(r"(?m)^## ", _text("docs/content-review.md"))
    (found,) = [part for part in parts if f"`courses/{slug}`" in part]
    return found


def _steps(page: Module) -> Iterator[str]:
    for quiz in page.quizzes:
        for question in quiz.questions:
            if isinstance(question.answer, Scenario):
                yield from (step.id for step in question.answer.steps)


# -- what somebody who is no technician is told ----------------------------------------------------------------------


def _anchor(heading: str) -> str:
    """The name of a heading in links, as it is made of its letters, figures and spaces."""
    return "".join(c for c in heading.lower().replace(" ", "-") if c.isalnum() or c == "-").strip("-")


@pytest.mark.parametrize("page", KEEPING, ids=lambda page: page.parent.name)
def test_keeping_when_it_leads_to_a_task_then_the_task_is_there_and_each_is_led_to(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    tasks = [_anchor(heading) for heading in re.findall(r"^## (.*)$", text, re.MULTILINE)]
    led = {target.strip("-") for target in re.findall(r"\]\(#([^)]+)\)", text)}
    assert led == set(tasks)
    assert len(tasks) == 14


def _told(page: Path) -> list[str]:
    """The commands of the page, in their order, without the names that each language chooses."""
    lines = re.findall(r"^ {4,}(\S.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"COPIES/\w+-", "COPIES/server-", line) for line in lines]


def test_keeping_when_it_is_read_in_any_language_then_the_commands_are_the_same() -> None:
    english, french, arabic = map(_told, KEEPING)
    assert english == french == arabic
    assert len(english) > 30


def test_keeping_when_it_names_a_command_then_the_command_exists() -> None:
    named = {name for line in _told(KEEPING[0]) for name in re.findall(r"\./anhnh ([a-z-]+)", line)}
    assert named - set(_commands()) == {"--version"}
    assert {
        "install-service",
        "addresses",
        "upgrade",
        "backup",
        "restore",
        "certificate",
        "reset-administrator",
    } <= named
