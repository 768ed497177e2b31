"""Getting text of both directions onto paper, so that it reads right and is copied out right.

Names and titles come from people: hidden direction marks in them are taken out, because they can
make a paper show another order than the record holds, and the direction is found from the letters.
"""

from __future__ import annotations

import re
import unicodedata

# Scripts written right to left, with their presentation forms.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LTR_RUN = re.compile(rf"[^\W_{_RTL}](?:[^{_RTL}]*[^\W_{_RTL}])?%?")
_LONG_WORD = re.compile(r"\S{25,}")
_RLM = "\u200f"

MAX_RUN = 24  # letters: a longer left-to-right run must be free to break over lines
MAX_LETTERS = 200  # a name or a title longer than this ends with an ellipsis

RTL_LANGUAGES = frozenset({"ar", "he", "fa", "ur"})


def clean(text: str, limit: int = MAX_LETTERS) -> str:
    """`text` in NFC on one line, without control and direction characters, at most `limit` letters.

    The joiners U+200C and U+200D stay: they shape Arabic letters and move nothing. A longer text
    is cut and ends with "…".
    """
    kept = (
        " " if unicodedata.category(c) in ("Zl", "Zp", "Cc") else c
        for c in unicodedata.normalize("NFC", text)
        if c in "\u200c\u200d" or unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    one_line = " ".join("".join(kept).split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1].rstrip() + "…"


def is_rtl(text: str, otherwise: bool = False) -> bool:
    """True if the first letter with a direction runs right to left (rules P2 and P3 of UAX 9).

    `otherwise` is the answer for a text without any letter, such as "2026".
    """
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return otherwise


def breakable(text: str) -> str:
    """`text` with a place to break (U+200B) after every 24 letters of a word without an end."""
    return _LONG_WORD.sub(lambda m: "\u200b".join(re.findall(r"\S{1,24}", m[0])), text)


def runs(text: str, rtl: bool) -> list[tuple[str, bool]]:
    """`text` in pieces; True marks a piece to be set as one isolated block.

    In right-to-left text each number or Latin word is isolated together with the one character
    after it (a space, a bracket) and a right-to-left mark. Without that, programs that read the
    text out of a PDF take the bracket of "(المستوى 2)" or the space after "22" into the number,
    and give both on the wrong side. The pieces without the marks, joined, are `text`.
    """
    if not rtl:
        return [(breakable(text), False)]
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _LTR_RUN.finditer(text):
        if len(match[0]) > MAX_RUN:
            continue
        start, stop = match.span()
        follows = text[stop : stop + 1]
        if follows and not re.match(rf"[{_RTL}]", follows):
            stop += 1
        pieces += [(breakable(text[end:start]), False), (text[start:stop] + _RLM, True)]
        end = stop
    pieces.append((breakable(text[end:]), False))
    return [piece for piece in pieces if piece[0]]
