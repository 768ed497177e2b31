"""What makes a text hard to read: long sentences, and a review that is overdue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from anhnh_lms.content.document import Document
from anhnh_lms.content.limits import SENTENCE_WORDS
from anhnh_lms.content.lines import Line, Lines, is_blank
from anhnh_lms.content.problem import Problem
from anhnh_lms.content.settings import day

_END: Final = re.compile(r"[.!?؟…۔]+[\"'»”’)\]]*\Z")
_WORD: Final = re.compile(r"[^\W_]")
_MARKS: Final = re.compile(r"\]\([^)\n]*\)|[*_`~#\[\]]")
_START: Final = re.compile(r"[ ]*(?:(?:[-*+•]|\d{1,9}[.)])[ ]+|>[ ]?)+")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(«\"])(?:[A-Za-zÀ-ÿ]|al|art|bd|cf|dr|etc|e\.g|i\.e|mm|mme|no|nos|p|pp|st|vol)\.\Z", re.IGNORECASE
)


def check_style(document: Document, lines: Lines, today: date | None) -> Iterator[Problem]:
    """W101 for long sentences, W103 for a passed date."""
    for no, words in long_sentences(lines):
        yield Problem.at(document.path, no, "W101", words=words, limit=SENTENCE_WORDS)
    review = day(document.front.text("review-by"))
    if today and review and review < today and document.front.text("source") == "":
        yield Problem.at(document.path, document.front.line("review-by"), "W103", date=review.isoformat())


def long_sentences(lines: Lines) -> Iterator[tuple[int, int]]:
    """First line and number of words of each sentence that is too long. Tables are not sentences."""
    paragraph: list[Line] = []
    for line in (*lines, Line(0, "")):
        begins = _START.match(line.text)
        if is_blank(line.text) or "|" in line.text or begins:
            yield from _in_paragraph(paragraph)
            paragraph = []
        if not is_blank(line.text) and "|" not in line.text:
            paragraph.append(Line(line.no, line.text[begins.end() :] if begins else line.text))


def _in_paragraph(paragraph: list[Line]) -> Iterator[tuple[int, int]]:
    if sum(line.text.count(" ") for line in paragraph) < SENTENCE_WORDS:
        return
    words, first = 0, 0
    for line in paragraph:
        text = _MARKS.sub(" ", line.text) if _MARKS.search(line.text) else line.text
        for word in text.split():
            first = first or line.no
            words += bool(_WORD.search(word))
            if _END.search(word) and not _ABBREVIATION.search(word):
                if words > SENTENCE_WORDS:
                    yield first, words
                words, first = 0, 0
    if words > SENTENCE_WORDS:
        yield first, words
