"""The one place that asks what time it is.

Clocks of prison PCs are wrong: the battery is dead, somebody set the year by hand. So nothing is
ordered by time (`record` counts), due dates are local calendar dates, and a wait counts the time
that the server has been running (`people.elapsed`), which a changed date cannot shorten.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # no server of this program ran before
STAMP = "%Y-%m-%dT%H:%M:%SZ"
_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)
_running: ContextVar[float | None] = ContextVar("running", default=None)


def now() -> datetime:
    """The time in UTC, to the second."""
    return (_fixed.get() or datetime.now(UTC)).replace(microsecond=0)


def stamp() -> str:
    """`now()` as the record writes it."""
    return written(now())


def written(when: datetime) -> str:
    """A time in UTC as the record writes it: 2026-11-23T08:15:00Z."""
    return when.strftime(STAMP)


def moment(text: str) -> datetime:
    """A time as the record writes it, read back. ValueError if it is not one."""
    return datetime.strptime(text, STAMP).replace(tzinfo=UTC)


def today(timezone: str = "UTC") -> date:
    """The calendar date at that place (an IANA name such as Africa/Casablanca; unknown: UTC)."""
    return local(now(), timezone).date()


def local(when: datetime, timezone: str) -> datetime:
    """The same moment on the clocks of that place."""
    try:
        return when.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return when.astimezone(UTC)


def midnight(day: date, timezone: str) -> datetime:
    """When that day begins at that place, in UTC."""
    try:
        zone: tzinfo = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def monotonic() -> float:
    """Seconds since this machine started; the same for all its processes; nobody can set it."""
    fixed, running = _fixed.get(), _running.get()
    if running is not None:
        return running
    return fixed.timestamp() if fixed else time.clock_gettime(time.CLOCK_BOOTTIME)


def boot() -> str:
    """Changes each time the machine starts."""
    if _fixed.get():
        return "fixed"
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return str(round(time.time() - time.monotonic()))


@contextmanager
def fixed_at(when: datetime, running: float | None = None) -> Iterator[None]:
    """Within the block it is `when`, and the machine has been running for so many seconds (default: as many
    as the date tells): for tests."""
    tokens = _fixed.set(when.astimezone(UTC)), _running.set(running)
    try:
        yield
    finally:
        _fixed.reset(tokens[0])
        _running.reset(tokens[1])


def impossible(when: datetime) -> bool:
    """Whether a clock that says `when` is wrong whatever anybody says: no server of this program ran then."""
    return when < EARLIEST


def looks_wrong(when: datetime, latest_known: datetime | None) -> bool:
    """Whether a clock that says `when` is suspect, given the latest time in the record: it went back
    by more than a day, leapt ahead by more than 400 days, or is before this program existed."""
    if impossible(when):
        return True
    if latest_known is None:
        return False
    return when < latest_known - timedelta(days=1) or when > latest_known + timedelta(days=400)
