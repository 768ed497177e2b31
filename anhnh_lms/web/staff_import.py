"""A list of staff from a spreadsheet: choose the file, look at what it would do, confirm."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from ..people import csv_import, csv_read, words
from . import guard, i18n
from .desk import Desk, Page
from .show import labelled, listed
from .staff_told import apart, in_words

SHOWN = 200  # lines of a kind on the preview


def import_list(desk: Desk) -> Page:
    """The form, the example, the preview and the import."""
    if request.method == "GET":
        return _example() if "example" in request.args else _form(desk)
    try:
        text = _text()
        file = csv_read.read_list(text)
    except csv_read.UnreadableList as problem:
        return _form(desk, _unreadable(problem)), 422
    if confirmed := request.form.get("confirmed", ""):
        return _carry_out(desk, file, text, confirmed)
    return _preview(desk, csv_import.plan(desk.code, desk.country, file, _language()), text)


def _text() -> str:
    """The list: from the file that was chosen, or as the preview carried it. Raises UnreadableList."""
    sent = request.files.get("list")
    if sent is not None and sent.filename:
        with sent.stream as stream:
            return csv_read.decode(stream.read(csv_read.BYTES + 1))
    if "text" in request.form:
        return request.form["text"]
    raise csv_read.UnreadableList("none")


def _language() -> str:
    """The language of new persons whose line names none."""
    asked = request.form.get("language", "")
    return asked if asked in {language.code for language in i18n.available()} else i18n.current().code


def _carry_out(desk: Desk, file: csv_read.StaffFile, text: str, confirmed: str) -> Page:
    try:
        done = csv_import.carry_out(guard.user(), desk.code, desk.country, file, _language(), confirmed)
    except csv_import.PlanChanged as problem:
        if problem.plan.count(csv_import.UNCHANGED) == len(problem.plan.rows):
            flash(_("This list is imported already. Nothing was changed a second time."), "success")
            return redirect(desk.url())
        changed = _("The staff changed meanwhile. Look at the list again; nothing was imported yet.")
        return _preview(desk, problem.plan, text, changed), 409
    flash(_told(done), "success")
    return redirect(desk.url("slips") if done.count(csv_import.NEW) and desk.may("RESET_PIN") else desk.url())


def _told(plan: csv_import.Plan) -> str:
    added, changed = plan.count(csv_import.NEW), plan.count(csv_import.CHANGED)
    return " ".join((
        ngettext("%(num)d person was added.", "%(num)d people were added.", added),
        ngettext("%(num)d person was changed.", "%(num)d people were changed.", changed),
    ))  # fmt: skip


def _form(desk: Desk, error: str = "") -> str:
    return render_template(
        "staff/import.html", desk=desk, errors=[("list", error)] if error else [],
        spoken=[(language.code, language.own) for language in i18n.available()], language=_language(),
        columns=csv_read.EXAMPLE.get(i18n.current().code, csv_read.EXAMPLE["en"]), functions=words.FUNCTIONS,
        limit=csv_read.ROWS,
    )  # fmt: skip


def _example() -> Response:
    code = i18n.current().code
    return current_app.response_class(
        csv_read.example(code), mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="staff-{code}.csv"'},
    )  # fmt: skip


def _preview(desk: Desk, plan: csv_import.Plan, text: str, error: str = "") -> str:
    groups = {
        state: [_row(row) for row in plan.rows if row.state == state][:SHOWN]
        for state in (csv_import.WRONG, csv_import.NEW, csv_import.CHANGED)
    }
    return render_template(
        "staff/preview.html", desk=desk, plan=plan, groups=groups, text=text, digest=plan.digest(),
        language=_language(), errors=[("", error)] if error else [],
        counts={state: plan.count(state) for state in (*groups, csv_import.UNCHANGED)},
    )  # fmt: skip


def _row(row: csv_import.Row) -> tuple[object, ...]:
    """Line, number, name, and what is wrong or new."""
    names = (row.details.name_latin, row.details.name_arabic)
    name = next((n for n in (names[::-1] if i18n.current().code == "ar" else names) if n), "")
    if row.problems:
        said = " ".join(str(words.PROBLEMS[code]) for code in row.problems)
    elif row.changed:
        said = listed(labelled(words.FIELDS[name], apart(in_words(name, value))) for name, value in row.changed.items())
    else:
        said = in_words("function", row.details.function)
    return row.line, row.details.staff_number or None, name or None, said


def _unreadable(problem: csv_read.UnreadableList) -> str:
    if problem.why == "none":
        return str(_("Choose a file."))
    why: dict[str, str] = {
        "empty": _("The file holds no list: the first line names the columns, each further line is a person."),
        "large": _("The file is larger than a list of staff. Save only the list as CSV."),
        "rows": _("The list is longer than %(rows)s lines. Divide it.", rows=csv_read.ROWS),
        "columns": _("The file has too many columns. Keep those of the example."),
        "cell": _("A cell of the file is far too long for a name or a number."),
        "binary": _("This is not a CSV file. In the spreadsheet choose: Save as, CSV."),
        "quotes": _("A quotation mark opens and does not close near line %(line)s.", line=problem.detail),
        "number-column": _("No column is called “Staff number”. Name the columns as in the example."),
        "name-column": _("No column holds the name. Name the columns as in the example."),
        "twice": _("The column “%(name)s” stands there twice.", name=problem.detail),
    }
    return why[problem.why] + " " + str(_("Nothing was imported."))
