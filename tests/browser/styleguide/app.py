"""The style guide: every macro with sample data, in both directions, for people and for axe.

Only for development and tests; it stands on the templates and the static files alone. To look at it:

    .venv/bin/python tests/browser/styleguide/app.py      then open http://127.0.0.1:8099/en/
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from flask import Flask, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import DateField, IntegerField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LANGUAGES = [("fr", "Français"), ("ar", "العربية"), ("en", "English")]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

PAGES = [
    "sign-in", "courses", "module", "question-single", "question-multiple", "question-rows", "question-number",
    "question-short", "question-blanks", "question-match", "question-order", "question-scenario",
    "question-likert", "self-check", "result", "establishment", "fields", "wtforms", "pieces", "confirm",
    "slips", "template",
]  # fmt: skip
ERRORS = ["400", "403", "404", "405", "413", "429", "500", "503"]


class Person(FlaskForm):
    """One field of each type that `forms.field` knows."""

    name = StringField("Name in Latin letters", [InputRequired("Write the name.")], description="As on the card")
    number = StringField("Staff number", [InputRequired("Write the staff number.")],
                         render_kw={"data-kind": "staff-number"})  # fmt: skip
    pin = PasswordField("PIN", [InputRequired("Write the six digits.")], render_kw={"data-kind": "pin"})
    function = SelectField("Function", choices=[SelectChoice("guard", "Guard"), SelectChoice("chief", "Chief")])
    sex = RadioField(
        "Sex", [InputRequired("Choose one.")], choices=[SelectChoice("f", "Woman"), SelectChoice("m", "Man")]
    )
    since = DateField("In service since", [InputRequired("Write the date.")])
    hours = IntegerField("Hours", [InputRequired("Write a number.")])
    reason = TextAreaField("Reason", [InputRequired("Say why.")])


def create_app() -> Flask:
    """The style guide as an application of its own: /<lang>/ lists its pages."""
    app = Flask("styleguide", static_folder=str(ROOT / "anhnh_lms" / "static"))
    app.config.update(SECRET_KEY="only for the style guide", BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"))
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(HERE / "templates")]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True  # as in the real server
    Babel(app, locale_selector=lambda: {"ar": "ar_MA"}.get(g.lang, g.lang))
    CSRFProtect(app)
    app.context_processor(context)
    app.after_request(policy)
    app.url_value_preprocessor(take_language)
    stubs(app)
    app.add_url_rule("/<lang>/", "index", index)
    app.add_url_rule("/<lang>/<page>", "page", page, methods=["GET", "POST"])
    return app


def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The language stands in the address, so that a page can be looked at in all of them."""
    g.lang = (values or {}).pop("lang", "en")


def policy(response: Any) -> Any:
    """The policy of the real server: what it refuses must not be needed."""
    response.headers["Content-Security-Policy"] = POLICY
    return response


def say(en: str, ar: str) -> str:
    """Sample text of the page's language."""
    return ar if g.lang == "ar" else en


def context() -> dict[str, Any]:
    """What the application gives to every page."""
    signed_out = request.path.endswith("sign-in")
    user = {"name": say("Salma Benali", "سلمى بنعلي"), "roles": ["learner"], "home": "Kénitra 2", "level": "pin",
            "lock_after": request.args.get("after", "300")}  # fmt: skip
    courses, house = say("My courses", "دوراتي"), say("My establishment", "مؤسستي")
    return {
        "lang": g.lang,
        "dir": "rtl" if g.lang == "ar" else "ltr",
        "user": None if signed_out else user,
        "establishment_name": say("Local prison of Kénitra 2", "السجن المحلي القنيطرة 2"),
        "languages": LANGUAGES,
        "static_url": lambda name: url_for("static", filename=name),
        "text_size": request.args.get("size", "normal"),
        "nav": [] if signed_out else [(courses, "courses", True), (house, "establishment", False)],
        "say": say,
        "pages": PAGES + ERRORS,
    }


def stubs(app: Flask) -> None:
    """The endpoints that base.html names. Autosave answers as the real one does."""
    for endpoint in ("web.language", "web.text_size", "access.change_user", "access.sign_out"):
        app.add_url_rule(f"/stub/{endpoint}", endpoint, lambda: redirect("/en/"), methods=["POST"])
    app.add_url_rule("/stub/own.record", "own.record", lambda: redirect("/en/"))
    for endpoint in ("access.lock_page", "access.unlock", "access.here"):
        app.add_url_rule(f"/stub/{endpoint}", endpoint, lambda: ("", 204), methods=["POST"])
    app.add_url_rule("/autosave", "autosave", autosave, methods=["POST"])
    app.extensions.update(saved=[], arrived=threading.Event(), broken=False)


def autosave() -> ResponseReturnValue:
    """Keep what came, in the order it came, for the tests to look at."""
    fields = {k: v for k, v in request.form.items() if k != "csrf_token"}
    current_app.extensions["saved"].append((request.headers.get("X-Autosave", ""), fields))
    current_app.extensions["arrived"].set()
    if current_app.extensions["broken"]:
        abort(503)
    return jsonify(saved="Saved 10:42")


def index() -> str:
    """The list of pages."""
    return render_template("guide/index.html")


def page(page: str) -> str:
    """One page of the guide, an error page, or a question sent back."""
    if page in ERRORS:
        return render_template(f"errors/{page}.html")
    if page == "confirm":
        return render_template("confirm.html", **confirmation())
    if page == "wtforms":
        form = Person()
        form.validate_on_submit()
        return render_template("guide/wtforms.html", form=form)
    if page not in PAGES:
        abort(404)
    return render_template(f"guide/{page}.html", sent=request.form.to_dict(flat=False))


def confirmation() -> dict[str, Any]:
    """What confirm.html is given."""
    return {
        "heading": say("Revoke this certificate?", "هل تريد إلغاء هذه الشهادة؟"),
        "message": say("Certificate MA-1/2026/000123 will no longer be valid.", "لن تبقى الشهادة صالحة."),
        "consequences": [say("The register keeps it, with your reason.", "يحتفظ بها السجل مع السبب.")],
        "action_url": "confirm",
        "action": say("Revoke it", "إلغاء الشهادة"),
        "cancel_url": "courses",
    }


if __name__ == "__main__":
    create_app().run(port=8099)
