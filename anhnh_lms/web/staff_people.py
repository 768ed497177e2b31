"""The staff list, a person's page, and the two forms that say who somebody is."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _

from ..certificates import register
from ..learning import library
from ..people import audit, granting, persons, staff, words
from ..people.details import Details, details_of
from ..people.history import history
from ..people.places import establishment
from ..record.tables_of_views import PersonRow
from . import guard, i18n
from .claims import claims_to_decide
from .desk import Desk, Page, form_id, page_number
from .staff_told import in_words, told

PER_PAGE = 50
STATES = ("active", "left", "all")


def people(desk: Desk) -> Page:
    """Who works here: searched, filtered, 50 a page."""
    audit.viewed("staff-list", desk.code, guard.user(), country=desk.country)
    state = request.args.get("state", "active")
    chosen = {
        "search": request.args.get("q", "").strip()[:100],
        "function": request.args.get("function", ""),
        "state": state if state in STATES else "active",
    }
    found = persons.staff_list(desk.code, desk.country, **chosen)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(page_number(), pages)
    active, left = persons.counts(desk.code, desk.country)
    return render_template(
        "staff/staff.html", desk=desk, people=found[(page - 1) * PER_PAGE : page * PER_PAGE], found=len(found),
        page=page, pages=pages, active=active, left=left, functions=words.FUNCTIONS, **chosen,
        claims=claims_to_decide(desk),
        page_url=lambda n: desk.url(
            page=n, q=chosen["search"] or None, function=chosen["function"] or None, state=chosen["state"]
        ),
    )  # fmt: skip


def person(desk: Desk, person: str) -> Page:
    """What is known about somebody, what may be done, and for who manages staff what was recorded."""
    row = desk.person(person)
    lang = i18n.current().code
    user = guard.user()
    events = history(person) if desk.may("MANAGE_STAFF") else []
    authors = persons.names([event.actor for event in events], lang)
    roles = persons.roles_of(person)
    return render_template(
        "staff/person.html", desk=desk, person=row, name=persons.name_in(row, lang), details=described(row),
        roles=[(words.role_words(role), words.scope_words(scope)) for role, scope in roles],
        credentials=persons.credentials_of(person),
        certificates=[(register.number_of(c), c) for c in register.of_person(person)],
        events=[told(event, authors) for event in events],
        above=granting.stands_above(user, roles), own=person == user.id,
        course_titles=course_titles(desk, lang),
    )  # fmt: skip


def course_titles(desk: Desk, lang: str) -> dict[str, str]:
    """course id -> title, of the courses that this establishment may take."""
    return {course.id: course.title(lang) for course in library.current(desk.country, desk.code)}


def described(row: PersonRow) -> list[tuple[str, str, str]]:
    """(field, its name, what is known in words) of a person."""
    return [(name, words.FIELDS[name], in_words(name, value)) for name, value in asdict(details_of(row)).items()]


# -- who somebody is ----------------------------------------------------------------------------------


def add(desk: Desk) -> Page:
    """Register somebody; the id of the new person is made when the form is shown."""
    if request.method == "GET":
        return _details_page(desk, Details("", language=_usual_language(desk)), new=form_id())
    given, person = _given(), form_id()
    try:
        fresh = staff.register(guard.user(), desk.code, desk.country, given, person)
    except (staff.BadDetails, staff.NumberTaken) as problem:
        return _details_page(desk, given, _messages(desk, problem), new=person), 422
    if not fresh:
        return redirect(desk.url())
    return desk.done(_("The person was added. Print the slip with the first PIN."), person)


def edit(desk: Desk, person: str) -> Page:
    """Change what is known; only what differs is recorded."""
    row = desk.person(person)
    if request.method == "GET":
        return _details_page(desk, details_of(row), person=row)
    given = _given()
    try:
        seen = request.form.get("seen", "")
        changed = staff.change(guard.user(), desk.code, desk.country, person, given, seen)
    except (staff.BadDetails, staff.NumberTaken) as problem:
        return _details_page(desk, given, _messages(desk, problem), person=desk.person(person)), 422
    except staff.ChangedMeanwhile:
        row = desk.person(person)
        stale = _(
            "Somebody else changed this person meanwhile. Nothing of yours was kept: look at it, then write again."
        )
        return _details_page(desk, details_of(row), [("", stale)], person=row), 409
    except staff.MorePower:
        return _details_page(
            desk, given, [("staff_number", str(words.PROBLEMS["too-powerful"]))], person=desk.person(person)
        ), 422
    return desk.done(_("The changes are recorded.") if changed else _("Nothing was different."), person)


def _given() -> Details:
    return Details(**{name: request.form.get(name, "")[:500] for name in words.FIELDS}).tidied()


def _usual_language(desk: Desk) -> str:
    """What the papers of the establishment are written in first; else the language of this page."""
    row = establishment(desk.code) if desk.code else None
    return (row.languages.split() or [""])[0] if row and row.languages else i18n.current().code


def _messages(desk: Desk, problem: staff.BadDetails | staff.NumberTaken) -> list[tuple[str, str]]:
    if isinstance(problem, staff.BadDetails):
        return [(field, str(words.PROBLEMS[code])) for field, code in problem.problems.items()]
    code = "number-taken"
    if problem.home != desk.code:
        code = "number-elsewhere"
    elif not problem.active:
        code = "number-left"
    return [("staff_number", str(words.PROBLEMS[code]))]


def _details_page(
    desk: Desk, given: Details, errors: list[tuple[str, str]] | None = None, *,
    person: PersonRow | None = None, new: str = "",
) -> str:  # fmt: skip
    if person is None and not new:
        abort(404)
    return render_template(
        "staff/details.html", desk=desk, given=given, errors=errors or [], person=person, new=new,
        name=persons.name_in(person, i18n.current().code) if person else "",
        seen=details_of(person).fingerprint() if person else "", functions=words.FUNCTIONS, sexes=words.SEXES,
        spoken=[(language.code, language.own) for language in i18n.available()],
    )  # fmt: skip
