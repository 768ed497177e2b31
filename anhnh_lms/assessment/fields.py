"""The fields of an answer's form: what a page sends, and what it shows as already answered.

A page never names a source index where that would give the answer away (right-hand sides and items
to order stand in the source in their right order), so every value counts places on this paper:

| kind | field | values |
|---|---|---|
| single, survey (one) | `choice` | place of the option, from 0 |
| multiple, survey (several) | `choices`, repeated | places of the options |
| rows | `row-P`, P the place of the row | index of the column; "" none |
| likert | `row-P`, P the place of the statement | label from 1; "" none |
| number, short, survey (words) | `text` | what was typed |
| blanks | `gap-I`, I the gap | what was typed, or the index of the option; "" none |
| match | `pair-I`, I the left-hand side | place of the right-hand side; "" none |
| order | `place-P`, P the place of the item on the page | its place in the answer, from 1; "" none |
| scenario | `step`, `choice` | number of choices made before; place of the choice in that step |

`prefix` stands before every name where a page holds several questions. Other fields are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anhnh_lms.assessment.draw import Item
from anhnh_lms.assessment.response import NONE, InvalidResponse, Response, parse, walk
from anhnh_lms.content.course import (
    Blanks,
    Likert,
    Match,
    Multiple,
    Order,
    Question,
    Rows,
    Scenario,
    Single,
    Survey,
)

_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)


def from_form(
    question: Question,
    fields: Mapping[str, Sequence[str]],
    item: Item | None = None,
    saved: Response | None = None,
    prefix: str = "",
) -> Response | None:
    """The response in a form that was made for `item` (without one: in source order).

    `fields` holds every value of each name (`request.form.to_dict(flat=False)`). A scenario's form
    sends one choice and continues `saved`; sending the same form again changes nothing, another
    choice in a step that was left is InvalidResponse("path"). Raises InvalidResponse as `parse` does.
    """
    form = _Form(fields, prefix, item.order if item else ())
    match question.answer:
        case Single() | Survey(options=[_, *_], several=False):
            place = form.number("choice")
            return None if place is None else parse(question, {"choice": form.source(place)})
        case Multiple() | Survey(options=[_, *_], several=True):
            return parse(question, {"choices": [form.source(p) for p in form.numbers("choices")]})
        case Rows(_, rows):
            return parse(question, {"rows": form.in_source_order("row", len(rows), NONE)})
        case Likert(statements):
            return parse(question, {"rows": form.in_source_order("row", len(statements), 0)})
        case Match(lefts):
            places = [form.number(f"pair-{i}") for i in range(len(lefts))]
            return parse(question, {"pairs": [NONE if p is None else form.source(p) for p in places]})
        case Order(items):
            return parse(question, {"order": _ordered(form, len(items))})
        case Blanks(_, gaps):
            return parse(question, {"texts": [form.one(f"gap-{i}") for i in range(len(gaps))]})
        case Scenario():
            return _continued(question, question.answer, form, item, saved)
        case _:
            return parse(question, {"text": form.one("text")})


def to_form(
    question: Question, response: Response | None, item: Item | None = None, prefix: str = ""
) -> dict[str, list[str]]:
    """The fields of the form that holds `response` already; a field left open is left out.

    `from_form(question, to_form(question, response, item), item)` is `response` again; for a
    scenario the form is that of the next choice, and `saved` must be `response`.
    """
    if response is None:
        return {f"{prefix}step": ["0"]} if isinstance(question.answer, Scenario) else {}
    order = item.order if item else ()
    shown = {source: place for place, source in enumerate(order)}
    fields = {name: values for name, values in _shown(question, response, shown) if values}
    return {prefix + name: [str(value) for value in values] for name, values in fields.items()}


def _shown(question: Question, response: Response, shown: Mapping[int, int]) -> list[tuple[str, list[int | str]]]:
    match question.answer:
        case Rows():
            rows = enumerate(response["rows"])
            return [(f"row-{shown.get(i, i)}", [column] if column != NONE else []) for i, column in rows]
        case Likert():
            rows = enumerate(response["rows"])
            return [(f"row-{shown.get(i, i)}", [label] if label else []) for i, label in rows]
        case Match():
            pairs = enumerate(response["pairs"])
            return [(f"pair-{i}", [shown.get(r, r)] if r != NONE else []) for i, r in pairs]
        case Order():
            order = enumerate(response["order"], start=1)
            return [(f"place-{shown.get(i, i)}", [place]) for place, i in order if i != NONE]
        case Blanks():
            return [(f"gap-{i}", [text] if text else []) for i, text in enumerate(response["texts"])]
        case Scenario():
            return [("step", [len(response["path"])])]
        case _ if "choices" in response:
            return [("choices", [shown.get(c, c) for c in response["choices"]])]
        case _ if "choice" in response:
            return [("choice", [shown.get(response["choice"], response["choice"])])]
        case _:
            return [("text", [response["text"]])]


@dataclass(frozen=True, slots=True)
class _Form:
    fields: Mapping[str, Sequence[str]]
    prefix: str
    order: Sequence[int]

    def all(self, name: str) -> list[str]:
        values = self.fields.get(self.prefix + name, ())
        out = [values] if isinstance(values, str) else list(values)
        if not all(isinstance(value, str) for value in out):
            raise InvalidResponse("shape")
        return out

    def one(self, name: str) -> str:
        values = self.all(name)
        if len(values) > 1:
            raise InvalidResponse("shape")
        return values[0] if values else ""

    def number(self, name: str) -> int | None:
        return _number(text) if (text := self.one(name)) else None

    def numbers(self, name: str) -> list[int]:
        return [_number(text) for text in self.all(name)]

    def source(self, place: int) -> int:
        """The source index of what stands at that place."""
        if not self.order:
            return place
        if place >= len(self.order):
            raise InvalidResponse("range")
        return self.order[place]

    def in_source_order(self, name: str, count: int, none: int) -> list[int]:
        out = [none] * count
        for place in range(count):
            value = self.number(f"{name}-{place}")
            out[self.source(place)] = none if value is None else value
        return out


def _number(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise InvalidResponse("shape")
    return int(text)


def _ordered(form: _Form, count: int) -> list[int]:
    out = [NONE] * count
    for shown in range(count):
        place = form.number(f"place-{shown}")
        if place is None:
            continue
        if not 1 <= place <= count:
            raise InvalidResponse("range")
        if out[place - 1] != NONE:
            raise InvalidResponse("repeated")
        out[place - 1] = form.source(shown)
    return out


def _continued(
    question: Question, scenario: Scenario, form: _Form, item: Item | None, saved: Response | None
) -> Response | None:
    path: list[int] = saved["path"] if saved else []
    place, made = form.number("choice"), form.number("step")
    if place is None:
        return parse(question, {"path": path})
    if made is None or made > len(path):
        raise InvalidResponse("path")
    step = walk(scenario, path[:made])[-1]
    order = item.step(step.id) if item else ()
    choice = _Form({}, "", order).source(place)
    if made == len(path):
        return parse(question, {"path": [*path, choice]})
    if choice != path[made]:
        raise InvalidResponse("path")
    return parse(question, {"path": path})
