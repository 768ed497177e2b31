"""Reading a list of staff as offices send it: a CSV file of whatever spreadsheet, kept within limits.

Comma, semicolon or tab; UTF-8 with or without a mark, UTF-16, Windows-1252 or Windows-1256. A cell is
text, always: nothing in it is computed, here or later.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import csv_words
from .details import Details, tidy

BYTES = 512 * 1024
ROWS = 5000
COLUMNS = 40
CELL = 400  # characters
SEPARATORS = (";", ",", "\t")
EXAMPLE = {
    "fr": ("matricule", "nom et prénom", "nom en arabe", "fonction", "sexe", "langue"),
    "ar": ("رقم التأجير", "الاسم بالحروف اللاتينية", "الاسم بالعربية", "المهمة", "الجنس", "اللغة"),
    "en": ("staff number", "name", "name in Arabic", "function", "sex", "language"),
}
_ROUNDED = re.compile(r"\d+([.,]\d+)?E\+\d+", re.IGNORECASE)
_FORCED_TEXT = re.compile(r'="([^"]*)"')  # how a spreadsheet is told to keep 00123 as it is


class UnreadableList(ValueError):
    """Why a file is not a list of staff: "empty", "large", "rows", "columns", "cell", "binary",
    "quotes", "number-column", "name-column", "twice" (a heading stands there twice)."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why} {detail}".strip())
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: the line on which it ends in the file, its details, whether its number was rounded."""

    number: int
    details: Details
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class StaffFile:
    """What a file says. `ignored` are headings that are not known: their columns were left out."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


def decode(data: bytes) -> str:
    """The text of the file, in whichever encoding its first line makes sense. Raises UnreadableList."""
    if len(data) > BYTES:
        raise UnreadableList("large")
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252", "cp1256"]
    readable: list[str] = []
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "staff_number" in _columns(_first_cells(text)):
            return _printable(text)
        readable.append(text)
    if not readable:
        raise UnreadableList("binary")
    return _printable(readable[0])


def _printable(text: str) -> str:
    if "\0" in text:
        raise UnreadableList("binary")
    return text


def _first_cells(text: str) -> list[str]:
    body = _without_hint(text)[0]
    first = next((line for line in body.splitlines() if line.strip()), "")[: CELL * COLUMNS]
    return [cell.strip().strip('"') for cell in re.split(r"[;,\t]", first)]


def _without_hint(text: str) -> tuple[str, str]:
    """The text without a first line `sep=;`, and the separator that this line asks for."""
    found = re.match(r"\ufeff?sep=(.)\r?\n", text, re.IGNORECASE)
    return (text[found.end() :], found[1]) if found else (text.removeprefix("\ufeff"), "")


def read_list(text: str) -> StaffFile:
    """The rows of the list, tidied but not yet judged. Raises UnreadableList; never half a list."""
    if len(text.encode("utf-8", "replace")) > 2 * BYTES:
        raise UnreadableList("large")
    rows = _rows(text)
    _line_number, head = next(rows, (0, []))
    if not head:
        raise UnreadableList("empty")
    columns = _columns(head)
    _check_columns(columns, head)
    lines = [_line(number, dict(zip(columns, cells, strict=False))) for number, cells in rows]
    if not lines:
        raise UnreadableList("empty")
    ignored = tuple(tidy(h) for h, c in zip(head, columns, strict=True) if not c and tidy(h))
    return StaffFile(tuple(lines), ignored)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line of the file, cells) of every row that says something."""
    body, asked = _without_hint(text)
    skipped = text.count("\n") - body.count("\n")
    first = next((line for line in body.splitlines() if line.strip()), "")
    separator = asked if asked in SEPARATORS else max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    count = 0
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            _within_limits(count, cells)
            yield reader.line_num + skipped, cells
    except csv.Error as error:
        raise UnreadableList("quotes", str(reader.line_num + skipped)) from error


def _within_limits(count: int, cells: Sequence[str]) -> None:
    if count > ROWS + 1:
        raise UnreadableList("rows")
    if len(cells) > COLUMNS:
        raise UnreadableList("columns")
    if any(len(cell) > CELL for cell in cells):
        raise UnreadableList("cell")


def _columns(head: Sequence[str]) -> list[str]:
    return [csv_words.heading(tidy(cell)) for cell in head]


def _check_columns(columns: Sequence[str], head: Sequence[str]) -> None:
    known = [c for c in columns if c]
    for column in known:
        if known.count(column) > 1:
            raise UnreadableList("twice", tidy(head[columns.index(column)]))
    if "staff_number" not in known:
        raise UnreadableList("number-column")
    if not any(c.startswith(("name_", "last_", "first_")) for c in known):
        raise UnreadableList("name-column")


def _line(number: int, cells: dict[str, str]) -> Line:
    value = {name: _cell(cells.get(name, "")) for name in csv_words.HEADINGS}
    details = Details(
        staff_number=value["staff_number"],
        name_latin=_name(value, "latin"),
        name_arabic=_name(value, "arabic"),
        function=csv_words.function(value["function"]) if value["function"] else "",
        sex=csv_words.sex(value["sex"]) if value["sex"] else "",
        language=csv_words.language(value["language"]) if value["language"] else "",
    ).tidied()
    return Line(number, details, bool(_ROUNDED.fullmatch(details.staff_number)))


def _cell(text: str) -> str:
    kept = tidy(text)
    forced = _FORCED_TEXT.fullmatch(kept)
    return forced[1].strip() if forced else kept


def _name(value: dict[str, str], script: str) -> str:
    parts = (value[f"first_{script}"], value[f"last_{script}"])
    return value[f"name_{script}"] or " ".join(part for part in parts if part)


def example(language: str) -> bytes:
    """An empty list with its headings, as a spreadsheet opens it: UTF-8 with its mark, semicolons."""
    head = EXAMPLE.get(language, EXAMPLE["en"])
    return ("\ufeff" + ";".join(head) + "\r\n").encode("utf-8")
