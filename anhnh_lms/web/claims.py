"""Who made these attempts? What people said was not them, and the decision of the director or the focal point."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from ..certificates import register
from ..learning import disputes
from ..learning.attempts import NoSuchAttempt
from ..learning.disputes import Claim
from ..people import audit, persons
from ..people.access import User
from ..record.canonical import sha256
from ..record.fold_claims import NOT_THEIRS
from ..record.log import recording
from ..record.tables_of_views import PersonRow
from . import guard, i18n
from .attempts import told
from .desk import Desk, Page
from .place_form import Errors
from .show import moment_of

SENT = ("outcome", "number", "reason")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is about to be decided, and what would follow: for the one, and for the other, in sentences."""

    sent: dict[str, str]
    other: PersonRow | None
    follows: list[str]

    @property
    def seen(self) -> str:
        """Names what the page told would follow."""
        return sha256("\n".join([self.sent["outcome"], self.other.id if self.other else "", *self.follows]))[:16]


def claims_to_decide(desk: Desk) -> int:
    """How many claims wait for somebody like the reader; 0 where the reader may not decide."""
    return disputes.count_open(desk.code, desk.country) if desk.may("SETTLE_DISPUTES") else 0


def claims(desk: Desk) -> Page:
    """What waits for a decision here, the oldest first."""
    audit.viewed("disputes", desk.code, guard.user())
    found = disputes.open_claims(desk.code, desk.country)
    return render_template("staff/disputes.html", desk=desk, claims=[_shown(desk, claim) for claim in found])


def _shown(desk: Desk, claim: Claim) -> dict[str, object]:
    zone = desk.timezone()
    return {
        "claim": claim, "one": told(claim.row, zone), "said_at": moment_of(claim.row.disputed_at, zone),
        "name": persons.name_in(claim.person, i18n.current().code),
    }  # fmt: skip


def claim(desk: Desk, attempt: str) -> Page:
    """One of them: look, decide, see what follows, confirm."""
    if request.method == "GET":
        audit.viewed("disputes", desk.code, guard.user())
    try:
        found = disputes.claim_of(desk.code, desk.country, attempt)
        sent = {name: request.form.get(name, "").strip()[: disputes.REASON_LIMIT] for name in SENT}
        if request.method == "GET":
            return _page(desk, found, sent)
        if not found.is_open:
            raise disputes.AlreadySettled(found.row.disputed)
        other, errors = _other(desk, found, sent)
        if errors:
            return _page(desk, found, sent, errors), 422
        decision = _decision(found, sent, other)
        if request.form.get("do") != "confirm":
            return _confirm(desk, found, decision)
        if request.form.get("seen") != decision.seen:
            stale = _("What would follow has changed meanwhile, and nothing was recorded. Look at it again.")
            return _confirm(desk, found, decision, [("", stale)]), 409
        _record(desk, attempt, decision)
    except NoSuchAttempt:
        abort(404)
    except disputes.AlreadySettled:
        flash(_("Somebody has decided this already. Nothing more was recorded."), "warning")
    else:
        flash(_("The decision is recorded. The person sees it with the attempt."), "success")
    return redirect(desk.url("disputes"))


def _page(desk: Desk, found: Claim, sent: dict[str, str], errors: Errors | None = None) -> str:
    return render_template(
        "staff/dispute.html", desk=desk, sent=sent, errors=errors or [], limit=disputes.REASON_LIMIT,
        own=found.person.id == guard.user().id, decided=disputes.decision_of(found.row), **_shown(desk, found),
    )  # fmt: skip


def _other(desk: Desk, found: Claim, sent: dict[str, str]) -> tuple[PersonRow | None, Errors]:
    """Whose the attempt was, as far as it is known, and what is wrong with the form."""
    if sent["outcome"] not in disputes.OUTCOMES:
        return None, [("outcome", _("Choose whose attempt it was."))]
    other = None
    if sent["number"]:
        other = persons.with_number(desk.country, sent["number"])
        if other is None or other.erased or other.establishment != desk.code:
            return None, [("number", _("Nobody here has this staff number. Leave it empty if you do not know it."))]
        if sent["outcome"] != NOT_THEIRS:
            return None, [("number", _("Leave the staff number empty if the attempt is theirs."))]
    try:
        disputes.check_other(guard.user(), found, persons.as_user(other.id) if other else None)
    except disputes.OwnCase:
        message = _("You cannot decide about an attempt of your own, or take one over. Somebody else must decide.")
        return None, [("number" if other else "", message)]
    except disputes.NotTheOther:
        return None, [("number", _("It cannot be this person's. Write another staff number, or leave it empty."))]
    return other, []


def _decision(found: Claim, sent: dict[str, str], other: PersonRow | None) -> Decision:
    return Decision(sent, other, list(_follows(found, sent["outcome"], other)))


def _follows(found: Claim, outcome: str, other: PersonRow | None) -> list[str]:
    """What changes, in sentences."""
    lang = i18n.current().code
    name = persons.name_in(found.person, lang)
    if outcome != NOT_THEIRS:
        return [_("The attempt goes on counting for %(name)s. Nothing else changes.", name=name)]
    changes, row = disputes.consequences(found.row), found.row
    lines = [_("The attempt no longer counts for %(name)s, who may take the quiz again.", name=name)]
    if changes.pass_lost:
        lines.append(_("%(name)s has then not passed this quiz.", name=name))
    if changes.completion_lost:
        lines.append(_("%(name)s has then not completed the course.", name=name))
        if paper := register.live(row.person, row.course):
            lines.append(
                _("Certificate %(number)s is revoked. This cannot be undone.", number=register.number_of(paper))
            )
    if other is None:
        return [*lines, _("It counts for nobody else.")]
    theirs = persons.name_in(other, lang)
    lines.append(_("The attempt counts for %(name)s, with its answers and its result.", name=theirs))
    if row.passed:
        lines.append(_("If that completes the course, %(name)s receives the certificate.", name=theirs))
    return lines


def _confirm(desk: Desk, found: Claim, decision: Decision, errors: Errors | None = None) -> str:
    whose = decision.other or (found.person if decision.sent["outcome"] != NOT_THEIRS else None)
    return render_template(
        "staff/dispute_confirm.html", desk=desk, decision=decision, errors=errors or [],
        whose=persons.name_in(whose, i18n.current().code) if whose else "", **_shown(desk, found),
    )  # fmt: skip


def _record(desk: Desk, attempt: str, decision: Decision) -> None:
    by, where, sent = guard.user(), (desk.code, desk.country), decision.sent
    other: User | None = persons.as_user(decision.other.id) if decision.other else None
    works = bool(decision.other and decision.other.active)
    why = _("The course was completed with an attempt that somebody else had made.")
    lang = i18n.current().code
    with recording() as record:
        settled = disputes.settle(record, by, where, attempt, sent["outcome"], other, sent["reason"])
        if settled.completion_lost and settled.first:
            register.revoke_resting(record, settled.first, settled.course, why, by.id)
        if other and works:
            register.issue_due(record, other, settled.course, other.language or lang)
