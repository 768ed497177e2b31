"""What codes are called on screens and paper: functions, roles, scopes, kinds of establishment, what is wrong.

All are lazy: they speak the language of whoever reads them at that moment.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

Words = dict[str, Any]  # code -> lazy text

FUNCTIONS: Words = {
    "guard": _("Prison officer"),
    "support-staff": _("Support staff"),
    "chief": _("Head of detention"),
    "health": _("Health staff"),
    "social-worker": _("Social worker"),
    "educator": _("Educator"),
    "registry-clerk": _("Registry clerk"),
    "workshop-officer": _("Workshop officer"),
    "administration": _("Administration"),
    "director": _("Prison director"),
    "trainer": _("Instructor"),
}

SEXES: Words = {"f": _("Woman"), "m": _("Man")}

ROLES: Words = {
    "focal-point": _("Focal point"),
    "trainer": _("Trainer"),
    "director": _("Director"),
    "regional-administration": _("Regional administration"),
    "national-administrator": _("National administrator"),
    "regional-secretariat": _("Regional secretariat"),
    "donor": _("Donor"),
    "inspection": _("Inspection"),
    "server-administrator": _("Administrator of the server"),
}

ROLE_HINTS: Words = {
    "focal-point": _("Sees the staff list, makes new PINs, sees certificates, decides whose an attempt was"),
    "trainer": _("Reads every course in the library"),
    "director": _(
        "Sees progress with names, assigns courses, sees staff and certificates, decides whose an attempt was"
    ),
    "regional-administration": _("Sees progress and certificates of every establishment of the region"),
    "national-administrator": _("Sees every establishment of the country, manages staff, roles and certificates"),
    "regional-secretariat": _("Sees figures without names"),
    "donor": _("Sees figures without names"),
    "inspection": _("Reads who looked at what"),
    "server-administrator": _("Manages staff, roles, assignments, certificates and this server"),
}

ESTABLISHMENT_KINDS: Words = {
    "local-prison": _("Local prison"),
    "central-prison": _("Central prison"),
    "remand-prison": _("Remand and correction prison"),
    "agricultural-prison": _("Agricultural prison"),
    "youth-centre": _("Reform and education centre"),
    "training-centre": _("Training centre"),
    "other": _("Other"),
}

FIELDS: Words = {
    "staff_number": _("Staff number"),
    "name_latin": _("Name in Latin letters"),
    "name_arabic": _("Name in Arabic letters"),
    "function": _("Function"),
    "sex": _("Sex"),
    "language": _("Language"),
}

PROBLEMS: Words = {
    "number-missing": _("Write the staff number."),
    "number-long": _("A staff number has 40 characters at most."),
    "number-rounded": _("A spreadsheet rounded this number. Format the column as text and write it again."),
    "number-taken": _("Somebody else already has this staff number."),
    "number-twice": _("This staff number stands in the file twice."),
    "number-left": _("This person left. Record first that they came back."),
    "number-elsewhere": _("This number belongs to somebody of another establishment. Ask for a transfer."),
    "name-missing": _("Write the name, in Latin or in Arabic letters."),
    "name-long": _("A name has 120 characters at most."),
    "function-missing": _("Choose a function."),
    "function-unknown": _("This function is not known."),
    "sex-unknown": _("Write F for a woman, M for a man, or leave it empty."),
    "language-unknown": _("This language is not known."),
    "too-powerful": _("This person holds powers that you do not hold. Somebody who holds them changes it."),
}


def function_words(code: str) -> str:
    """The function's name; the code itself if this program does not know it."""
    return str(FUNCTIONS.get(code, code))


def role_words(code: str) -> str:
    """The role's name; the code itself if this program does not know it."""
    return str(ROLES.get(code, code))


def scope_words(scope: str) -> str:
    """ "establishment/MA-1" -> "in MA-1"; said after a role's name."""
    kind, _sep, name = scope.partition("/")
    if kind == "all":
        return str(gettext("everywhere"))
    if kind == "country":
        return str(gettext("in the whole country (%(code)s)", code=name))
    if kind == "region":
        return str(gettext("in the region %(name)s", name=name.partition("/")[2]))
    return str(gettext("in %(code)s", code=name))
