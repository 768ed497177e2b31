"""What holds for the whole house: routes and their policy, templates, the program's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes
from sqlalchemy import func, select
from werkzeug.routing import Rule

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import Base, ViewBase, db
from anhnh_lms.people.roles import ROLES
from anhnh_lms.web.policy import POLICY
from scripts import check_locks, check_sizes

from .support import PASSPHRASE, People, sign_in

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(p for p in (ROOT / "anhnh_lms" / "static").rglob("*") if p.suffix in (".css", ".js", ".svg"))
VALUES = {"code": "MA-1", "country": "MA", "do": "edit", "index": 1, "number": 1}
WRITES = ("POST", "PUT", "PATCH", "DELETE")
UNESCAPED = re.compile(r"([\w.\[\]]+)(?:\([^()]*\))?\s*\|\s*safe\b")
# Whoever adds to these makes sure that it has passed the one sanitiser, as `Prose.html()` has; `paths` are the icons.
SANITISED = (".html", ".title_html", "stem", "hint", "replace", "section_links", "paths[name]")
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application to look at, whose database is never opened."""
    return create_app(Settings(data=tmp_path_factory.mktemp("house")))


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def _address(app: Flask, rule: Rule) -> str:
    values = {name: VALUES.get(name, "none") for name in rule.arguments}
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ())))
    return str(built)


# -- routes -----------------------------------------------------------------------------------------------


def test_routes_when_listed_then_each_has_a_line_of_the_policy(built: Flask) -> None:
    assert {rule.endpoint for rule in _rules(built)} - set(POLICY) == set()


def test_policy_when_its_screen_exists_then_each_line_has_a_route(built: Flask) -> None:
    routes = {rule.endpoint for rule in _rules(built)}
    lines = {name for name in POLICY if name.split(".")[0] in {*built.blueprints, "static"}}
    assert lines - routes == set()


def test_policy_when_a_line_names_an_establishment_or_country_then_its_address_does_too(built: Flask) -> None:
    wanted = {"establishment": "code", "country": "country"}
    for rule in _rules(built):
        argument = wanted.get(POLICY[rule.endpoint].scope)
        assert argument is None or argument in rule.arguments, rule.endpoint


def test_addresses_when_read_then_they_are_kebab_case(built: Flask) -> None:
    for rule in _rules(built):
        plain = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9./-]*", plain), rule.rule


@pytest.fixture
def everything(client: FlaskClient, people: People) -> FlaskClient:
    """Signed in as somebody who holds every role, everywhere."""
    member = people.register()
    everybody = [people.register(role=role, scope="all") for role in ROLES]
    _give_all_roles(people, member.id)
    assert len(everybody) == len(ROLES)
    sign_in(client, member.number, PASSPHRASE)
    return client


def _give_all_roles(people: People, person: str) -> None:
    from anhnh_lms.people import access
    from anhnh_lms.record.log import Fact, recording

    from .support import hashed

    with people.app.app_context():
        with recording() as record:
            for role in ROLES:
                record.append(Fact("role.granted", "establishment/MA-1", "MA", {"role": role, "scope": "all"},
                                   person=person))  # fmt: skip
            access.set_credential(person, "passphrase", hashed(person, PASSPHRASE), "set")
        db.session.rollback()


def _everything_kept(app: Flask) -> dict[str, int]:
    """How many rows each table holds, but for the running time."""
    with app.app_context():
        tables = {**Base.metadata.tables, **ViewBase.metadata.tables}
        found = {n: db.session.execute(select(func.count()).select_from(t)).scalar_one() for n, t in tables.items()}
        db.session.rollback()
    return found


def _writing(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in _rules(app):
        for method in WRITES:
            if method in (rule.methods or ()):
                yield rule, method


def test_state_change_when_the_token_is_missing_or_wrong_then_it_is_refused_and_nothing_changes(
    app: Flask, everything: FlaskClient
) -> None:
    before = _everything_kept(app)
    for rule, method in _writing(app):
        if POLICY[rule.endpoint].who == "setup":
            continue  # the server is set up: there is no such page any more
        for form in ({}, {"csrf_token": "wrong"}):
            response = everything.open(_address(app, rule), method=method, data=form)
            assert response.status_code == 400, f"{rule.endpoint} answered {response.status}"
    assert _everything_kept(app) == before


def test_state_change_when_the_form_stood_on_another_page_then_it_is_refused(
    app: Flask, everything: FlaskClient
) -> None:
    for rule, method in _writing(app):
        for origin in ("http://elsewhere.test", "null"):
            response = everything.open(_address(app, rule), method=method, headers={"Origin": origin})
            assert response.status_code == 403, f"{rule.endpoint} answered {response.status}"


def test_state_change_when_there_is_no_page_behind_it_then_get_is_refused(app: Flask, everything: FlaskClient) -> None:
    """405, or 404 where the address is also one of a page, of which there is none here."""
    before = _everything_kept(app)
    only = [rule for rule, _ in _writing(app) if "GET" not in (rule.methods or ())]
    assert only
    for rule in only:
        response = everything.get(_address(app, rule))
        assert response.status_code in (404, 405), f"{rule.endpoint} answered {response.status}"
    assert _everything_kept(app) == before


def test_pages_when_nobody_is_signed_in_then_only_the_public_ones_answer(
    app: Flask, client: FlaskClient, founded: object
) -> None:
    for rule in _rules(app):
        if "GET" in (rule.methods or ()) and POLICY[rule.endpoint].who not in ("public", "setup"):
            response = client.get(_address(app, rule))
            assert response.status_code == 302, f"{rule.endpoint} answered {response.status}"
            assert response.location.startswith("/sign-in"), rule.endpoint


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_pages_when_read_by_whoever_may_see_all_then_each_is_a_whole_page_of_its_language(
    app: Flask, everything: FlaskClient, language: str, direction: str
) -> None:
    everything.set_cookie("lang", language)
    before = _everything_kept(app)
    for rule in _rules(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        response = everything.get(_address(app, rule))
        assert response.status_code < 500, f"{rule.endpoint} answered {response.status}"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        if response.mimetype == "text/html" and response.status_code in (200, 404):
            _check_page(rule.endpoint, response.text, language, direction)
    after = _everything_kept(app)
    assert {n: c for n, c in after.items() if n not in AUDITED} == {n: c for n, c in before.items() if n not in AUDITED}


AUDITED = ("entry", "head", "counter")  # looking at names is noted in the log, and only that


def _check_page(endpoint: str, page: str, language: str, direction: str) -> None:
    assert f'<html lang="{language}" dir="{direction}"' in page, endpoint
    assert re.search(r"<title>[^<]*\w[^<]*</title>", page), endpoint
    assert page.count("<h1") == 1, endpoint
    assert page.count("<main") == 1, endpoint
    assert not list(_not_allowed(page)), endpoint
    assert not re.search(r"""\s(?:src|href|action)=["'](?:https?:)?//""", page), endpoint


# -- templates, static files --------------------------------------------------------------------------------


def _not_allowed(text: str) -> Iterator[str]:
    """What the content policy refuses, or ought to."""
    yield from re.findall(r"<style\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_template_when_read_then_it_parses_uses_its_imports_and_holds_nothing_inline(built: Flask, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = built.jinja_env.parse(text)
    built.jinja_env.get_template(str(path.relative_to(ROOT / "templates")))
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    assert list(_not_allowed(markup)) == []
    assert "://" not in markup
    assert [found for found in UNESCAPED.findall(text) if not found.endswith(SANITISED)] == []
    assert _unused_imports(tree) == []


def _unused_imports(tree: nodes.Template) -> list[str]:
    imported = [node.target for node in tree.find_all(nodes.Import)]
    for node in tree.find_all(nodes.FromImport):
        imported += [name[1] if isinstance(name, tuple) else name for name in node.names]
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    return [name for name in imported if name not in used]


@pytest.mark.parametrize("path", STATIC, ids=lambda p: p.name)
def test_static_file_when_read_then_it_names_no_other_server(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text, re.IGNORECASE)


# -- the program ----------------------------------------------------------------------------------------------


def test_log_when_entries_are_written_then_only_by_the_record() -> None:
    pattern = re.compile(r"(?:insert|update|delete)\(\s*(?:EntryRow|HeadRow|AsideRow)|\bEntryRow\(|HeadRow\(")
    for path in (ROOT / "anhnh_lms").rglob("*.py"):
        if "record" not in path.relative_to(ROOT / "anhnh_lms").parts[:1]:
            assert not pattern.search(path.read_text(encoding="utf-8")), path


def test_time_when_asked_for_then_only_by_the_clock() -> None:
    pattern = re.compile(r"\bdatetime\.now\(|\bdate\.today\(|\btime\.time\(|\butcnow\(")
    for path in (ROOT / "anhnh_lms").rglob("*.py"):
        if path.name != "clock.py" and "cli" not in path.parts:  # the author's own day, at the console
            assert not pattern.search(path.read_text(encoding="utf-8")), path


def test_files_and_functions_when_measured_then_none_is_too_long() -> None:
    assert [line for path in check_sizes.python_files() for line in check_sizes.too_long(path)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("flask==3.1.3 \\\n    --hash=sha256:" + "a" * 64 + "\n", []),
        ("psycopg[binary]==3.3.9 ; sys_platform == 'linux' \\\n", []),
        ("--index-url https://somewhere.test/simple\n", ["--index-url https://somewhere.test/simple"]),
        ("flask @ https://somewhere.test/flask.whl\n", ["flask @ https://somewhere.test/flask.whl"]),
        ("flask>=3 \\\n", ["flask>=3 \\"]),
    ],
)
def test_lock_when_it_names_an_address_or_no_version_then_the_line_is_strange(text: str, found: list[str]) -> None:
    assert check_locks.strange_lines(text) == found


@pytest.mark.parametrize("name", ["base", "test", "bundle"])
def test_lock_when_read_then_it_holds_versions_and_hashes_alone(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="ascii")
    assert check_locks.strange_lines(lock) == []
    wanted = re.findall(r"^[a-zA-Z][a-zA-Z0-9-]*", (ROOT / "requirements" / f"{name}.in").read_text(), re.MULTILINE)
    locked = {line.split("==")[0].split("[")[0] for line in lock.splitlines() if "==" in line and line[0] != " "}
    assert {w.lower() for w in wanted} - {n.lower() for n in locked} == set()
