"""Pictures and sound: only what a browser shows without running anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from anhnh_lms.content.document import NAME as DOCUMENT
from anhnh_lms.content.files import MANIFEST
from anhnh_lms.content.limits import PICTURE_WARNING_BYTES
from anhnh_lms.content.material import Material, is_aside
from anhnh_lms.content.problem import Problem
from anhnh_lms.content.site import PICTURES, SOUNDS

_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*\Z")
_VARIANT: Final = re.compile(r"\.[a-z]{2,3}(?=\.[a-z]+\Z)")


def check_assets(material: Material, used: set[str]) -> Iterator[Problem]:
    """Every file that is neither course.yml nor a page."""
    for path, data in material.site.files.items():
        if path == MANIFEST:
            continue
        if not _PATH.match(path):
            yield Problem.at(path, 0, "E139")
        if is_aside(path) or DOCUMENT.match(path):
            continue
        if path.endswith(".md"):
            yield Problem.at(path, 0, "E141" if "/" not in path else "E131")
            continue
        yield from check_asset(path, data)
        if path not in used and _VARIANT.sub("", path) not in used and path.endswith((*PICTURES, *SOUNDS)):
            yield Problem.at(path, 0, "W104")


def check_asset(path: str, data: bytes) -> Iterator[Problem]:
    """Problems of one picture or sound: its type, its content, its weight."""
    ending = f".{path.rsplit('.', 1)[-1]}" if "." in path else ""
    if ending not in (*PICTURES, *SOUNDS):
        yield Problem.at(path, 0, "E131")
        return
    if ending in PICTURES and len(data) > PICTURE_WARNING_BYTES:
        yield Problem.at(path, 0, "W102", size=len(data), limit=PICTURE_WARNING_BYTES)
    if ending == ".svg":
        if unsafe := unsafe_in_svg(data):
            yield Problem.at(path, unsafe[0], "E132", what=unsafe[1])
    elif not _is_what_it_says(ending, data):
        yield Problem.at(path, 0, "E133", expected=ending[1:].upper())


def _is_what_it_says(ending: str, data: bytes) -> bool:
    if ending == ".png":
        return data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR"
    if ending in (".jpg", ".jpeg"):
        return data.startswith(b"\xff\xd8\xff")
    if ending == ".webp":
        return data.startswith(b"RIFF") and data[8:12] == b"WEBP" and data[12:15] == b"VP8"
    return data.startswith(b"OggS") and b"OpusHead" in data[:200]


# -- SVG ---------------------------------------------------------------------------------------

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_TAGS: Final = frozenset(
    """
    svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text
    tspan textPath marker linearGradient radialGradient stop pattern clipPath mask style switch
    filter feGaussianBlur feOffset feMerge feMergeNode feFlood feComposite feColorMatrix feBlend
    feDropShadow
    """.split()  # noqa: SIM905 (a word list)
)
_DEEPEST: Final = 100
_MOST: Final = 50_000
_ADDRESS: Final = re.compile(
    r"(?:url\s*\(\s*[\"']?\s*(?!#)|@import|expression\s*\(|javascript:|data:|https?:|//|\\)", re.IGNORECASE
)
_ENCODINGS: Final = (None, "utf-8", "UTF-8", "us-ascii", "US-ASCII")


class _Unsafe(Exception):
    """What was found and where. `args`: line, words."""


class _Svg:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = lambda *_: self.refuse("<!DOCTYPE")
        self.parser.EntityDeclHandler = lambda *_: self.refuse("<!ENTITY")
        self.parser.ProcessingInstructionHandler = lambda target, _: self.refuse(f"<?{target}")
        self.parser.XmlDeclHandler = self.declared
        self.open: list[str] = []
        self.count = 0
        self.style: list[str] = []

    def refuse(self, what: str) -> None:
        raise _Unsafe(self.parser.CurrentLineNumber, what)

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding not in _ENCODINGS:
            self.refuse(f"encoding {encoding}")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        self.count += 1
        self.open.append(tag)
        if len(self.open) > _DEEPEST or self.count > _MOST:
            self.refuse(f"> {_MOST} <{tag}>")
        if len(self.open) == 1 and (tag != "svg" or space != _SVG):
            self.refuse(f'<{tag}>, not <svg xmlns="{_SVG}">')
        if space != _SVG or tag not in _TAGS:
            self.refuse(f"<{tag}>")
        for key, value in attributes.items():
            self.attribute(key, value)

    def attribute(self, key: str, value: str) -> None:
        space, _, name = key.rpartition(" ")
        if name.lower().startswith("on"):
            self.refuse(f"{name}=")
        if space not in ("", _XLINK, _XML) or (space == _XML and name == "base"):
            self.refuse(f"{name}=")
        if name in ("href", "src"):
            if not value.strip().startswith("#"):
                self.refuse(f"{name}={value[:60]}")
        elif _ADDRESS.search(value):
            self.refuse(f"{name}={value[:60]}")

    def end(self, _name: str) -> None:
        if self.open.pop() == "style":
            self.check_style()

    def text(self, text: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style.append(text)

    def check_style(self) -> None:
        whole = "".join(self.style)
        self.style.clear()
        if found := _ADDRESS.search(whole):
            self.refuse(f"<style> {found[0]}")


def unsafe_in_svg(data: bytes) -> tuple[int, str] | None:
    """Line and name of the first thing in an SVG that could run, embed or fetch something, or that is
    not on the list of drawing elements; None for a drawing that is only a drawing. Document types and
    entities are refused before they are expanded."""
    svg = _Svg()
    try:
        svg.parser.Parse(data, True)
    except _Unsafe as error:
        return int(error.args[0]), str(error.args[1])
    except expat.ExpatError as error:
        return error.lineno, expat.ErrorString(error.code)
    except (ValueError, LookupError):
        return 1, "encoding"
    return None
