"""Hostile text in a real browser, with no policy of the server's around it: what the gate lets through must be
harmless by itself.

A collection from elsewhere goes the same way: ANHNH_ATTACKS names a file with a JSON list of strings.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from anhnh_lms.content.prose import sanitise
from tests.content.builders import render
from tests.content.payloads import MARKDOWN, PAYLOADS

OUTSIDE = os.environ.get("ANHNH_ATTACKS", "")
HERE = "http://here.test/courses/page"
TOGETHER = 400  # pieces on one page
RECORD = """
window.ran = [];
for (const name of ['EVIL', 'alert', 'confirm', 'prompt', 'print'])
  window[name] = (...words) => { ran.push(name + ' ' + words); };
"""
PROVOKE = """() => {
  const kinds = ['mouseover', 'focus', 'pointerenter', 'animationstart', 'toggle', 'wheel', 'error', 'load'];
  for (const element of document.querySelectorAll('x-piece *'))
    for (const kind of kinds) element.dispatchEvent(new Event(kind, {bubbles: true}));
}"""
SEEN = """() => {
  const found = [];
  for (const element of document.querySelectorAll('x-piece *')) {
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') found.push(element.outerHTML);
    for (const {name, value} of element.attributes) {
      if (/^on|^(style|srcset|formaction|srcdoc|id|name|target|is|slot|nonce)$/.test(name))
        found.push(element.outerHTML);
      if ((name === 'href' || name === 'src') && new URL(value, document.baseURI).origin !== location.origin)
        found.push(element.outerHTML);
    }
  }
  return {
    odd: found, pieces: document.querySelectorAll('body > x-piece').length,
    inBody: document.body.children.length, inHead: document.head.children.length, ran,
  };
}"""


@dataclass
class Outcome:
    """What a browser did with the pieces."""

    ran: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)  # hosts besides our own
    broken: list[str] = field(default_factory=list)  # pieces that a page with them does not hold side by side


@pytest.fixture
def tried(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(RECORD)

    def all_of(pieces: Sequence[str]) -> Outcome:
        outcome, now = Outcome(), {"html": ""}

        def answer(route: Any) -> None:
            if route.request.url == HERE:
                route.fulfill(body=now["html"], content_type="text/html; charset=utf-8")
                return
            outcome.asked |= {urlsplit(route.request.url).netloc or route.request.url} - {"here.test"}
            route.fulfill(status=404, body="")

        page.route("**/*", answer)
        for start in range(0, len(pieces), TOGETHER):
            some = pieces[start : start + TOGETHER]
            boxes = "".join(f"<x-piece>{piece}</x-piece>" for piece in some)
            now["html"] = f"<!doctype html><html><head><title>x</title></head><body>{boxes}</body></html>"
            page.goto(HERE)
            page.evaluate(PROVOKE)
            seen = page.evaluate(SEEN)
            outcome.ran += seen["ran"]
            outcome.odd += seen["odd"]
            if (seen["pieces"], seen["inBody"], seen["inHead"]) != (len(some), len(some), 1):
                outcome.broken.append(f"pieces {start} to {start + len(some)}: {seen}")
        page.unroute("**/*")
        return outcome

    yield all_of
    context.close()


def outside() -> list[str]:
    return [str(text) for text in json.loads(Path(OUTSIDE).read_text(encoding="utf-8"))] if OUTSIDE else []


def test_browser_when_it_gets_what_the_gate_let_through_then_nothing_runs_or_leaves(tried: Any) -> None:
    texts = [*PAYLOADS, *MARKDOWN, *outside()]
    pieces = [sanitise(text) for text in texts]
    pieces += [part.html for text in texts for part in render(text).parts]
    outcome = tried(list(dict.fromkeys(pieces)))
    assert outcome == Outcome()


def test_browser_when_it_gets_the_same_without_the_gate_then_it_would_have_run(tried: Any) -> None:
    outcome = tried(
        ["<img src=x onerror=EVIL()>", '<a href="//evil.test/">x</a>', "<p style=color:red>x", "</x-piece>"]
    )
    assert outcome.ran
    assert outcome.broken
    assert len(outcome.odd) == 3
    assert tried(['<img src="//evil.test/x.png">']).asked == {"evil.test"}
