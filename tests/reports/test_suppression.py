"""What was hidden cannot be computed again: tried by listing every table that would look the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.reports.suppression import ALL, LEAST, Cell, Grid, hidden, is_open, totals_only, with_totals

SMALL, MANY = st.integers(0, 8), st.one_of(st.integers(0, 9), st.integers(0, 300))


def grid(numbers: Sequence[int], rows: int, columns: int) -> dict[Cell, int]:
    names_r, names_c = [f"r{n}" for n in range(rows)], [f"c{n}" for n in range(columns)]
    cells = list(product(names_r, names_c))
    return with_totals(dict(zip(cells, numbers, strict=True)), names_r, names_c)


def tables_that_look_the_same(table: Grid, pattern: frozenset[Cell]) -> Iterator[Mapping[Cell, int]]:
    """Every table of numbers up to 20 whose published cells are those of `table`."""
    inside = sorted(cell for cell in table if ALL not in cell)
    rows, columns = sorted({r for r, _ in inside}), sorted({c for _, c in inside})
    choices = [range(21) if cell in pattern else (table[cell],) for cell in inside]
    for numbers in product(*choices):
        other = with_totals(dict(zip(inside, numbers, strict=True)), rows, columns)
        if all(other[cell] == table[cell] for cell in table if cell not in pattern):
            yield other


@given(st.lists(SMALL, min_size=4, max_size=4))
@settings(max_examples=40)
def test_hidden_when_every_table_is_tried_then_no_hidden_cell_is_certain(numbers: list[int]) -> None:
    table = grid(numbers, 2, 2)
    (pattern,) = hidden([table])
    seen: dict[Cell, set[int]] = {cell: set() for cell in pattern}
    for other in tables_that_look_the_same(table, pattern):
        for cell in pattern:
            seen[cell].add(other[cell])
        if all(len(some) > 1 for some in seen.values()):
            break
    assert all(len(some) > 1 for some in seen.values())


@given(st.lists(SMALL, min_size=4, max_size=4))
@settings(max_examples=15)
def test_hidden_when_the_rule_is_known_too_then_no_hidden_cell_is_certain(numbers: list[int]) -> None:
    table = grid(numbers, 2, 2)
    (pattern,) = hidden([table])
    seen: dict[Cell, set[int]] = {cell: set() for cell in pattern}
    for other in tables_that_look_the_same(table, pattern):
        if any(other[cell] not in some for cell, some in seen.items()) and hidden([other]) == [pattern]:
            for cell, some in seen.items():
                some.add(other[cell])
        if all(len(some) > 1 for some in seen.values()):
            break
    assert all(len(some) > 1 for some in seen.values())


@given(st.integers(1, 4), st.integers(2, 3), st.data())
def test_hidden_when_the_sums_are_solved_then_no_hidden_cell_follows(
    rows: int, columns: int, data: st.DataObject
) -> None:
    table = grid(data.draw(st.lists(MANY, min_size=rows * columns, max_size=rows * columns)), rows, columns)
    (pattern,) = hidden([table])
    assert {c for c, n in table.items() if 0 < n < LEAST} <= pattern
    assert not determined(table, pattern)
    assert all(is_open(cell, pattern, table) for cell in pattern)


def determined(table: Grid, pattern: frozenset[Cell]) -> list[Cell]:
    """The hidden cells that follow from the published ones by the sums alone (Gauss, in fractions)."""
    unknown = sorted(pattern)
    rows, columns = {r for r, _ in table}, {c for _, c in table}
    in_rows = [[(r, c) for c in columns] for r in rows]
    in_columns = [[(r, c) for r in rows] for c in columns if len(rows) > 1]
    matrix = [
        [Fraction(0 if cell not in cells else -1 if cell[side] == ALL else 1) for cell in unknown]
        for side, sums in ((1, in_rows), (0, in_columns))
        for cells in sums
    ]
    return [unknown[n] for n in range(len(unknown)) if _in_span(matrix, n)]


def _in_span(matrix: list[list[Fraction]], unknown: int) -> bool:
    """Whether the unit vector of that unknown is a combination of the rows."""
    width = len(matrix[0]) if matrix else 0
    unit = [Fraction(int(n == unknown)) for n in range(width)]
    return _rank([*matrix, unit]) == _rank(matrix)


def _rank(matrix: list[list[Fraction]]) -> int:
    rows, rank = [list(r) for r in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((n for n in range(rank, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for n in range(rank + 1, len(rows)):
            factor = rows[n][column] / rows[rank][column]
            rows[n] = [x - factor * y for x, y in zip(rows[n], rows[rank], strict=True)]
        rank += 1
    return rank


@given(st.integers(1, 3), st.data())
def test_hidden_when_there_are_several_tables_then_none_shows_what_another_hides(
    rows: int, data: st.DataObject
) -> None:
    numbers = st.lists(st.integers(0, 12), min_size=rows * 2, max_size=rows * 2)
    tables: list[dict[Cell, int]] = [grid(data.draw(numbers), rows, 2) for _ in range(2)]
    tables.append(totals_only({c: tables[0][ALL, c] for c in ("c0", "c1")}, ["c0", "c1"]))
    patterns = hidden(tables)
    for one, mine in zip(tables, patterns, strict=True):
        assert all(is_open(cell, mine, one) for cell in mine)
        for other, theirs in zip(tables, patterns, strict=True):
            for cell in mine - theirs:
                assert cell not in other or other[cell] != one[cell] or other[cell[0], ALL] == 0


def test_hidden_when_no_number_is_small_then_everything_is_shown() -> None:
    assert hidden([grid([5, 60, 7, 80], 2, 2)]) == [frozenset()]


def test_hidden_when_one_number_is_small_then_totals_are_spared() -> None:
    (pattern,) = hidden([grid([3, 60, 7, 80], 2, 2)])
    assert pattern == {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}


def test_hidden_when_a_row_counts_nobody_then_its_zeros_are_shown() -> None:
    (pattern,) = hidden([grid([0, 0, 7, 80], 2, 2)])
    assert not pattern


def test_hidden_when_a_table_has_one_row_then_a_small_number_is_not_alone() -> None:
    (pattern,) = hidden([totals_only({"f": 3, "m": 40, "-": 9}, ["f", "m", "-"])])
    assert (ALL, "f") in pattern
    assert len(pattern) == 2
