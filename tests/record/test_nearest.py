"""Which of several versions of a course counts somewhere."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.record.nearest import nearest, scopes


@dataclass(frozen=True)
class Row:
    id: str
    scope: str


AMONG = scopes("MA", "MA-1")
ROWS = st.lists(st.builds(Row, st.sampled_from("abc"), st.sampled_from(AMONG)), unique=True)


def test_scopes_when_there_is_no_establishment_then_none_of_its_own_counts() -> None:
    assert scopes("MA") == ("*", "MA")
    assert scopes("MA", "MA-1") == ("*", "MA", "MA-1")


@given(ROWS)
def test_nearest_when_several_scopes_hold_a_course_then_each_course_stands_once_from_the_nearest(
    rows: list[Row],
) -> None:
    found = nearest(rows, AMONG)
    assert sorted(row.id for row in found) == sorted({row.id for row in rows})
    for row in found:
        assert AMONG.index(row.scope) == max(AMONG.index(other.scope) for other in rows if other.id == row.id)
