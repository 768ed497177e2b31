"""Which version of a course counts somewhere: the establishment's own goes before the country's, that before
everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def scopes(country: str, establishment: str = "") -> tuple[str, ...]:
    """The scopes that may hold a course for that place, the nearest last."""
    return ("*", country, establishment) if establishment else ("*", country)


def nearest(rows: Iterable[Any], among: tuple[str, ...]) -> list[Any]:
    """Of rows with `id` and `scope`, for each id the one of the nearest of these scopes."""
    found: dict[str, tuple[int, Any]] = {}
    for row in rows:
        place = among.index(row.scope)
        if place >= found.get(row.id, (0, None))[0]:
            found[row.id] = place, row
    return [row for _, row in found.values()]
