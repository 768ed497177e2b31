"""From the tree to HTML: links that stay in the course, figures, players, foreign words in Arabic."""

from __future__ import annotations

import re
from html import escape
from typing import Final
from xml.etree import ElementTree

from anhnh_lms.content.site import SOUNDS, Site
from anhnh_lms.content.words import is_right_to_left

_EMPTY: Final = frozenset({"br", "hr", "img"})
_UNWRAPPED: Final = frozenset({"tight", "entity"})
_DEEPEST: Final = 40
_FOREIGN: Final = re.compile(r"[A-Za-z0-9À-ÖØ-öø-ɏ%+#²³₀-₉]+(?:[ \u00a0\-–./:,@_&'’°()]+[A-Za-z0-9À-ÖØ-öø-ɏ²³₀-₉]+)*")
_SPACES: Final = re.compile(r"[ \n]+")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SHOWN_SCHEMES: Final = ("http:", "https:", "mailto:", "tel:", "ftp:")
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def scheme_of(target: str) -> str:
    """The scheme of an address in lower case with its colon, "" for a relative one; what a browser
    ignores inside an address (spaces, control characters) does not hide it."""
    found = _SCHEME.match(_UNSEEN.sub("", target))
    return found[0].lower() if found else ""


def is_shown_address(target: str) -> bool:
    """An address that may be shown as text: a reader could type it elsewhere."""
    return scheme_of(target) in _SHOWN_SCHEMES or target.startswith("www.")


class Dresser:
    """Writes the trees of one file: `lang` decides on foreign words, `module` on what a link means."""

    def __init__(self, site: Site, lang: str, module: str) -> None:
        self.site, self.lang, self.module = site, lang, module
        self._isolate = is_right_to_left(lang)

    def html(self, element: ElementTree.Element, depth: int = 0) -> str:
        """The element and what is in it, without its tail."""
        tag = element.tag
        if tag == "a":
            return self._link(element, depth)
        if tag == "img":
            return self._picture(element)
        if tag == "p" and (figure := self._figure(element)):
            return figure
        if tag in ("code", "pre"):
            return self._code(element)
        inner = self.inner(element, depth)
        if tag in _UNWRAPPED:
            return inner
        attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items())
        return f"<{tag}{attributes}>" if tag in _EMPTY else f"<{tag}{attributes}>{inner}</{tag}>"

    def inner(self, element: ElementTree.Element, depth: int = 0) -> str:
        """What is in the element."""
        if depth > _DEEPEST:
            return self.text("".join(element.itertext()))
        pieces = [self.text(element.text)]
        before = ""
        for child in element:
            if child.tag == "tight" and before == "tight":
                pieces.append("<br>")
            pieces.append(self.html(child, depth + 1))
            pieces.append(self.text(child.tail))
            before = child.tag
        return "".join(pieces)

    def text(self, text: str | None) -> str:
        if not text:
            return ""
        if not self._isolate or not _LATIN.search(text):
            return escape(text, quote=False)
        pieces, start = [], 0
        for found in _FOREIGN.finditer(text):
            if _LATIN.search(found[0]):
                pieces.append(escape(text[start : found.start()], quote=False))
                pieces.append(f"<bdi>{escape(found[0], quote=False)}</bdi>")
                start = found.end()
        pieces.append(escape(text[start:], quote=False))
        return "".join(pieces)

    def _code(self, element: ElementTree.Element) -> str:
        code = f"<code>{escape(''.join(element.itertext()), quote=False)}</code>"
        if element.tag == "pre":
            return f"<pre>{code}</pre>"
        return f"<bdi>{code}</bdi>" if self._isolate else code

    def _link(self, element: ElementTree.Element, depth: int) -> str:
        target = (element.get("href") or "").strip()
        inner = self.inner(element, depth)
        if address := self.site.link(target, self.module):
            return f'<a href="{escape(address)}">{inner}</a>'
        if not is_shown_address(target):
            return inner
        text = "".join(element.itertext())
        shown = self.text(target.removeprefix("mailto:").removeprefix("tel:"))
        if text in target or not text.strip():
            return shown
        return f"{inner} ({shown})"

    def _picture(self, element: ElementTree.Element) -> str:
        alt = element.get("alt") or ""
        path = self.site.asset((element.get("src") or "").strip(), self.lang)
        if path is None:
            return self.text(alt)
        source = f"{self.site.asset_prefix}{path}"
        if path.lower().endswith(SOUNDS):
            return f'<audio controls="" preload="none" src="{escape(source)}"></audio>'
        size = self.site.size(path)
        sides = f' width="{size[0]}" height="{size[1]}"' if size else ""
        return f'<img src="{escape(source)}" alt="{escape(alt)}"{sides} loading="lazy">'

    def _figure(self, element: ElementTree.Element) -> str:
        """A paragraph that holds one picture and nothing else is a figure; "" if it is none."""
        if len(element) != 1 or element[0].tag != "img" or (element.text or "").strip():
            return ""
        if (element[0].tail or "").strip():
            return ""
        picture = self._picture(element[0])
        if not picture.startswith("<img"):
            return f"<p>{picture}</p>" if picture else ""
        caption = element[0].get("title")
        shown = f"<figcaption>{self.text(caption)}</figcaption>" if caption else ""
        return f"<figure>{picture}{shown}</figure>"


def plain_text(element: ElementTree.Element) -> str:
    """The words of the tree without marks, blocks parted by line ends; pictures by their description."""
    pieces: list[str] = []
    _gather(element, pieces)
    rows = (_SPACES.sub(" ", row).strip(" ") for row in "".join(pieces).split("\n\n"))
    return "\n".join(row for row in rows if row)


_INLINE: Final = frozenset(
    {"em", "strong", "del", "ins", "code", "a", "sub", "sup", "kbd", "u", "mark", "small", "entity"}
)


def _gather(element: ElementTree.Element, pieces: list[str]) -> None:
    if element.tag == "img":
        source = (element.get("src") or "").lower()
        pieces.append("" if source.endswith(SOUNDS) else element.get("alt") or "")
    elif element.get("class") == "box-title":
        pass
    else:
        block = element.tag not in _INLINE
        if block:
            pieces.append("\n\n" if element.tag not in ("td", "th", "br") else " ")
        pieces.append(element.text or "")
        for child in element:
            _gather(child, pieces)
        if block:
            pieces.append("\n\n" if element.tag not in ("td", "th", "br") else " ")
    pieces.append(element.tail or "")
