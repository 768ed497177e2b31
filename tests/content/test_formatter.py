"""The formatter: one form, the same meaning, ids where they were missing."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from anhnh_lms.content.document import NAME
from anhnh_lms.content.formatter import Wishes, format_text, mend_text
from anhnh_lms.content.mend import format_course
from anhnh_lms.content.reader import read_course
from anhnh_lms.content.skeleton import new_course

from .builders import UUID, codes, files, manifest, module, quiz
from .test_hostile import PAGES

COURSES = Path(__file__).parents[2] / "courses"
S = "## S\n<!-- id: s -->\n\n"


def without_places(value: Any) -> Any:
    """The same without lines, versions and the ids that stand for missing ones."""
    if isinstance(value, tuple):
        return tuple(without_places(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: without_places(getattr(value, field.name)) for field in fields(value)}
        if "line" in changed:
            changed["line"] = 0
        if str(changed.get("id", "")).startswith("line-"):
            changed["id"] = ""
        return replace(value, **changed)
    return value


def meaning(text: str) -> Any:
    """What a learner gets from the module."""
    reading = read_course(files() | {"m.en.md": text.encode()})
    assert reading.course
    return without_places(reading.course.text("en"))


@given(PAGES)
@settings(max_examples=100)
def test_format_when_done_twice_then_changes_nothing_more(text: str) -> None:
    once = format_text(module(text), "en")
    assert format_text(once, "en") == once
    mended = mend_text(module(text), "ar")
    assert format_text(mended, "ar") == mended


@given(PAGES)
@settings(max_examples=100)
def test_format_when_every_block_has_an_id_then_keeps_the_meaning(text: str) -> None:
    with_ids = format_text(module(text), "en")
    assert meaning(format_text(_spread(with_ids), "en")) == meaning(with_ids)


@given(PAGES)
@settings(max_examples=100)
def test_format_when_ids_are_written_then_nothing_else_changes(text: str) -> None:
    text = text.replace("](#", "](")  # a link may find the id that is written now
    assert _without_ids(meaning(module(text))) == _without_ids(meaning(format_text(module(text), "en")))


def _spread(text: str) -> str:
    """The same page as another editor may leave it: CR LF, a byte order mark, an empty line at the end."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\ufeff" + plain.replace("\n", "\r\n") + "\r\n\r\n"


def _without_ids(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_without_ids(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: _without_ids(getattr(value, field.name)) for field in fields(value)}
        for name in ("id", "digest"):
            if name in changed:
                changed[name] = ""
        return replace(value, **changed)
    return value


@pytest.mark.parametrize("path", sorted(COURSES.glob("*/*.md")), ids=lambda path: path.name)
def test_format_when_page_is_real_then_keeps_its_meaning(path: Path) -> None:
    text, name = path.read_text(), NAME.match(path.name)
    assert name
    once = format_text(text, name["lang"], welcome=name["stem"] == "course")
    assert format_text(once, name["lang"], welcome=name["stem"] == "course") == once
    if name["lang"] == "en" and name["stem"] != "course":
        assert meaning(once) == meaning(text)


@pytest.mark.parametrize(
    ("typed", "formed"),
    [
        ("-  (X)   a\n- ( )  b\n    > why", "- (x) a\n- ( ) b\n  > why"),
        ("• (x) a\n– ( ) b", "- (x) a\n- ( ) b"),
        ("☑ a\n☐ b", "- [x] a\n- [ ] b"),
        ("- (*) a\n- (✓) b\n- (✔) c", "- (x) a\n- (x) b\n- (x) c"),
        ("-\u00a0(x)\u00a0a\n- (\u00a0) b", "- (x) a\n- ( ) b"),
        ("- (x) a\n> why\n- ( ) b", "- (x) a\n  > why\n- ( ) b"),
        ("(x) a\n( ) b", "- (x) a\n- ( ) b"),
        ("- (x) a\n\n- ( ) b", "- (x) a\n- ( ) b"),
        ("=45", "= 45"),
        ("s=a\nor=  b", "s= a\nor= b"),
        ("|a|b|\n|-|:-:|\n|c|( )|", "| a   | b   |\n|-----|:---:|\n| c   | ( ) |"),
        ("Text   \n\n\n\nmore", "Text\n\nmore"),
        ("one  \ntwo", "one  \ntwo"),
    ],
)
def test_format_when_answers_are_typed_loosely_then_writes_the_one_form(typed: str, formed: str) -> None:
    page = module(quiz(f"### X?\n<!-- id: x -->\n\n{typed}"))
    assert format_text(page, "en") == module("\n" + quiz(f"### X?\n<!-- id: x -->\n\n{formed}"))


def test_format_when_text_runs_right_to_left_then_writes_check_marks() -> None:
    page = module(quiz("### س؟\n<!-- id: x -->\n\n- (x) أ\n- ( ) ب"), lang="ar")
    assert "- (✓) أ\n- ( ) ب" in format_text(page, "ar")
    page = module(quiz("### س؟\n<!-- id: x -->\n\n- [X] أ\n- [ ] ب"), lang="ar")
    assert "- [✓] أ\n- [ ] ب" in format_text(page, "ar")


def test_format_when_code_looks_like_marks_then_leaves_it() -> None:
    code = "```\n- (X) a\n\n\n\n## b   \n```"
    assert code in format_text(module(f"{S}{code}\n"), "en")


def test_format_when_front_matter_is_loose_then_writes_the_one_form() -> None:
    page = (
        "---\nid : m\ntitle\u00a0: Alerte : que faire ?\nlang:en\naudience: [a,b ,  c]\nobjectives:\n"
        "    O1 : x\n\n---\nHi\n"
    )
    assert format_text(page, "en") == (
        "---\nid: m\ntitle: Alerte : que faire ?\nlang: en\naudience: [a, b, c]\nobjectives:\n  O1: x\n---\n\nHi\n"
    )


def test_format_when_front_matter_is_not_closed_then_leaves_the_file() -> None:
    assert format_text("---\nid: m\n##  A\n", "en") == "---\nid: m\n##  A\n"


def test_format_when_ids_are_missing_then_makes_them_from_titles() -> None:
    page = module("## Où aller l’été ?\n\n### Où aller l’été ?\n\n## Où aller l’été ?\n\n## أين\n")
    ids = [line for line in format_text(page, "en").split("\n") if line.startswith("<!--")]
    assert ids == [
        "<!-- id: ou-aller-l-ete -->",
        "<!-- id: ou-aller-l-ete-2 -->",
        "<!-- id: ou-aller-l-ete-3 -->",
        "<!-- id: section -->",
    ]


def test_format_when_a_translation_lacks_ids_then_takes_those_of_its_source() -> None:
    source = module("## One\n<!-- id: one -->\n\n## Two\n<!-- id: two -->\n")
    own = module("## واحد\n\n## اثنان\n", lang="ar")
    written = format_text(own, "ar", Wishes(source=source))
    assert "## واحد\n<!-- id: one -->" in written
    assert "## اثنان\n<!-- id: two -->" in written


def test_format_course_when_two_files_have_the_same_title_then_ids_differ() -> None:
    course = files("## Same\n", other_en_md=module("## Same\n", name="other"))
    course["course.yml"] = manifest(modules="[m, other]").encode()
    course |= format_course(course)
    assert read_course(course).errors == ()
    assert format_course(course) == {}


def test_mend_when_problems_are_safe_to_mend_then_they_are_gone() -> None:
    body = "##S\n\na\u202eb\x07\n\n## Q\n<!-- quiz id: q -->\n\n### X?\n\n(x) a\n> why\n( ) b\n> no\n"
    course = files(body)
    assert {code for _, code in codes(read_course(course))} >= {"E117", "E146", "E206", "E239", "E301", "E302"}
    course |= format_course(course, mend=True)
    assert read_course(course).problems == ()


def test_mend_when_a_translation_repeats_what_only_the_source_says_then_drops_it() -> None:
    body = quiz("### X?\n<!-- id: x; points: 2 -->\n\n- (x) a\n- ( ) b\n  > no\n")
    course = files(body, m_fr_md=module(body, "source: m.en.md\n", "fr"))
    course["course.yml"] = manifest(languages="[en, fr]").encode()
    assert "W105" in [code for _, code in codes(read_course(course), "m.fr.md")]
    changed = format_course(course, mend=True)
    assert b"points" not in changed["m.fr.md"]
    assert b"points: 2" in {**course, **changed}["m.en.md"]


def test_new_course_when_checked_then_has_no_problem_and_is_in_the_one_form() -> None:
    course = {path: text.encode() for path, text in new_course("fire-safety", UUID).items()}
    assert read_course(course).problems == ()
    assert format_course(course) == {}
