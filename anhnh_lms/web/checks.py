"""What the self-test looks at: each check says in a sentence what it found, and what to do."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError

from .. import clock
from ..certificates import register
from ..certificates.draw import CertificateFacts
from ..certificates.press import NotDrawn, print_apart
from ..config import Settings
from ..db import db
from ..learning import library
from ..people import places
from ..record import copies, health, log, server
from ..record.secrets import FILE as SECRETS
from . import i18n, lan
from .show import fulldate, listed, number

LOW, FULL = 2 * 1024**3, 200 * 1024**2  # bytes free, below which there is little room, or none
OLD = timedelta(days=2)  # a copy is made every night
PROBE = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Found:
    """`state`: "fine", "look" (somebody should look at it) or "wrong". `do`: what to do, "" for nothing."""

    state: str
    said: str
    do: str = ""
    title: str = ""


Check = Callable[[Settings], Found]


def everything() -> list[Found]:
    """Every check, in the order in which they matter. One that fails says so and stops no other."""
    return [_safely(title, check) for title, check in _checks()]


def _checks() -> list[tuple[str, Check]]:
    return [
        (_("The database"), _database),
        (_("Room on the disk"), _disk),
        (_("The last copy"), _copy),
        (_("The clock"), _clock),
        (_("Certificates"), _paper),
        (_("Courses"), _courses),
        (_("Languages"), _languages),
        (_("The secrets"), _secrets),
        (_("The address for the PCs"), _address),
        (_("The program"), _program),
        (_("The last start"), _start),
    ]


def _safely(title: str, check: Check) -> Found:
    try:
        found = check(current_app.config["SETTINGS"])
    except Exception as error:  # whatever it is: this page is for the day on which something is wrong
        current_app.logger.exception("The self-test could not look at something.")
        said = _("This could not be looked at: %(error)s.", error=type(error).__name__)
        found = Found("wrong", said, _call())
    finally:
        db.session.rollback()
    return Found(found.state, found.said, found.do, title)


def _call() -> str:
    return str(_("Call whoever looks after this server and read this line to them."))


# -- the checks ---------------------------------------------------------------------------------------------


def _database(settings: Settings) -> Found:
    try:
        health.try_to_write()
        with tempfile.TemporaryFile(dir=settings.data) as probe:  # without a name: nothing stays
            probe.write(bytes(PROBE))
            probe.flush()
    except (SQLAlchemyError, OSError):
        return Found("wrong", _("The database does not answer, or cannot be written: answers are not saved now."),
                     _("Let nobody take a test. Look at the room on the disk below, then call whoever looks after "
                       "this server."))  # fmt: skip
    return Found("fine", _("It answers and can be written."))


def _disk(settings: Settings) -> Found:
    free = shutil.disk_usage(settings.data).free
    room = _("%(free)s MB are free.", free=number(free // 1024**2))
    if free >= LOW:
        return Found("fine", room)
    todo = _("Delete what does not belong to this server from its disk, or call whoever looks after it.")
    if free >= FULL:
        return Found("look", _("The disk is almost full: %(room)s", room=room), todo)
    return Found("wrong", _("The disk is full: %(room)s Answers can soon no longer be saved.", room=room), todo)


def _copy(settings: Settings) -> Found:
    newest = _newest(settings.data)
    if newest is None:
        return Found("look", _("There is no copy yet."),
                     _("The first one is made soon after the start. If it does not come today, call whoever looks "
                       "after this server."))  # fmt: skip
    age, day = clock.now() - newest, fulldate(newest.date())
    said = _("The last copy was made on %(date)s.", date=day)
    if timedelta(-1) <= age <= OLD:
        return Found("fine", said)
    todo = _("Ask whoever looks after this server why no copy was made since. Is the date of the server right?")
    return Found("look", _("%(said)s That is not the last two days.", said=said), todo)


def _newest(data: Path) -> datetime | None:
    times = [told.st_mtime for copy in copies.listed(data) if (told := copy.path.stat()).st_size]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _clock(_settings: Settings) -> Found:
    state = log.clock_state()
    today = fulldate(clock.today(places.own_timezone()))
    if state == "suspect":
        return Found("wrong", _("It says %(date)s, which does not agree with the record.", date=today),
                     _("Set the clock of the machine. If the date is right, the administrator confirms it on the "
                       "page of the server. Until then certificates wait; nothing is lost."))  # fmt: skip
    if state == "set-by-hand":
        return Found("fine", _("It says %(date)s. The date was confirmed by a person.", date=today))
    return Found("fine", _("It says %(date)s, which agrees with the record.", date=today))


def _paper(_settings: Settings) -> Found:
    try:
        print_apart(_sample())
    except NotDrawn:
        current_app.logger.exception("The self-test could not draw a certificate.")
        return Found("wrong", _("A certificate cannot be drawn: its letters or its program are missing."),
                     _("Certificates are kept and can be printed later. The program must be installed again: %(call)s",
                       call=_call()))  # fmt: skip
    if held_back := register.waiting():
        said = ngettext("%(num)d certificate waits to be issued.", "%(num)d certificates wait to be issued.", held_back)
        return Found("look", said, _("The administrator looks at the date on the page of the server and issues them."))
    return Found("fine", _("One was drawn for a try, in Latin and in Arabic letters."))


def _sample() -> CertificateFacts:
    return CertificateFacts(
        number="0", check_code="0", name_latin="Test", name_arabic="اختبار", country="", country_name={},
        administration={}, establishment_latin="", establishment_arabic="", course_title={"en": "Test"},
        version_label="", version_hash="", hours=0, issued_on=date(2026, 1, 1), valid_until=None,
        learner_language="fr", languages=("ar", "fr"),
    )  # fmt: skip


def _courses(_settings: Settings) -> Found:
    me, lang = server.own(), i18n.current().code
    published = library.current(me.country, me.scope)
    if not published:
        return Found("look", _("No course is published: learners see none."),
                     _("The administrator publishes courses on the page of the server."))  # fmt: skip
    unread = [item.title(lang) for item in published if not _readable(item.version)]
    if unread:
        return Found("wrong", _("These cannot be read: %(courses)s.", courses=listed(unread)), _call())
    said = ngettext("%(num)d course is published and can be read.", "%(num)d courses are published and can be read.",
                    len(published))  # fmt: skip
    return Found("fine", said)


def _readable(version: str) -> bool:
    try:
        return bool(library.course(version).module_ids)
    except (LookupError, ValueError):
        return False


def _languages(_settings: Settings) -> Found:
    missing = {one.own: number for one in i18n.available() if (number := i18n.missing(one.code))}
    if not missing:
        return Found("fine", _("%(languages)s: every text is there.",
                               languages=listed(one.own for one in i18n.available())))  # fmt: skip
    said = listed(_("%(language)s, %(number)s texts", language=own, number=n) for own, n in missing.items())
    return Found("look", _("Some texts are not translated and stand in English: %(languages)s.", languages=said),
                 _("Nothing is lost. Tell whoever translates."))  # fmt: skip


def _secrets(settings: Settings) -> Found:
    mode = stat.S_IMODE((settings.data / SECRETS).stat().st_mode)
    if mode & 0o077:
        return Found("wrong", _("Other users of this machine can read the file of the secrets."),
                     _("Whoever looks after this server gives it back to the server alone: chmod 600 %(file)s",
                       file=SECRETS))  # fmt: skip
    return Found("fine", _("Only the server can read them."))


def _address(settings: Settings) -> Found:
    found = lan.addresses(settings)
    if found:
        return Found("fine", listed(found))
    todo = _("Is the network cable in? Otherwise whoever looks after this server starts it with HOST=0.0.0.0.")
    return Found("look", _("Only this machine can reach the server: no PC of the network can."), todo)


def _program(_settings: Settings) -> Found:
    version = metadata.version("anhnh-lms")
    if health.fits():
        return Found("fine", _("Version %(version)s, and the database fits it.", version=version))
    return Found("wrong", _("The database is of another version than the program (%(version)s).", version=version),
                 _("Whoever looks after this server stops it and starts it again with anhnh serve."))  # fmt: skip


def _start(_settings: Settings) -> Found:
    start = health.last_start()
    if start is None:
        return Found("look", _("It is not known how the server was started."),
                     _("Whoever looks after this server starts it with anhnh serve."))  # fmt: skip
    day = fulldate(start.at)
    if start.restored:
        return Found("look", _("On %(date)s the server found its data put back from a copy.", date=day),
                     _("What was recorded after that copy is not in it: compare with what was printed."))  # fmt: skip
    if not start.cut:
        return Found("fine", _("On %(date)s, after the server had been stopped in good order.", date=day))
    said = _("On %(date)s, after the power was cut or the server was killed.", date=day)
    whole = _("The database was looked through and is whole.") if start.searched else ""
    todo = _("Nothing is lost. If it happens often, ask for a battery that keeps the server on (a UPS).")
    return Found("look", f"{said} {whole}".strip(), todo)
