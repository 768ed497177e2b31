"""Python-Markdown for what stands inside a paragraph, taught to read it as GitHub does.

Differences closed here: `~~struck~~`, bare links, every ASCII punctuation mark can be escaped, a
backslash at the end of a line breaks it. Raw HTML is never passed on: a handful of bare tags is
understood, everything else stays visible as text.
"""

from __future__ import annotations

import html
import re
import string
import threading
from typing import Final
from xml.etree import ElementTree

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.util import AtomicString

BARE_TAGS: Final = ("br", "sub", "sup", "kbd", "u", "s", "b", "i", "em", "strong", "del", "ins", "mark", "small")
"""Raw HTML tags that a trainer may write, without attributes (as GitHub allows them)."""

_RENAMED: Final = {"b": "strong", "i": "em", "s": "del", "strike": "del"}
_SPECIAL: Final = re.compile(r"[\\`*_\[<~]|&[#a-zA-Z]|  \n|https?:|www\.", re.IGNORECASE)
ADDRESS: Final = re.compile(r"(?i)(?:https?://|www\.)[^\s<>\"«»\u00a0]+")


def is_plain(text: str) -> bool:
    """No character that means anything in Markdown: such text needs no reading at all."""
    return not _SPECIAL.search(text)


def without_tail(address: str) -> str:
    """A bare address without the punctuation after it (GFM 6.9: closing brackets only if unpaired)."""
    while address:
        last = address[-1]
        if last in "?!.,:*_~'’;" or (last == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        else:
            break
    return address


class _BareAddress(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]  # noqa: N802
        address = without_tail(m[0])
        if len(address) < 8 or "." not in address:
            return None, None, None
        return _link(address, address), m.start(), m.start() + len(address)


class _AngleAddress(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]  # noqa: N802
        return _link(m[1], m[1]), m.start(), m.end()


def _link(address: str, text: str) -> ElementTree.Element:
    link = ElementTree.Element("a", {"href": address})
    link.text = AtomicString(text)
    return link


class _BareTag(InlineProcessor):
    """`<sub>2</sub>`, `<br>`: without attributes, closed in the same paragraph."""

    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]  # noqa: N802
        tag = m[1].lower()
        if tag == "br":
            return ElementTree.Element("br"), m.start(), m.end()
        close = re.compile(rf"(?i)</{tag}\s*>").search(data, m.end())
        if not close:
            return None, None, None
        element = ElementTree.Element(_RENAMED.get(tag, tag))
        element.text = data[m.end() : close.start()]
        return element, m.start(), close.end()


class _Comment(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]  # noqa: N802
        return "", m.start(), m.end()


class _Entity(InlineProcessor):
    """`&eacute;` is the letter; what is not a known entity stays as it was typed."""

    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]  # noqa: N802
        char = html.unescape(m[0])
        if char == m[0] or (not char.isprintable() and char != "\u00a0"):
            return None, None, None
        span = ElementTree.Element("entity")
        span.text = AtomicString(char)
        return span, m.start(), m.end()


class _Break(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]  # noqa: N802
        return ElementTree.Element("br"), m.start(), m.end()


def _make() -> Markdown:
    md = Markdown()
    md.ESCAPED_CHARS = list(string.punctuation)
    patterns = md.inlinePatterns
    for name in (
        "reference",
        "image_reference",
        "short_reference",
        "short_image_ref",
        "automail",
        "linebreak",
        "html",
        "entity",
    ):
        patterns.deregister(name)
    patterns.register(_AngleAddress(r"<((?:https?|ftp|mailto|tel):[^<>\s]*|[^<>\s@]+@[^<>\s@]+)>", md), "autolink", 120)
    patterns.register(_Break(r"(?:\\| {2,})\n", md), "linebreak", 185)
    patterns.register(_Comment(r"<!--.*?-->", md), "comment", 95)
    patterns.register(_BareTag(rf"(?i)<({'|'.join(BARE_TAGS)})\s*/?>", md), "bare-tag", 90)
    patterns.register(_Entity(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});", md), "entity", 80)
    patterns.register(_BareAddress(ADDRESS.pattern, md), "bare-address", 118)
    patterns.register(SimpleTagInlineProcessor(r"(?<!~)(~{1,2})(?!~)(?=\S)([^~]+?)(?<=\S)\1(?!~)", "del"), "struck", 65)
    return md


class _PerThread(threading.local):
    """Python-Markdown keeps state while it reads: one instance for each thread, built once."""

    def __init__(self) -> None:
        self.markdown = _make()


_OWN: Final = _PerThread()


def read_inline(root: ElementTree.Element) -> None:
    """Turn the Markdown in every text of the tree into elements, in place."""
    markdown = _OWN.markdown
    markdown.htmlStash.reset()
    markdown.treeprocessors["inline"].run(root)
    markdown.treeprocessors["unescape"].run(root)


def marks_in(text: str) -> int:
    """How many characters of `text` mean something in Markdown."""
    return len(_SPECIAL.findall(text))
