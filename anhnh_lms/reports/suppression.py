"""Hiding small numbers so that nobody can compute them again. Pure.

A number of fewer than five persons is hidden; 0 too, unless its whole row counts nobody. A hidden number could be
computed from the totals of its row and column, so others are hidden with it, until every hidden number may be
something else as well: there is another table without negative numbers, with the same published cells and totals,
in which it differs. In a table with totals such a table exists exactly where the hidden cell lies on a cycle of
hidden cells along which one can add and subtract 1 by turns (D. Gusfield, "A graph theoretic approach to
statistical data security", SIAM Journal on Computing 17, 1988).

Tables about the same rows and columns (completions, coverage, those due) often agree in some cells. So what one
table hides, no other shows at the same place: a number that is the same in both is hidden in both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

LEAST = 5  # persons
ALL = "*"  # the row or column of totals

Cell = tuple[str, str]  # (row, column)
Grid = Mapping[Cell, int]


def with_totals(parts: Grid, rows: Collection[str], columns: Collection[str]) -> dict[Cell, int]:
    """The whole table: every cell (0 where `parts` says nothing), the totals of rows, columns and all."""
    grid = {(r, c): parts.get((r, c), 0) for r in rows for c in columns}
    grid |= {(r, ALL): sum(grid[r, c] for c in columns) for r in rows}
    return grid | {(ALL, c): sum(grid[r, c] for r in rows) for c in (*columns, ALL)}


def totals_only(parts: Mapping[str, int], columns: Collection[str]) -> dict[Cell, int]:
    """A table of one row, that of the totals: by column, and all together."""
    grid = {(ALL, c): parts.get(c, 0) for c in columns}
    return grid | {(ALL, ALL): sum(grid.values())}


def hidden(tables: Sequence[Grid]) -> list[frozenset[Cell]]:
    """For each of the tables the cells to hide. Each table is as `with_totals` or `totals_only` gives it."""
    patterns = [_small(table) for table in tables]
    while True:
        for table, pattern in zip(tables, patterns, strict=True):
            _protect(table, pattern)
        more = [_shown_elsewhere(n, tables, patterns) for n in range(len(tables))]
        if not any(more):
            return [frozenset(pattern) for pattern in patterns]
        for pattern, some in zip(patterns, more, strict=True):
            pattern |= some


def _counts_nobody(cell: Cell, table: Grid) -> bool:
    """Whether the row of the cell is 0 throughout: nobody is in it who could be pointed at."""
    return table[cell[0], ALL] == 0


def _small(table: Grid) -> set[Cell]:
    return {cell for cell, number in table.items() if number < LEAST and not _counts_nobody(cell, table)}


def _shown_elsewhere(which: int, tables: Sequence[Grid], patterns: Sequence[set[Cell]]) -> set[Cell]:
    """The cells that this table shows and another hides, with the same number."""
    table = tables[which]
    return {
        cell
        for other, pattern in zip(tables, patterns, strict=True)
        for cell in pattern - patterns[which]
        if cell in table and table[cell] == other[cell] and not _counts_nobody(cell, table)
    }


def _protect(table: Grid, pattern: set[Cell]) -> None:
    """Hide more cells of a table, until none that is hidden can be computed."""
    while bare := next((cell for cell in sorted(pattern) if not is_open(cell, pattern, table)), None):
        more = set(table)  # everything hidden is always safe
        if choices := _rectangles(bare, table, pattern):
            more = min(choices, key=lambda some: _cost(bare, some, pattern, table))
        pattern |= more


def _rectangles(bare: Cell, table: Grid, pattern: set[Cell]) -> list[set[Cell]]:
    """What to hide more so that `bare` is a corner of a hidden rectangle, or in a table of one row has company."""
    row, column = bare
    rows, columns = {r for r, _ in table}, {c for _, c in table} - {column}
    if len(rows) == 1:
        choices = [{(row, c)} - pattern for c in sorted(columns)]
    else:
        choices = [{(row, c), (r, column), (r, c)} - pattern for r in sorted(rows - {row}) for c in sorted(columns)]
    return [more for more in choices if more]


def _cost(bare: Cell, more: set[Cell], pattern: set[Cell], table: Grid) -> tuple[int, ...]:
    """First what helps, then what spares totals, then few and small numbers."""
    helps = is_open(bare, pattern | more, table)
    totals = sum((r == ALL) + (c == ALL) for r, c in more)
    return not helps, totals, len(more), sum(table[cell] for cell in more)


def is_open(cell: Cell, pattern: Collection[Cell], table: Grid) -> bool:
    """Whether the hidden cell may be another number too, to who knows the table's other cells and its totals."""
    one_row = len({r for r, _ in table}) == 1
    arcs: dict[str, set[tuple[str, Cell]]] = {}
    for edge in pattern:
        row, column = f"r{edge[0]}", "c" if one_row else f"c{edge[1]}"
        up, down = _steps(edge, table[edge])
        if up:
            arcs.setdefault(row, set()).add((column, edge))
        if down:
            arcs.setdefault(column, set()).add((row, edge))
    row, column = f"r{cell[0]}", "c" if one_row else f"c{cell[1]}"
    up, down = _steps(cell, table[cell])
    return (up and _leads(column, row, cell, arcs)) or (down and _leads(row, column, cell, arcs))


def _steps(cell: Cell, number: int) -> tuple[bool, bool]:
    """Whether the cell's part in the sums can grow, and shrink. A total stands on the other side of its sum."""
    can_shrink = number > 0
    on_other_side = (cell[0] == ALL) != (cell[1] == ALL)
    return (can_shrink, True) if on_other_side else (True, can_shrink)


def _leads(start: str, end: str, without: Cell, arcs: Mapping[str, Collection[tuple[str, Cell]]]) -> bool:
    """Whether there is a way along the arcs that does not use the cell itself."""
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        if here == end:
            return True
        for there, edge in arcs.get(here, ()):
            if edge != without and there not in seen:
                seen.add(there)
                todo.append(there)
    return False
