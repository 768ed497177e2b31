"""The first page of each role: the one that answers the question they come with."""

from __future__ import annotations

from typing import Any

from flask import url_for

from ..people.access import User
from ..people.roles import Place, Power
from ..record.entry import ESTABLISHMENT


def home_of(user: User) -> str:
    """The address to go to after signing in."""
    here = Place(user.country, user.region, user.home)
    focal = focal_point_of(user)
    candidates: tuple[tuple[bool, str, dict[str, Any]], ...] = (
        (bool(focal), "focal_point.desk", {"code": focal}),
        (user.may(Power.SEE_COUNTRY), "country.overview", {}),
        (bool(user.home) and user.may(Power.SEE_ESTABLISHMENT, here), "establishment.overview", {"code": user.home}),
        (user.may(Power.SEE_AGGREGATES), "country.aggregates", {}),
        (user.may(Power.READ_AUDIT), "audit.entries", {}),
        (user.may(Power.MANAGE_SERVER), "server.server", {}),
        (bool(user.home) and user.may(Power.SEE_STAFF, here), "staff.staff", {"code": user.home}),
        (user.may(Power.SEE_LIBRARY), "library.courses", {}),
    )
    for allowed, endpoint, values in candidates:
        if allowed:
            return url_for(endpoint, **values)
    return url_for("learner.courses")


def focal_point_of(user: User) -> str:
    """The establishment whose focal point this person is, their own before another; "" if they are none."""
    codes = sorted(
        scope.removeprefix(ESTABLISHMENT)
        for role, scope in user.held
        if role == "focal-point" and scope.startswith(ESTABLISHMENT)
    )
    return user.home if user.home in codes else next(iter(codes), "")
