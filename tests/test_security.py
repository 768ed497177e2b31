"""docs/security.md: no requirement is left out, and every file, test and figure that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from anhnh_lms import create_app
from anhnh_lms.cli import serving
from anhnh_lms.config import Settings
from anhnh_lms.content import limits
from anhnh_lms.people import access, claiming, credentials, csv_read, slips, waits
from anhnh_lms.web import guard, verify

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
STANDARD = TEXT.split("## 5. ")[1]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FILE = re.compile(r"`((?:anhnh_lms|templates|tests|docs|requirements|scripts)/[\w./-]+|pyproject\.toml)`")
# Requirements of levels 1 and 2 of ASVS 5.0.0: section and how many, which are its first.
REQUIREMENTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3,
    "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3,
    "16.5": 3,
}  # fmt: skip
WHOLE_CHAPTERS = ("10", "17")  # none of which applies


def rows() -> list[list[str]]:
    """The cells of every requirement's line."""
    lines = [line for line in STANDARD.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def left_out() -> set[str]:
    """Numbers of requirements and sections that do not apply."""
    lines = [line for line in STANDARD.splitlines() if line.startswith("Not applicable:")]
    return {number for line in lines for number in re.findall(r"\b\d+\.\d+(?:\.\d+)?\b", line)}


def test_standard_when_read_then_each_requirement_stands_there_once() -> None:
    wanted = {f"{section}.{n}" for section, count in REQUIREMENTS.items() for n in range(1, count + 1)}
    told = [number.strip() for row in rows() for number in row[0].split(",")]
    not_here = {number for number in wanted if number in left_out() or number.rpartition(".")[0] in left_out()}
    assert len(told) == len(set(told))
    assert set(told) & not_here == set()
    assert set(told) | not_here == wanted


@pytest.mark.parametrize("chapter", WHOLE_CHAPTERS)
def test_standard_when_a_chapter_does_not_apply_then_one_line_says_why(chapter: str) -> None:
    assert re.search(rf"^### V{chapter} .*\n\nNot applicable: \w.*\.$", STANDARD, re.MULTILINE)


def test_standard_when_a_requirement_is_told_then_a_test_shows_it_or_it_is_by_hand() -> None:
    for number, asked, done, shown in rows():
        assert asked, number
        assert done, number
        assert TEST.fullmatch(shown) or shown == "by hand", number


def test_page_when_it_names_a_test_then_the_test_is_there() -> None:
    named = set(TEST.findall(TEXT))
    assert len(named) > 80
    for path, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (path, name)


def test_page_when_it_names_a_file_then_the_file_is_there() -> None:
    named = set(FILE.findall(TEXT))
    assert len(named) > 25
    assert [path for path in named if not (ROOT / path).exists()] == []
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / link).exists(), link


def test_page_when_it_tells_a_limit_then_it_is_the_programs(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path / "data"))
    line = serving.options(Settings(data=tmp_path / "data"))
    said = [
        f"| {access.FREE_TRIES}, then 30 s doubling to {waits.LONGEST // 60} min; {access.FREE_TRIES_EVERYWHERE} over",
        f"| {access.ONE_PC.tries}, one back each minute |",
        f"| {verify.GUESSES.tries}, one back every {verify.GUESSES.seconds // 60} minutes;",
        f"| {claiming.FREE_TRIES} on one PC, {claiming.FREE_TRIES_EVERYWHERE} over all,",
        f"| {guard.ENDS // 3600} hours |", f"| {guard.LONGEST // 3600} hours |",
        f"| {app.config['MAX_CONTENT_LENGTH'] // 2**20} MiB, fields {app.config['MAX_FORM_MEMORY_SIZE'] // 2**20} MiB; "
        f"of whoever is not signed in {guard.STRANGERS_BYTES // 1024} KiB |",
        f"| {line['limit_request_line']} bytes, {line['limit_request_fields']} fields of "
        f"{line['limit_request_field_size']} bytes |",
        f"| {csv_read.BYTES // 1024} kB, {csv_read.ROWS:,} lines, {csv_read.COLUMNS} columns, {csv_read.CELL} ",
        f"| {limits.COURSE_BYTES // 2**20} MB, {limits.COURSE_FILES:,} files;", f"| {slips.BATCH} |",
        f"| {credentials.PIN_DIGITS} digits;",
        f"| {credentials.PASSPHRASE_LENGTH} to {credentials.PASSPHRASE_LIMIT} characters",
    ]  # fmt: skip
    assert access.ONE_PC.seconds == 60
    assert [text for text in said if text not in TEXT] == []
