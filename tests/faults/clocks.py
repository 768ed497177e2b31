"""What the tests of clocks share: a date beside the machine's own counter, and somebody who completes a course."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from anhnh_lms import clock
from anhnh_lms.content.course import Course
from tests import support
from tests.learning import school

ZONE = "Africa/Casablanca"


@contextmanager
def at(when: datetime, running: float = 1000) -> Iterator[None]:
    """The clock says `when`; the machine's own counter goes its way."""
    with clock.fixed_at(when, running):
        yield


def complete(course: Course, member: support.Member) -> None:
    """Pass every quiz and the last test, as the screens do it."""
    user = school.user_of(member)
    school.finish_modules(user, course)
    school.sit(user, course, school.AFTER)
