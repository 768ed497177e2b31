"""Blanks in a sentence: `[[word]]`, `[[word or= other]]`, `[[= 14]]`, `[[ nord | (sud) | est ]]`."""

from __future__ import annotations

import re
from typing import Final

from anhnh_lms.content.course import Blanks, Gap, Part, Prose
from anhnh_lms.content.lines import SPACES, Line, Lines
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.questions.asked import Asked
from anhnh_lms.content.questions.typed import accepted_answers, key_or_problem
from anhnh_lms.content.scan import Chunk

_CODE: Final = re.compile(r"(?<!`)(`{1,20})(?!`)(.+?)(?<!`)\1(?!`)")
_BLANK: Final = re.compile(r"(?<!\\)\[\[(.*?)\]\]")
_OPEN: Final = re.compile(r"(?<!\\)\[\[")
_FREE: Final = re.compile(rf"[{SPACES}]*_{{2,}}[{SPACES}]*\Z")
_OR: Final = re.compile(rf"[{SPACES}]or=[{SPACES}]*")
# Characters of the private use area, which `lines.decode` lets into no text.
_TAG: Final = re.compile(r"<[^>]*>")
_MARKER: Final = re.compile("\ue000(\\d+)\ue001")


def masked(text: str) -> str:
    """`text` with what stands in code replaced by spaces, so that positions stay."""
    return _CODE.sub(lambda found: " " * len(found[0]), text) if "`" in text else text


def has_blank(chunk: Chunk) -> bool:
    """Does a blank begin in this paragraph, list or table?"""
    if chunk.kind not in ("paragraph", "list", "table"):
        return False
    return any("[[" in line.text and _OPEN.search(masked(line.text)) for line in chunk.lines)


def is_free(chunk: Chunk) -> bool:
    """A paragraph that is nothing but `[[___]]`."""
    return chunk.kind == "paragraph" and any(
        _FREE.match(found[1]) for line in chunk.lines for found in _BLANK.finditer(masked(line.text))
    )


def read_blanks(asked: Asked) -> Blanks | None:
    """The text around the blanks, rendered as one piece and cut where the blanks are.

    Where it is a table or a list, the texts are pieces of one block of HTML: only put together,
    in their order, are they complete."""
    gaps: list[Gap] = []
    sound = True
    chunks: list[Chunk] = []
    for chunk in asked.chunks:
        lines: list[Line] = []
        for line in chunk.lines:
            text, found = _replace(line, len(gaps), chunk.kind == "table", asked.problems)
            sound = sound and None not in found
            gaps.extend(gap for gap in found if gap)
            lines.append(Line(line.no, text))
        chunks.append(Chunk(chunk.kind, tuple(lines)))
    if not sound or not gaps:
        return None
    prose = _rendered(asked, chunks)
    html = "".join(part.html for part in prose.parts)
    everywhere, in_text = _MARKER.findall(html), _MARKER.findall(_TAG.sub("", html))
    if not everywhere == in_text == [str(number) for number in range(len(gaps))]:
        asked.problems.add(asked.line, "E213", value=asked.chunks[0].lines[0].text)
        return None
    pieces, words = _MARKER.split(html)[::2], _MARKER.split(prose.plain)[::2]
    words += [""] * (len(pieces) - len(words))
    texts = tuple(Prose((Part(piece),) if piece else (), word) for piece, word in zip(pieces, words, strict=False))
    return Blanks(texts, tuple(gaps))


def _rendered(asked: Asked, chunks: list[Chunk]) -> Prose:
    lines: list[Line] = []
    for chunk in chunks:
        lines.extend((*chunk.lines, Line(chunk.lines[-1].no, "")))
    together: Lines = tuple(lines)
    if all(chunk.kind == "paragraph" for chunk in chunks):
        return asked.renderer.phrase(together)
    return asked.renderer.prose(together)


def _replace(line: Line, first: int, in_table: bool, problems: Problems) -> tuple[str, list[Gap | None]]:
    """The line with each blank replaced by a marker, and the blanks."""
    found: list[Gap | None] = []
    pieces: list[str] = []
    at = 0
    hidden = masked(line.text)
    for blank in _BLANK.finditer(hidden):
        inside = line.text[blank.start(1) : blank.end(1)]
        pieces.append(line.text[at : blank.start()])
        pieces.append(f"\ue000{first + len(found)}\ue001")
        found.append(read_gap(inside.replace("\\|", "|") if in_table else inside, line.no, problems))
        at = blank.end()
    if _OPEN.search(hidden, at):
        problems.add(line.no, "E213", value=line.text[at:].strip())
        found.append(None)
    return "".join((*pieces, line.text[at:])), found


def read_gap(inside: str, line: int, problems: Problems) -> Gap | None:
    """What stands between `[[` and `]]`; None with a problem where it cannot be read."""
    text = inside.strip(SPACES)
    if _FREE.match(inside):
        problems.add(line, "E215")
        return None
    if not text:
        problems.add(line, "E213", value=f"[[{inside}]]")
        return None
    if text.startswith("="):
        key = key_or_problem(text[1:].strip(SPACES), line, problems)
        return Gap(interval=key.interval, shown=(key.shown,)) if key else None
    if "|" in text:
        return _choice(text, line, problems)
    accepted = accepted_answers(tuple(Line(line, part.strip(SPACES)) for part in _OR.split(text)), problems)
    return Gap(accepted=accepted, shown=accepted) if accepted else None


def _choice(text: str, line: int, problems: Problems) -> Gap | None:
    options: list[str] = []
    right: list[int] = []
    for part in re.split(r"\\?\|", text):
        option = part.strip(SPACES)
        if option.startswith("(") and option.endswith(")") and len(option) > 2:
            right.append(len(options))
            option = option[1:-1].strip(SPACES)
        options.append(option)
    if len(right) != 1:
        problems.add(line, "E214", count=len(right))
        return None
    known = accepted_answers(tuple(Line(line, option) for option in options), problems)
    if len(known) != len(options):
        return None
    return Gap(options=tuple(options), right=right[0], shown=(options[right[0]],))
