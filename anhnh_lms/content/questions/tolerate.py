"""What trainers type or paste for an answer, brought to the one form that is read.

Both the reader and the formatter use this, so that what is understood is also what is written.
"""

from __future__ import annotations

import re
from typing import Final

from anhnh_lms.content.lines import SPACES, Fence, Line, Lines, is_blank
from anhnh_lms.content.problem import Problems

_S: Final = f"[{SPACES}]"
_BOX: Final = re.compile(rf"^( {{0,3}})(?:[-*+•–—]{_S}+)?([☐☑☒✅]){_S}*(?=\S)")
_DASH: Final = re.compile(rf"^( {{0,3}})[•–—]{_S}+(?=\S)")
_BARE: Final = re.compile(rf"^( {{0,3}})([(\[]{_S}?[xX*✓✔]?{_S}?[)\]]){_S}+(?=\S)")
_HARD: Final = re.compile(rf"^( {{0,3}}(?:[-*+]|\d{{1,9}}[.)])){_S}+(?=\S)")
ANSWER: Final = re.compile(rf"^ {{0,3}}(?:[-*+]|\d{{1,9}}[.)]){_S}+[(\[]({_S}?[xX*✓✔]?{_S}?)[)\]](?:{_S}+|$)")
_BULLET: Final = re.compile(r"^ {0,3}(?:[-*+]|\d{1,9}[.)]) +\S")


def tolerate(lines: Lines, problems: Problems | None = None, any_item: bool = False) -> Lines:
    """Bullets `•` and `–`, boxes `☐` and `☑`, no-break spaces after a bullet, a mark without bullet
    (E239), a feedback that is not indented (E206): each line as it should have been typed.

    `any_item`: every list item is an answer (a scenario's choices need no mark)."""
    fence = Fence()
    answer = False  # does the line above belong to an answer?
    found: list[Line] = []
    for line in lines:
        text = line.text
        if fence.inside(text) or is_blank(text):
            answer = False
        elif answer and text.startswith(">"):
            if problems:
                problems.add(line.no, "E206")
            text = f"  {text}"
        else:
            text = _marked(line, problems)
            if ANSWER.match(text) or (any_item and _BULLET.match(text)):
                answer = True
            else:
                answer = answer and text.startswith(" ")
        found.append(Line(line.no, text))
    return tuple(found)


def _marked(line: Line, problems: Problems | None) -> str:
    text = line.text
    if box := _BOX.match(text):
        mark = "[ ]" if box[2] == "☐" else "[x]"
        return f"{box[1]}- {mark} {text[box.end() :]}"
    if bare := _BARE.match(text):
        if problems:
            problems.add(line.no, "E239")
        return f"{bare[1]}- {bare[2]} {text[bare.end() :]}"
    if dash := _DASH.match(text):
        return f"{dash[1]}- {text[dash.end() :]}"
    if hard := _HARD.match(text):
        gap = text[hard.end(1) : hard.end()]
        return text if gap.strip(" ") == "" else f"{hard[1]} {text[hard.end() :]}"
    return text


def mark_of(text: str) -> tuple[str, bool] | None:
    """What stands in the brackets that an item begins with: ("(" or "[", is it ticked); None without."""
    found = re.match(rf"([(\[]){_S}?([xX*✓✔]?){_S}?([)\]])(?:{_S}+|$)", text)
    if not found or (found[1] == "(") != (found[3] == ")"):
        return None
    if found[0].strip(SPACES) in ("()", "[]"):
        return None
    return found[1], bool(found[2])


def without_mark(text: str) -> str:
    """The item without its mark."""
    return re.sub(rf"^[(\[]{_S}?[xX*✓✔]?{_S}?[)\]]{_S}*", "", text, count=1)
