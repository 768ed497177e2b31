"""The preview of a draft: the learner's pages of a course that is not published, for its author alone.

An application of its own: no database, no sign-in, nothing that is kept. It answers this machine
under its own names only, so that a page of another site cannot reach it by a name that points here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from ..assessment.scales import SCALES
from ..config import Settings
from ..content.problem import Problem
from ..content.words import COUNTRIES, direction
from ..studio.preview import Draft, Page, Preview
from . import i18n
from .assets import asset
from .back import back_to
from .context import static_url
from .guard import headers, same_origin
from .kept import SIZES
from .show import filters
from .shown import parts_of
from .speaking import speaking

ROOT = Path(__file__).parents[2]
LOOK = re.compile(r"(?P<country>[A-Z]{2}|-)(?P<trainer>[01])(?P<answers>[01])\Z")
COOKIE = "preview"  # what the trainer wants to see: country, trainer boxes, answers

screen = Blueprint("preview", __name__)
pages = Blueprint("web", __name__)  # the names that the base template asks for


def preview_app(preview: Preview, start: str | None, lang: str, scratch: Path, port: int) -> Flask:
    """The application that shows `preview`, beginning with the file at `start`. Problems and everything
    that only a trainer sees are said in `lang`; compiled catalogues go into the folder `scratch`."""
    app = Flask("anhnh_lms", static_folder="static", template_folder=str(ROOT / "templates"))
    app.config.update(
        SETTINGS=Settings(data=scratch, language=lang), PACKS=scratch / "translations", CACHE=scratch / "cache",
        PREVIEW=preview, START=start, TRAINER=lang,
        HOSTS=frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")),
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(filters())
    app.jinja_env.globals["csrf_token"] = str
    app.context_processor(_context)
    app.before_request(_refuse_strangers)
    app.before_request(same_origin)
    app.after_request(headers)
    app.register_error_handler(Exception, _stumbled)
    i18n.init_i18n(app)
    app.register_blueprint(screen)
    app.register_blueprint(pages)
    return app


def _refuse_strangers() -> tuple[str, int, dict[str, str]] | None:
    """DNS rebinding: another site's name may point to 127.0.0.1, but the browser still says that name."""
    if request.host not in current_app.config["HOSTS"]:
        return "This preview answers to its own address only.\n", 403, {"Content-Type": "text/plain"}
    return None


def _context() -> dict[str, Any]:
    language = i18n.current()
    return {
        "lang": language.code, "dir": language.dir, "languages": [], "user": None, "nav": [], "establishment_name": "",
        "text_size": size if (size := request.cookies.get("size")) in SIZES else "normal", "static_url": static_url,
    }  # fmt: skip


# -- what is shown ----------------------------------------------------------------------------------


def _look() -> dict[str, Any]:
    """Which country's boxes, whether the trainers' boxes and the answers."""
    found = LOOK.match(request.cookies.get(COOKIE, ""))
    country = found["country"] if found else COUNTRIES[0]
    return {
        "country": country if country in COUNTRIES else "",
        "trainer": bool(found and found["trainer"] == "1"),
        "open_keys": bool(found and found["answers"] == "1"),
    }


def _chosen() -> BaseResponse | None:
    """The form above the page was sent: keep the choice in a cookie and show the page again."""
    if "look" not in request.args:
        return None
    country = request.args.get("country", "")
    text = f"{country if country in COUNTRIES else '-'}{int('trainer' in request.args)}{int('answers' in request.args)}"
    response = redirect(request.path)
    response.set_cookie(COOKIE, text, samesite="Strict", httponly=True)
    return response


def _draft() -> Draft:
    preview: Preview = current_app.config["PREVIEW"]
    return preview.now()


def _known(draft: Draft, lang: str) -> None:
    """404 for a language that neither the course nor the interface has."""
    if not (draft.course and lang in draft.course.texts) and lang not in {item.code for item in i18n.available()}:
        abort(404)


def _render(template: str, draft: Draft, lang: str, path: str, name: str = "", **values: Any) -> str:
    """A page in the language of the course, with what only its author sees in the author's own."""
    if lang in {item.code for item in i18n.available()}:
        g.forced_language = lang
        g.pop("language", None)
    text = draft.course.texts.get(lang) if draft.course else None
    shared = {
        "draft": draft, "text": text, "course": draft.course, "page_lang": lang, "page_dir": direction(lang),
        "path": path, "name": name, "countries": COUNTRIES, "problems": _sorted(draft.problems, path), **_look(),
        "modules": text.pages if text else (), "own": draft.problems_of(path),
        "in_languages": [(code, i18n.language(code).own) for code in draft.course.texts] if draft.course else [],
    }  # fmt: skip
    author = current_app.config["TRAINER"]
    with speaking(author) as spoken:
        shared["pages_bar"], shared["bar"], shared["below"] = (
            Markup(render_template(f"preview/_{part}.html", **shared, spoken=spoken, **values))  # noqa: S704 (a template)
            for part in ("nav", "bar", "problems")
        )
    return render_template(template, **shared, spoken=spoken, **values)


def _sorted(problems: tuple[Problem, ...], path: str) -> list[tuple[Problem, str]]:
    """Those of the file on the page first; errors before warnings in each file."""
    author = current_app.config["TRAINER"]
    ordered = sorted(problems, key=lambda p: (p.path != path, p.path, p.level != "error", p.line))
    return [(problem, problem.message(author)) for problem in ordered]


# -- pages ------------------------------------------------------------------------------------------


@screen.get("/")
def start() -> BaseResponse:
    """The page of the file that was named, else the welcome page."""
    preview: Preview = current_app.config["PREVIEW"]
    lang, name = preview.start(preview.now(), current_app.config["START"])
    return redirect(url_for(".page", lang=lang, name=name) if name else url_for(".course", lang=lang))


@screen.get("/<lang>/")
def course(lang: str) -> str | BaseResponse:
    """The welcome page, and what the course holds."""
    draft = _draft()
    _known(draft, lang)
    return _chosen() or _render("preview/course.html", draft, lang, f"course.{lang}.md")


@screen.get("/<lang>/<name>")
def page(lang: str, name: str) -> str | BaseResponse | tuple[str, int]:
    """A module or the assessment, whole: every section, every quiz, every question."""
    draft = _draft()
    preview: Preview = current_app.config["PREVIEW"]
    found = preview.page(draft, lang, name)
    if found is None:
        _known(draft, lang)
        path = f"{name}.{lang}.md"
        return _render("preview/unread.html", draft, lang, path), 200 if path in draft.files else 404
    return _chosen() or _render(
        "preview/module.html", draft, lang, found.path, name, page=found, module=found.module, scales=SCALES,
        parts=parts_of(found.module),
    )  # fmt: skip


@screen.get("/<lang>/<name>/<section_id>/paper/<int:index>")
def paper(lang: str, name: str, section_id: str, index: int) -> str | BaseResponse:
    """A page to fill and print."""
    draft = _draft()
    preview: Preview = current_app.config["PREVIEW"]
    found: Page | None = preview.page(draft, lang, name)
    section = next((s for s in found.module.sections if s.id == section_id), None) if found else None
    sheet = next((t for t in section.templates if t.index == index), None) if section else None
    if found is None or sheet is None:
        abort(404)
    return _chosen() or _render("preview/paper.html", draft, lang, found.path, name, paper=sheet, section=section)


@screen.get("/files/<path:path>")
def file(path: str) -> Response:
    """A picture or sound of the draft."""
    return asset(path, _draft().files.get(path))


@screen.get("/version")
def version() -> Response:
    """What the open page compares with its own, every second."""
    return jsonify(version=_draft().stamp)


@pages.post("/text-size")
def text_size() -> BaseResponse:
    """Write larger from here on."""
    response = redirect(back_to(request.form.get("next"), url_for("preview.start")))
    if (wanted := request.form.get("size", "")) in SIZES:
        response.set_cookie("size", wanted, samesite="Strict", httponly=True)
    return response


def _stumbled(error: Exception) -> tuple[str, int]:
    """No such page, or a fault of this program: said in a sentence, never as a trace."""
    code = error.code if isinstance(error, HTTPException) and error.code else 500
    if code >= 500:
        current_app.logger.error("%s: %s", request.path, type(error).__name__)
    return render_template("preview/stumbled.html", code=code, draft=_draft()), code
