"""Markdown -> safe HTML. `sanitise` is the one gate: nothing that a trainer wrote passes beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final
from xml.etree import ElementTree

import nh3
from bleach.sanitizer import Cleaner

from anhnh_lms.content.course import TRAINER, Part, Prose, Template
from anhnh_lms.content.dress import Dresser, plain_text
from anhnh_lms.content.inline import is_plain, read_inline
from anhnh_lms.content.lines import Line, Lines
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.scan import Chunk, is_sentence, scan
from anhnh_lms.content.site import Site
from anhnh_lms.content.tree import BOX_CLASSES, Builder, box_name
from anhnh_lms.content.words import PLAIN_BOXES, TRAINER_BOX

# -- the gate ----------------------------------------------------------------------------------

_TAGS: Final = frozenset(
    """
    a aside audio bdi blockquote br code del div em figcaption figure h3 h4 h5 h6 hr img ins kbd li
    mark ol p pre small strong sub sup table tbody td th thead tr u ul
    """.split()  # noqa: SIM905 (a word list)
)
_COLUMN: Final = frozenset({"start", "center", "end"})
_HERE: Final = r"/?(?:[A-Za-z0-9_][A-Za-z0-9._~-]*/)*"
_NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9._~-]*"
_ONE: Final = {
    "start": r"[0-9]{1,9}",
    "number": r"[0-9]{1,5}",
    "lang": r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}",
    "link": rf"#[A-Za-z0-9][A-Za-z0-9._-]*|(?:\.\./){{0,4}}{_HERE}{_NAME}/?(?:#[A-Za-z0-9][A-Za-z0-9._-]*)?",
    "picture": rf"(?:\.\./){{0,4}}{_HERE}{_NAME}\.(?:svg|png|jpe?g|webp)",
    "sound": rf"(?:\.\./){{0,4}}{_HERE}{_NAME}\.opus",
}
_FORM: Final = {name: re.compile(pattern) for name, pattern in _ONE.items()}
_VALUES: Final[dict[tuple[str, str], frozenset[str] | re.Pattern[str]]] = {
    ("a", "href"): _FORM["link"],
    ("aside", "class"): frozenset(BOX_CLASSES),
    ("aside", "role"): frozenset({"note"}),
    ("audio", "controls"): frozenset({""}),
    ("audio", "preload"): frozenset({"none"}),
    ("audio", "src"): _FORM["sound"],
    ("div", "class"): frozenset({"table-scroll"}),
    ("div", "dir"): frozenset({"ltr", "rtl"}),
    ("div", "lang"): _FORM["lang"],
    ("div", "tabindex"): frozenset({"0"}),
    ("img", "alt"): re.compile(r".*", re.DOTALL),
    ("img", "height"): _FORM["number"],
    ("img", "loading"): frozenset({"lazy"}),
    ("img", "src"): _FORM["picture"],
    ("img", "width"): _FORM["number"],
    ("li", "class"): frozenset({"task"}),
    ("ol", "start"): _FORM["start"],
    ("p", "class"): frozenset({"box-title"}),
    ("td", "class"): _COLUMN,
    ("th", "class"): _COLUMN,
    ("th", "scope"): frozenset({"col"}),
}
_ATTRIBUTES: Final = {tag: {key for of, key in _VALUES if of == tag} for tag, _ in _VALUES}
_ROUNDS: Final = 6


def _allowed(tag: str, name: str, value: str) -> bool:
    form = _VALUES.get((tag, name))
    if isinstance(form, re.Pattern):
        return form.fullmatch(value) is not None
    return form is not None and value in form


def _kept(tag: str, name: str, value: str) -> str | None:
    return value if _allowed(tag, name, value) else None


# bleach drops every relative address unless http is allowed; absolute ones never pass `_allowed`
_BLEACH: Final = Cleaner(tags=_TAGS, attributes=_allowed, protocols=["http"], strip=True, strip_comments=True)
_NH3: Final = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    url_schemes=set(),
    link_rel=None,
    strip_comments=True,
)
_CONTROL: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
_MARKUP: Final = re.compile(f"[<>&{_CONTROL}]")
_WORDS: Final = rf"(?:[^<>&{_CONTROL}]++|&(?:nbsp|lt|gt|amp);)"
_TAG: Final = rf"<(?:/[a-z][a-z0-9]*+|[a-z][a-z0-9]*+(?: [a-z]+=\"[^\"<>&{_CONTROL}]*+\")*+)>"
_REGULAR: Final = re.compile(rf"(?:{_WORDS}|{_TAG})*+\Z")
_RUN: Final = re.compile(rf"(?<=>)(?!\s*+<){_WORDS}++|^{_WORDS}++|(?<= alt=\")[^\"]++(?=\")")


@lru_cache(maxsize=8192)
def _bleach_keeps(markup: str) -> bool:
    """Does bleach leave this markup as it is?"""
    return _BLEACH.clean(markup) == markup


def _bleached(html: str) -> str:
    """What bleach makes of `html`.

    Bleach is slow (0.6 ms for 1 kB), and most pieces have the same markup around other words. Where
    every tag is written so regularly that all parsers agree on what is a tag and what are words, the
    words cannot matter: bleach judges the markup with each run of words replaced by `x`, once for
    all pieces that share it, and if it keeps that, it keeps the piece."""
    if _REGULAR.match(html) and "<pre>\n" not in html and _bleach_keeps(_RUN.sub("x", html)):
        return html
    return _BLEACH.clean(html)


@lru_cache(maxsize=2048)
def sanitise(html: str) -> str:
    """`html` with nothing left in it that runs, styles, frames, submits or names another server.

    Two parsers that share no code must both be beaten: bleach (html5lib) first, then nh3
    (html5ever), with one allow-list of tags, attributes and *values*. The result is a fixed point:
    sanitise(sanitise(x)) == sanitise(x). Where six rounds find none, all markup is taken as text.
    Text without any markup is its own result."""
    before = html.replace("\u00a0", "&nbsp;")
    if not _MARKUP.search(html):
        return before
    for _ in range(_ROUNDS):
        first = _bleached(before)
        last = _NH3.clean(first)
        if last in (first, before):
            return last
        before = last
    return nh3.clean_text(html).replace("\u00a0", "&nbsp;")


# -- pieces ------------------------------------------------------------------------------------


class Renderer:
    """Renders the pieces of one file. `lang` is the file's, `module` the id that links start from."""

    def __init__(self, site: Site, lang: str, module: str, problems: Problems) -> None:
        self.problems = problems
        self._builder = Builder(lang, problems)
        self._dresser = Dresser(site, lang, module)

    def prose(self, lines: Lines) -> Prose:
        """Blocks: paragraphs, lists, tables, boxes. A box for a country or for trainers is a part of its own."""
        if len(lines) == 1 and is_sentence(lines[0].text) and is_plain(text := lines[0].text.strip(" ")):
            return Prose((Part(sanitise(f"<p>{self._dresser.text(text)}</p>")),), text)
        return self.blocks(scan(lines))

    def blocks(self, chunks: Iterable[Chunk]) -> Prose:
        """The same for chunks that were already cut."""
        root = ElementTree.Element("div")
        audiences: list[str | None] = []
        for chunk in chunks:
            name = box_name(chunk)
            only = None if not name or name in PLAIN_BOXES else TRAINER if name == TRAINER_BOX else name
            if not audiences or only or audiences[-1]:
                ElementTree.SubElement(root, "div")
                audiences.append(only)
            self._builder.add(root[-1], chunk)
        self._read(root)
        parts = [
            Part(html, only)
            for element, only in zip(root, audiences, strict=True)
            if (html := "".join(sanitise(self._dresser.html(block)) for block in element))
        ]
        plain = [plain_text(element) for element, only in zip(root, audiences, strict=True) if only is None]
        return Prose(tuple(parts), "\n".join(text for text in plain if text))

    def phrase(self, lines: Lines) -> Prose:
        """Text that stands inside a line of the page (an answer, a cell, a title): no block elements.
        Several paragraphs are parted by line breaks; lists, tables and boxes are an error (E237)."""
        if len(lines) == 1 and is_plain(text := lines[0].text.strip()):
            return Prose((Part(sanitise(self._dresser.text(text))),), text) if text else Prose()
        root = ElementTree.Element("div")
        for chunk in scan(lines):
            if chunk.kind == "paragraph":
                ElementTree.SubElement(root, "tight").text = self._builder.text(chunk.lines)
            elif chunk.kind != "comment":
                self._builder.text(chunk.lines)
                rest = " ".join(line.text.strip() for line in chunk.lines)
                ElementTree.SubElement(root, "tight").text = self._builder.text((Line(chunk.line, rest),))
                self.problems.add(chunk.line, "E237")
        self._read(root)
        html = sanitise(self._dresser.inner(root))
        return Prose((Part(html),), plain_text(root).replace("\n", " ")) if html else Prose()

    def _read(self, root: ElementTree.Element) -> None:
        if self._builder.unread:
            read_inline(root)
            self._builder.unread = False

    def plain(self, text: str, line: int) -> str:
        """`text` without its marks."""
        return text.strip() if is_plain(text) else self.phrase((Line(line, text),)).plain

    def templates(self, lines: Lines, title: str, first: int = 0) -> tuple[Template, ...]:
        """The pages to fill and print among `lines`; `title` is for those that have no heading of their own."""
        found: list[Template] = []
        for chunk in scan(lines):
            if box_name(chunk) == "TEMPLATE":
                inside = scan(chunk.inner[1:])
                own = self._title_of(inside)
                prose = self.blocks(inside[1:] if own else inside)
                found.append(Template(first + len(found), own or title, prose))
        return tuple(found)

    def _title_of(self, chunks: list[Chunk]) -> str:
        """What a template is called: the heading, or the line with a bold beginning, at its top."""
        if not chunks:
            return ""
        if chunks[0].kind == "heading":
            return self.plain(chunks[0].inner[0].text, chunks[0].line)
        text = chunks[0].lines[0].text.strip()
        if chunks[0].kind != "paragraph" or len(chunks[0].lines) > 1 or len(text) > 120:
            return ""
        return self.plain(text, chunks[0].line) if re.match(r"\*\*[^*]+\*\*", text) else ""


def joined(*proses: Prose) -> Prose:
    """One after the other."""
    kept = [prose for prose in proses if prose]
    if len(kept) == 1:
        return kept[0]
    parts = tuple(part for prose in kept for part in prose.parts)
    return Prose(parts, "\n".join(prose.plain for prose in kept if prose.plain))


def in_language(prose: Prose, lang: str, direction: str) -> Prose:
    """`prose` marked as being in another language than what surrounds it."""
    attributes: Any = f'lang="{lang}" dir="{direction}"'
    return Prose(tuple(Part(sanitise(f"<div {attributes}>{p.html}</div>"), p.only) for p in prose.parts), prose.plain)
