"""The focal point's screens as the browser has them, in French and Arabic, on a desk and on a telephone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.db import unit_of_work
from anhnh_lms.record import log
from tests import support

from .test_pages import LANGUAGES, House, house, look, sign_in, tab

pytestmark = pytest.mark.browser
HERE = "/establishments/MA-1"
__all__ = ["house", "tab"]  # fixtures


@LANGUAGES
def test_pages_when_a_focal_point_walks_through_them_then_nothing_is_wrong(tab: Any, house: House, lang: str) -> None:
    focal = house.people.register(role="focal-point")
    sign_in(tab, focal.number, support.PASSPHRASE)
    assert tab.url.endswith(f"{HERE}/desk")
    addresses = [f"{HERE}/desk", f"{HERE}/desk/print", f"{HERE}/desk/help", "/self-test",
                 f"{HERE}/staff/slips", f"{HERE}/certificates?since=2026-01-01"]  # fmt: skip
    assert [what for address in addresses for what in look(tab, lang, address)] == []


@LANGUAGES
def test_desk_when_shown_then_the_buttons_are_large_on_a_telephone_too(tab: Any, house: House, lang: str) -> None:
    sign_in(tab, house.people.register(role="focal-point").number, support.PASSPHRASE)
    for size in ({"width": 1024, "height": 768}, {"width": 320, "height": 640}):
        tab.set_viewport_size(size)
        boxes = [button.bounding_box() for button in tab.query_selector_all("main .panel")]
        assert len(boxes) == 4
        assert min(box["height"] for box in boxes) >= 60
        assert min(box["width"] for box in boxes) >= 280


@LANGUAGES
def test_pages_when_the_clock_is_wrong_then_nothing_is_wrong_with_what_says_so(
    app: Flask, tab: Any, house: House, founded: support.Founded, lang: str
) -> None:
    with app.app_context(), clock.fixed_at(clock.now() + timedelta(days=900)), unit_of_work():
        log.confirm_clock()  # the record believes in a later date than this machine
    sign_in(tab, founded.number, founded.passphrase)
    addresses = ["/server", HERE, f"{HERE}/names", f"{HERE}/certificates", f"{HERE}/certificates/{house.certificate}"]
    assert [what for address in addresses for what in look(tab, lang, address)] == []
