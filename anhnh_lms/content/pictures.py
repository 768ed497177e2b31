"""Sizes of pictures, read from their headers. Nothing is decoded."""

from __future__ import annotations

import re
import struct
from typing import Final

_SVG_TAG: Final = re.compile(rb"<svg\b([^>]{0,4000})>", re.DOTALL)
_VIEW_BOX: Final = re.compile(
    rb"""\bviewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]{1,9})[\s,]+([\d.]{1,9})\s*["']"""
)
_SIDE: Final = rb"""\b%s\s*=\s*["']\s*([\d.]{1,9})(?:px)?\s*["']"""
_LARGEST: Final = 20_000


def size_of(path: str, data: bytes) -> tuple[int, int] | None:
    """Width and height in (CSS) pixels of an SVG, PNG, JPEG or WebP; None where it does not say."""
    ending = path.rsplit(".", 1)[-1].lower()
    try:
        if ending == "svg":
            found = _svg(data)
        elif ending == "png":
            found = struct.unpack(">II", data[16:24]) if data[:8] == b"\x89PNG\r\n\x1a\n" else None
        elif ending in ("jpg", "jpeg"):
            found = _jpeg(data)
        elif ending == "webp":
            found = _webp(data)
        else:
            found = None
    except (struct.error, IndexError, ValueError):
        return None
    if not found or not all(0 < side <= _LARGEST for side in found):
        return None
    return int(found[0]), int(found[1])


def _svg(data: bytes) -> tuple[int, int] | None:
    tag = _SVG_TAG.search(data[:20_000])
    if not tag:
        return None
    if box := _VIEW_BOX.search(tag[1]):
        return round(float(box[1])), round(float(box[2]))
    width, height = (re.search(_SIDE % side, tag[1]) for side in (b"width", b"height"))
    return (round(float(width[1])), round(float(height[1]))) if width and height else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    if data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return width, height
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
