"""Reading a page as its forms: what they carry, what a browser would send back."""

from __future__ import annotations

import re
from html import unescape

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)


def main(html: str) -> str:
    """The page without its frame."""
    found = _MAIN.search(html)
    assert found, "a page without <main>"
    return found[0]


def inputs(html: str) -> list[dict[str, str]]:
    """Every input of the page proper, as attributes."""
    return [{k: unescape(v) for k, v in _ATTRIBUTE.findall(tag)} for tag in _INPUT.findall(main(html))]


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the page's forms, but for the token."""
    return {
        i["name"]: i.get("value", "") for i in inputs(html) if i.get("type") == "hidden" and i["name"] != "csrf_token"
    }


def values(html: str, name: str) -> list[str]:
    """The values of all inputs of that name."""
    return [i.get("value", "") for i in inputs(html) if i.get("name") == name]
