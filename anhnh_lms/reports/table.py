"""A table of figures and its CSV: the same cells wherever they are shown.

CSV here is UTF-8 with a byte order mark (so that spreadsheets read Arabic), commas, CRLF, a heading row.
A text that a spreadsheet would take for a formula is made harmless by an apostrophe before it
(OWASP, "CSV Injection"), also behind a semicolon, at which spreadsheets of French and Arabic offices divide
a cell; hidden direction characters are left out.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

Cell = str | int | float | None

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the wide ones too (Excel in East Asia)
_BEHIND = re.compile(rf"(;[\s\"']*)(?=[{re.escape(''.join(FORMULA))}])")
# direction marks, embeddings, isolates, zero-width characters: nobody sees them, and they break comparing
INVISIBLE = [*range(0x200B, 0x2010), 0x061C, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
KEPT_OUT = {**dict.fromkeys(INVISIBLE), **dict.fromkeys(CONTROLS, " ")}


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are headings; every row has as many cells; None is an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def guarded(cell: Cell) -> str:
    """A cell as it is written: a number as it is, a text that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    text = cell.translate(KEPT_OUT)
    text = _BEHIND.sub(r"\1'", text)
    return f"'{text}" if text.lstrip(" \"'").startswith(FORMULA) or cell[:1] in ("\t", "\r", "\n") else text


def to_csv(table: Table) -> bytes:
    """The table as a file for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(str(heading)) for heading in table.columns])
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")
