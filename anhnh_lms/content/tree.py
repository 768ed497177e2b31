"""From chunks to a tree of elements, boxes and figures included; inline Markdown is still text in it.

Besides HTML's, these tags occur and are resolved when the tree is written (`dress`): `tight` is a
paragraph of a tight list, written without its own tag.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree

from markdown.util import AtomicString

from anhnh_lms.content.inline import is_plain, marks_in
from anhnh_lms.content.limits import DEPTH, PARAGRAPH_CHARS, PARAGRAPH_LINKS, PARAGRAPH_MARKS
from anhnh_lms.content.lines import Line, Lines
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.scan import Chunk, aligns, cells, scan
from anhnh_lms.content.words import BOXES, PLAIN_BOXES, box_title

_BOX: Final = re.compile(r"[ ]*\[!([^\]\s]{1,40})\][ \u00a0]*(.*)$")
_TASK: Final = re.compile(r"\[([ \u00a0xX✓✔])\][ ]+(?=\S)")
_CLASS_OF_BOX: Final = {name: f"box box-{name.lower()}" for name in BOXES} | {
    name: "box box-country" for name in BOXES if len(name) == 2
}
BOX_CLASSES: Final = frozenset(_CLASS_OF_BOX.values())


def box_of(chunk: Chunk) -> tuple[str, str] | None:
    """The name in `[!NAME]` on the first line of a quote, in capitals, and what follows on that line."""
    if chunk.kind != "quote" or not chunk.inner:
        return None
    found = _BOX.match(chunk.inner[0].text)
    return (found[1].upper(), found[2]) if found else None


def box_name(chunk: Chunk) -> str:
    """The known box that this chunk is, or ""."""
    found = box_of(chunk)
    return found[0] if found and not found[1] and found[0] in BOXES else ""


class Builder:
    """Builds elements for one file in `lang`; what cannot be built as written goes to `problems`."""

    def __init__(self, lang: str, problems: Problems) -> None:
        self.lang = lang
        self.problems = problems
        self.unread = False  # did anything go into the tree that holds inline Markdown?

    def fill(self, parent: ElementTree.Element, lines: Lines, depth: int = 0, tight: bool = False) -> None:
        """Append the elements of `lines` to `parent`."""
        if depth > DEPTH:
            self.problems.add(lines[0].no if lines else 0, "E104", limit=DEPTH)
            parent.text = AtomicString(" ".join(line.text for line in lines)[:1000])
            return
        for chunk in scan(lines):
            self.add(parent, chunk, depth, tight)

    def add(self, parent: ElementTree.Element, chunk: Chunk, depth: int = 0, tight: bool = False) -> None:
        """Append the element of one chunk to `parent`."""
        if chunk.kind == "paragraph":
            self._text(parent, "tight" if tight else "p", chunk.lines)
        elif chunk.kind == "heading":
            self._text(parent, f"h{max(chunk.level, 3)}", chunk.inner)
        elif chunk.kind == "code":
            code = ElementTree.SubElement(ElementTree.SubElement(parent, "pre"), "code")
            code.text = AtomicString("\n".join(line.text for line in chunk.inner) + "\n")
        elif chunk.kind == "quote":
            self._quote(parent, chunk, depth)
        elif chunk.kind == "list":
            self._list(parent, chunk, depth)
        elif chunk.kind == "table":
            self._table(parent, chunk)
        elif chunk.kind == "rule":
            ElementTree.SubElement(parent, "hr")

    def _text(self, parent: ElementTree.Element, tag: str, lines: Lines) -> None:
        element = ElementTree.SubElement(parent, tag)
        element.text = self.text(lines)

    def text(self, lines: Lines) -> str:
        """The text of a paragraph, marked as finished where it holds no Markdown or far too much."""
        text = "\n".join(_without_edges(line.text) for line in lines).rstrip(" \n")
        if is_plain(text):
            return AtomicString(text)
        too_many = marks_in(text) > PARAGRAPH_MARKS or text.count("](") > PARAGRAPH_LINKS
        if too_many or len(text) > PARAGRAPH_CHARS:
            self.problems.add(lines[0].no, "E105", limit=PARAGRAPH_MARKS)
            return AtomicString(text)
        self.unread = True
        return text

    def _quote(self, parent: ElementTree.Element, chunk: Chunk, depth: int) -> None:
        name = box_name(chunk)
        if not name:
            self.fill(ElementTree.SubElement(parent, "blockquote"), chunk.inner, depth + 1)
        elif depth > 0 and name not in PLAIN_BOXES:
            self.problems.add(chunk.line, "E144", name=name)  # nobody must see it who should not
        else:
            self.box(parent, chunk, name, depth)

    def box(self, parent: ElementTree.Element, chunk: Chunk, name: str, depth: int = 0) -> None:
        """Append the box `name` with its title."""
        aside = ElementTree.SubElement(parent, "aside", {"class": _CLASS_OF_BOX[name], "role": "note"})
        title = ElementTree.SubElement(aside, "p", {"class": "box-title"})
        title.text = AtomicString(box_title(name, self.lang))
        self.fill(aside, chunk.inner[1:], depth + 1)

    def _list(self, parent: ElementTree.Element, chunk: Chunk, depth: int) -> None:
        inner = [(item, scan(item.inner) if depth < DEPTH else []) for item in chunk.items]
        loose = chunk.loose or any(_parted(chunks) for _, chunks in inner)
        attributes = {"start": str(chunk.level)} if chunk.ordered and chunk.level != 1 else {}
        element = ElementTree.SubElement(parent, "ol" if chunk.ordered else "ul", attributes)
        for item, chunks in inner:
            entry = ElementTree.SubElement(element, "li")
            if depth >= DEPTH:
                self.problems.add(item.line, "E104", limit=DEPTH)
                entry.text = AtomicString(item.inner[0].text[:1000])
            elif chunks and chunks[0].kind == "paragraph" and (found := _TASK.match(chunks[0].lines[0].text)):
                entry.set("class", "task")
                entry.text = AtomicString("☐ " if found[1] in " \u00a0" else "☑ ")
                first = Line(item.line, chunks[0].lines[0].text[found.end() :])
                chunks[0] = Chunk("paragraph", (first, *chunks[0].lines[1:]))
            for part in chunks if depth < DEPTH else []:
                self.add(entry, part, depth + 1, tight=not loose)

    def _table(self, parent: ElementTree.Element, chunk: Chunk) -> None:
        frame = ElementTree.SubElement(parent, "div", {"class": "table-scroll", "tabindex": "0"})
        table = ElementTree.SubElement(frame, "table")
        columns = aligns(chunk.lines[1].text)
        head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
        for text, align in zip(cells(chunk.lines[0].text), columns, strict=True):
            attributes = ({"class": align} if align else {}) | ({"scope": "col"} if text else {})
            cell = ElementTree.SubElement(head, "th" if text else "td", attributes)
            cell.text = self.text((Line(chunk.line, text),))
        if len(chunk.lines) == 2:
            return
        body = ElementTree.SubElement(table, "tbody")
        for line in chunk.lines[2:]:
            row = ElementTree.SubElement(body, "tr")
            texts = [*cells(line.text), *[""] * len(columns)]
            for text, align in zip(texts, columns, strict=False):
                cell = ElementTree.SubElement(row, "td", {"class": align} if align else {})
                cell.text = self.text((Line(line.no, text),))


def _without_edges(text: str) -> str:
    """The line without indentation and without spaces at its end, but for the two that break it."""
    return f"{text.strip(' ')}  " if text.endswith("  ") else text.strip(" ")


def _parted(chunks: list[Chunk]) -> bool:
    """Does an empty line part two blocks of an item?"""
    return any(after.line - before.lines[-1].no > 1 for before, after in pairwise(chunks))
