"""What the entries about an establishment, a course, an assignment, a series or a server come to. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from .fold_person import Row, Told

PLACE = ("name", "name_ar", "kind", "region", "timezone", "administration", "administration_ar",
         "place", "place_ar", "languages", "lock_minutes", "test_lock_minutes", "sessions", "keep_years")  # fmt: skip


def fold_establishment(told: Iterable[Told]) -> list[Row]:
    """Each field as the highest authority last described it."""
    values: dict[str, tuple[int, str | int]] = {}
    code = country = ""
    for item in _in_order(told):
        code, country = item.facts["code"], item.entry.country
        for name in (*PLACE, "closed"):
            if name in item.facts and item.rank >= values.get(name, (0, ""))[0]:
                values[name] = (item.rank, item.facts[name])
    if not code:
        return []
    row: Row = {name: values.get(name, (0, ""))[1] for name in PLACE}
    return [{**row, "code": code, "country": country, "closed": values.get("closed", (0, 0))[1]}]


def fold_course(told: Iterable[Told]) -> list[Row]:
    """For each scope the version published last."""
    rows: dict[str, Row] = {}
    for item in _in_order(told):
        scope = item.facts["scope"]
        if item.entry.kind == "course.withdrawn":
            if scope in rows:
                rows[scope]["withdrawn"] = 1
            continue
        facts = item.facts
        rows[scope] = {
            "id": item.entry.subject, "scope": scope, "withdrawn": 0, "lamport": item.entry.lamport,
            "published_at": item.entry.happened_at, "modules": json.dumps(facts["modules"]),
            "titles": json.dumps(facts["titles"], ensure_ascii=False, sort_keys=True),
            "quizzes": json.dumps(facts["quizzes"], sort_keys=True),
            "tests": json.dumps(facts["tests"], sort_keys=True),
            **{k: facts[k] for k in ("slug", "version", "label", "source", "hours", "months")},
        }  # fmt: skip
    return list(rows.values())


def retakes_of(told: Iterable[Told]) -> dict[tuple[str, str], int]:
    """(course, module) -> lamport of the last publication that asks for the module again."""
    asked: dict[tuple[str, str], int] = {}
    for item in _in_order(told):
        for module in item.facts.get("retake", ()):
            asked[item.entry.subject, module] = item.entry.lamport
    return asked


def fold_assignment(told: Iterable[Told]) -> list[Row]:
    """What was assigned, and whether it was withdrawn. A withdrawal is final."""
    row: Row = {}
    withdrawn = 0
    for item in _in_order(told):
        if item.entry.kind == "assignment.withdrawn":
            withdrawn = 1
        elif not row:
            facts = item.facts
            row = {"id": item.entry.subject, "due": facts.get("due", ""),
                   **{k: facts[k] for k in ("establishment", "course", "to", "target")}}  # fmt: skip
    return [{**row, "withdrawn": withdrawn}] if row else []


def fold_series(told: Iterable[Told]) -> list[Row]:
    """The owner that the highest authority named last."""
    row: Row = {}
    rank = 0
    for item in _in_order(told):
        if item.rank >= rank:
            row, rank = {"series": item.facts["series"], "owner": item.facts["owner"]}, item.rank
    return [row] if row else []


def duties(person: tuple[str, str, str], assignments: Sequence[tuple[str, str, str, str, str]]) -> dict[str, str]:
    """course -> due date ("" for none) of a person (id, establishment, function), given the open
    assignments (establishment, course, to, target, due). The earliest date counts."""
    who, home, function = person
    due: dict[str, str] = {}
    for establishment, course, to, target, date in assignments:
        meant = to == "everyone" or (to == "function" and target == function) or (to == "person" and target == who)
        if establishment == home and meant:
            dates = [d for d in (due.get(course, ""), date) if d]
            due[course] = min(dates, default="")
    return due


def _in_order(told: Iterable[Told]) -> list[Told]:
    return sorted(told, key=lambda t: t.entry.order)
