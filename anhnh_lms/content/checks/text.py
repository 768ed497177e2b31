"""Links, pictures, raw HTML and boxes, found in the source so that each has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from anhnh_lms.content.comment import is_comment
from anhnh_lms.content.document import Document, every
from anhnh_lms.content.dress import is_shown_address, scheme_of
from anhnh_lms.content.inline import BARE_TAGS
from anhnh_lms.content.lines import Fence, Line, Lines
from anhnh_lms.content.problem import Problem
from anhnh_lms.content.questions.blanks import masked
from anhnh_lms.content.site import Site
from anhnh_lms.content.words import BOXES

_TARGET: Final = (
    r"\(\s*(<[^<>\n]{0,2000}>|(?:[^\s()<>]|\([^\s()<>]{0,500}\)){0,2000})"
    r"(?:\s+[\"'(][^\n]{0,2000}?[\"')])?\s*\)"
)
_WORDS: Final = r"(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]{0,500}\]){0,500}\](?:\([^()\s]{0,500}\))?){0,2000}"
_PICTURE: Final = re.compile(rf"!\[({_WORDS})\]{_TARGET}")
_LINK: Final = re.compile(rf"(?<!!)\[{_WORDS}\]{_TARGET}")
_TAG: Final = re.compile(r"<(?:/?([A-Za-z][A-Za-z0-9:-]{0,40})(?=[\s/>])[^<>\n]{0,4000}>|[!?][^<>\n]{0,200}>?)")
_BARE: Final = re.compile(rf"(?i)</?(?:{'|'.join(BARE_TAGS)})\s*/?>\Z")
_BOX: Final = re.compile(r"((?:[ ]*(?:>|[-*+]|\d{1,9}[.)])[ ]?)*)> ?\[!([^\]\s]{1,60})\](.*)$")


def body_lines(document: Document) -> Lines:
    """All lines of the text below the front matter, titles too, code and comments left out."""
    found: list[Line] = []
    for lines in _regions(document):
        fence = Fence()
        comment = False
        for line in lines:
            if comment:
                comment = "-->" not in line.text
            elif fence.inside(line.text):
                continue
            elif is_comment(line.text):
                comment = "-->" not in line.text
            else:
                found.append(Line(line.no, masked(line.text)))
        found.append(Line(lines[-1].no if lines else 0, ""))
    return tuple(found)


def _regions(document: Document) -> Iterator[Lines]:
    yield document.opening
    for block in every(document.blocks):
        yield (Line(block.line, block.title), Line(block.line, ""))
        yield block.body


def check_text(document: Document, lines: Lines, site: Site, used: set[str]) -> Iterator[Problem]:
    """Problems of one document whose body is `lines`; the assets that it shows are added to `used`."""
    text = "\n".join(line.text for line in lines)
    numbers = [line.no for line in lines]
    ends = _Ends(text)
    path = document.path
    if "](" in text:
        for found in _PICTURE.finditer(text):
            no = numbers[ends.row(found.start())]
            yield from _picture(path, no, found, document.lang, site, used)
        for found in _LINK.finditer(text):
            no = numbers[ends.row(found.start())]
            yield from _link(path, no, found[1].strip("<>"), site, used)
    if "<" in text:
        for found in _TAG.finditer(text):
            if not _BARE.match(found[0]) and not is_shown_address(found[0][1:]):
                yield Problem.at(path, numbers[ends.row(found.start())], "E303", tag=found[0][:60])
    yield from _boxes(path, lines)


class _Ends:
    """From a place in a text to the number of its row."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._row = text, 0, 0

    def row(self, at: int) -> int:
        """The row (from 0) of character `at`."""
        if at < self._at:
            self._at = self._row = 0
        self._row += self._text.count("\n", self._at, at)
        self._at = at
        return self._row


def _picture(path: str, no: int, found: re.Match[str], lang: str, site: Site, used: set[str]) -> Iterator[Problem]:
    target = found[2].strip("<>")
    if not found[1].strip():
        yield Problem.at(path, no, "E138", target=target)
    asset = site.asset(target, lang)
    if asset:
        used.update({asset, target.removeprefix("./")})
    elif scheme_of(target) or target.startswith("//") or is_shown_address(target):
        yield Problem.at(path, no, "E150", target=target)
    else:
        yield Problem.at(path, no, "E130", target=target)


def _link(path: str, no: int, target: str, site: Site, used: set[str]) -> Iterator[Problem]:
    if is_shown_address(target):
        return
    if scheme := scheme_of(target):
        yield Problem.at(path, no, "E149", scheme=scheme)
    elif target.startswith("#"):
        if target[1:] not in site.places and target[1:] not in site.modules.values():
            yield Problem.at(path, no, "E129", target=target)
    elif site.link(target, "") is None:
        yield Problem.at(path, no, "E129", target=target)
    else:
        used.add(target.split("#")[0].removeprefix("./"))


def _boxes(path: str, lines: Lines) -> Iterator[Problem]:
    before = ""
    for line in lines:
        if "[!" in line.text and (found := _BOX.match(line.text)):
            if found[2].upper() not in BOXES:
                yield Problem.at(path, line.no, "E143", name=found[2], known=", ".join(BOXES))
            elif found[3].strip():
                yield Problem.at(path, line.no, "E145")
            elif before.lstrip().startswith(">") and not found[1].strip():
                yield Problem.at(path, line.no, "E147")
        before = line.text
