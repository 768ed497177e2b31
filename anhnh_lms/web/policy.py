"""What each route asks for: the one table. A route without a line here is refused to everybody.

`who` is "public", "setup" (only while the server has no administrator), "signed-in", or a Power. `scope`
says where the power must be held: "establishment" (the `code` in the address), or "any" (held somewhere;
the view narrows it down).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..people.roles import Power

Who = Literal["public", "setup", "signed-in"] | Power
Scope = Literal["", "establishment", "any"]


@dataclass(frozen=True, slots=True)
class Line:
    who: Who
    scope: Scope = ""


PUBLIC = Line("public")
SIGNED_IN = Line("signed-in")
LEARN = Line(Power.LEARN)

POLICY: dict[str, Line] = {
    # for everybody
    "static": PUBLIC,
    "web.language": PUBLIC,
    "web.text_size": PUBLIC,
    "web.start": PUBLIC,
    "web.health": PUBLIC,
    "web.favicon": PUBLIC,
    "access.sign_in": PUBLIC,
    "access.sign_out": PUBLIC,
    "access.change_user": PUBLIC,
    "access.unlock": PUBLIC,  # whose session is locked is signed in, but not yet here
    "verify.verify": PUBLIC,
    "trust.how": PUBLIC,
    "trust.certificate": PUBLIC,
    "setup.setup": Line("setup"),
    # for whoever is signed in
    "access.change_credential": SIGNED_IN,
    "access.lock_page": SIGNED_IN,
    "access.here": SIGNED_IN,
    "access.held": SIGNED_IN,
    "own.record": SIGNED_IN,
    "own.file": SIGNED_IN,
    # learning: always the person's own
    "learner.courses": LEARN,
    "learner.course": LEARN,
    "learner.resume": LEARN,
    "learner.module": LEARN,
    "learner.section": LEARN,
    "learner.finish_section": LEARN,
    "learner.file": LEARN,
    "learner.template": LEARN,
    "quiz.start": LEARN,
    "quiz.question": LEARN,
    "quiz.save": LEARN,
    "quiz.overview": LEARN,
    "quiz.hand_in": LEARN,
    "quiz.result": LEARN,
    "attempts.mine": LEARN,
    "attempts.not_me": LEARN,
    "certificates.mine": LEARN,
    "certificates.paper": LEARN,  # own, or SEE_REGISTER where it was issued: the view asks
    # an establishment
    "establishment.overview": Line(Power.SEE_ESTABLISHMENT, "establishment"),
    "establishment.names": Line(Power.SEE_ESTABLISHMENT, "establishment"),
    "establishment.export": Line(Power.SEE_ESTABLISHMENT, "establishment"),
    "establishment.export_names": Line(Power.SEE_ESTABLISHMENT, "establishment"),
    "country.overview": Line(Power.SEE_COUNTRY, "any"),
    "country.export": Line(Power.SEE_COUNTRY, "any"),
    "country.aggregates": Line(Power.SEE_AGGREGATES, "any"),
    "country.export_aggregates": Line(Power.SEE_AGGREGATES, "any"),
    "audit.entries": Line(Power.READ_AUDIT, "any"),
    "audit.export": Line(Power.READ_AUDIT, "any"),
    "library.courses": Line(Power.SEE_LIBRARY, "any"),
    "library.course": Line(Power.SEE_LIBRARY, "any"),
    "library.module": Line(Power.SEE_LIBRARY, "any"),
    "staff.staff": Line(Power.SEE_STAFF, "establishment"),
    "staff.person": Line(Power.SEE_STAFF, "establishment"),
    "staff.add": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.edit": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.move": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.leave": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.come_back": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.forget": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.retention": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.import_csv": Line(Power.MANAGE_STAFF, "establishment"),
    "staff.reset": Line(Power.RESET_PIN, "establishment"),
    "staff.slips": Line(Power.RESET_PIN, "establishment"),
    "staff.disputes": Line(Power.SETTLE_DISPUTES, "establishment"),
    "staff.dispute": Line(Power.SETTLE_DISPUTES, "establishment"),
    "staff.roles": Line(Power.MANAGE_ROLES, "establishment"),
    "assignments.assignments": Line(Power.ASSIGN, "establishment"),
    "assignments.assign": Line(Power.ASSIGN, "establishment"),
    "assignments.withdraw": Line(Power.ASSIGN, "establishment"),
    "register.register": Line(Power.SEE_REGISTER, "establishment"),
    "register.export": Line(Power.SEE_REGISTER, "establishment"),
    "register.certificate": Line(Power.SEE_REGISTER, "establishment"),
    "register.revoke": Line(Power.MANAGE_CERTIFICATES, "establishment"),
    "register.reissue": Line(Power.MANAGE_CERTIFICATES, "establishment"),
    "focal_point.desk": Line(Power.LOOK_AFTER, "establishment"),
    "focal_point.printing": Line(Power.LOOK_AFTER, "establishment"),
    "focal_point.help_page": Line(Power.LOOK_AFTER, "establishment"),
    "self_test.self_test": Line(Power.LOOK_AFTER, "any"),
    "server.server": Line(Power.MANAGE_SERVER, "any"),
    "server.backup": Line(Power.MANAGE_SERVER, "any"),
    "server.courses": Line(Power.MANAGE_SERVER, "any"),
    "server.establishment": Line(Power.MANAGE_SERVER, "any"),
    "server.add_establishment": Line(Power.MANAGE_SERVER, "any"),
    "server.address": Line(Power.SEE_STAFF, "any"),
    "server.confirm_clock": Line(Power.MANAGE_SERVER, "any"),
    "server.national_staff": Line(Power.MANAGE_SERVER, "any"),
}
