"""CSV: nothing in it runs, nothing hides in it, and it reads back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.reports.table import Table, guarded, to_csv

cells = st.one_of(st.none(), st.integers(), st.text(max_size=20), st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200f=1", "\r\n=1", "a,b", 'a"b', "السجن", "\ufeff=1", "\x00=2"]
))  # fmt: skip


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_to_csv_when_cells_are_hostile_then_no_text_begins_a_formula(rows: list[tuple[str | int | None, ...]]) -> None:
    back = read(to_csv(Table(("one", "two"), tuple(rows))))
    assert [len(line) for line in back] == [2] * (len(rows) + 1)
    for line, row in zip(back[1:], rows, strict=True):
        for text, cell in zip(line, row, strict=True):
            if isinstance(cell, str):
                assert not text.lstrip().startswith(("=", "+", "-", "@"))
                assert not set(text) & set("\u200e\u200f\u061c\u202a\u202e\u2066\ufeff\r\n\x00")
            else:
                assert text == ("" if cell is None else str(cell))


@pytest.mark.parametrize(("cell", "written"), [
    ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+212", "'+212"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "' x"),
    (" =1", "' =1"), ("\u200f=1", "'=1"), (-1, "-1"), (2.5, "2.5"), (None, ""), ("a-b", "a-b"), ("سلمى\u200f", "سلمى"),
    ("a\nb", "a b"),
])  # fmt: skip
def test_guarded_when_written_then_text_is_harmless_and_numbers_stay(cell: str | float | None, written: str) -> None:
    assert guarded(cell) == written


@pytest.mark.parametrize("text", [
    "x;=1+1", "x; =1+1", 'x;"=1+1', "Benali;@SUM(A1)", "a;b;-1+2", "a;+1;=2", "\uff1d1+1", "x;\uff0b1", '"=1+1', "'=1",
])  # fmt: skip
def test_guarded_when_a_semicolon_or_a_wide_sign_makes_a_formula_then_it_is_none(text: str) -> None:
    """Spreadsheets of French and Arabic offices divide a cell at its semicolon, whatever the file says."""
    line = to_csv(Table(("name",), ((text,),))).decode("utf-8-sig").splitlines()[1]
    for cell in line.strip('"').replace('""', '"').split(";"):
        assert cell.strip(' "')[:1] not in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"), line
