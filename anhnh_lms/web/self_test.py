"""Is everything all right? The server looks at itself and says so in plain words. Nothing is changed by it."""

from __future__ import annotations

from flask import Blueprint, render_template

from .checks import everything
from .guard import user
from .home import focal_point_of

screen = Blueprint("self_test", __name__)


@screen.get("/self-test")
def self_test() -> str:
    """Is everything all right?"""
    found = everything()
    return render_template(
        "self_test/self_test.html", found=found, desk=focal_point_of(user()),
        count={state: sum(1 for item in found if item.state == state) for state in ("fine", "look", "wrong")},
    )  # fmt: skip
