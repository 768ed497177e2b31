"""Broken and hostile files: each gets problems, never an exception; a broken file harms no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.content.formatter import format_text, mend_text
from anhnh_lms.content.mend import format_course
from anhnh_lms.content.reader import read_course, read_module
from anhnh_lms.content.translation import states

from .builders import codes, files, manifest, module, quiz, read
from .payloads import MARKDOWN, PAYLOADS

S = "## S\n<!-- id: s -->\n\n"
N = 10_000

MONSTERS = {
    "quotes on one line": ">" * N + " x",
    "quotes with spaces": "> " * N + "x",
    "quotes line by line": "\n".join(">" * depth + " x" for depth in range(1, 300)),
    "brackets": "[" * N,
    "brackets that close": "[" * 4000 + "]" * 4000,
    "pictures": "![a](" * 2000,
    "links": "[a](" * 2000,
    "parentheses": "[a]((" * 1500,
    "lists on one line": "- " * 4000 + "x",
    "lists line by line": "\n".join(" " * 2 * depth + "- x" for depth in range(300)),
    "loose lists": "\n\n".join(" " * 2 * depth + "- x" for depth in range(300)),
    "numbered lists": "1. " * 2500 + "x",
    "emphasis": "*a **b " * 1000,
    "code marks": "`" * N,
    "code marks of all lengths": " ".join("`" * length for length in range(1, 120)),
    "tags": "<sub>" * 800 + "</sub>" * 800,
    "a wide table": "|" + "a|" * 3900 + "\n|" + "-|" * 3900,
    "a long table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 1500,
    "a long line": "a" * 100_000,
    "many lines": "a\n" * 100_000,
    "headings": "## a\n" * 3000,
    "comments": "<!-- a -->\n" * 3000,
    "open comments": "<!--\n" * 3000,
    "fences": "```\n" * 2999,
    "rules": "---\n" * 3000,
    "blanks": "[[a]] " * 1300,
    "open blanks": "[[" * 4000,
}


@pytest.mark.parametrize("text", MONSTERS.values(), ids=list(MONSTERS))
@pytest.mark.parametrize("before", [S, "", quiz("### X?\n<!-- id: x -->\n")], ids=["section", "opening", "question"])
def test_read_when_file_is_a_monster_then_other_files_are_whole(text: str, before: str) -> None:
    course = files(before + text, other_en_md=module(S.replace("s -->", "o -->") + "Good text.\n", name="other"))
    course["course.yml"] = manifest(modules="[m, other]").encode()
    reading = read_course(course)
    assert reading.course
    assert reading.course.text("en").modules[-1].sections[0].prose.plain == "Good text."
    format_course(course, mend=True)
    states(course)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("quotes on one line", "E103"),
        ("quotes with spaces", "E103"),
        ("quotes line by line", "E104"),
        ("lists line by line", "E104"),
        ("brackets that close", "E105"),
        ("pictures", "E103"),
        ("a long line", "E103"),
        ("many lines", "E152"),
        ("fences", "E136"),
        ("open comments", "E137"),
    ],
)
def test_read_when_file_is_a_monster_then_its_author_is_told(name: str, code: str) -> None:
    assert code in [found for _, found in codes(read(S + MONSTERS[name]))]


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\x00" * 100, b"\xff\xfe---", b"---", b"---\n---", b"\xef\xbb\xbf", b"\r\r\r"),
        "---\nid: \u202e\n---".encode(),
    ],
)
def test_read_when_a_page_is_rubbish_then_has_errors_and_no_exception(data: bytes) -> None:
    course = files() | {"m.en.md": data}
    assert codes(read_course(course))
    assert format_course(course, mend=True) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "- a",
        "x: &a [b]\ny: *a",
        "x: !!python/object/apply:os.system ['echo']",
        "[" * 5000,
        "{a: " * 5000,
        "? [a]\n: b",
        "id: [a, b]\nslug: {c: d}\nlanguages: x\nmodules: {a: b}\n",
        "id: 1\nslug: ../../etc\nsource: '../x'\nlanguages: {'../x': {review: done}}\nversion: 1\nmodules: [../m]\n",
        "\x00",
        "a: b\na: c\n---\nb: c\n",
        "languages:\n  en: {review: done, x: {y: {z: {w: v}}}}\n",
        "x: " + "a" * 70_000,
        "<<: {a: b}\n",
        "id: ~\nslug: ~\nsource: ~\nlanguages: ~\nversion: ~\nmodules: ~\n",
    ],
)
def test_manifest_when_hostile_then_has_errors_and_no_exception(text: str) -> None:
    reading = read_course(files() | {"course.yml": text.encode()})
    assert [code for _, code in codes(reading, "course.yml") if code.startswith("E")]
    assert not reading.sound


def test_problem_when_it_quotes_a_file_then_shows_no_control_characters() -> None:
    reading = read(S + "![x](fig/\x1b[2J\u202e.svg)\n", front="colour\x1b[31m: x\n")
    shown = "\n".join(problem.show() for problem in reading.problems)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_read_module_when_alone_then_needs_no_course() -> None:
    found, problems = read_module("m.en.md", module(S + "Text.\n").encode())
    assert problems == ()
    assert found
    assert found.sections[0].prose.html() == "<p>Text.</p>"
    assert read_module("m.md", b"") == (None, read_module("m.md", b"")[1])


def test_read_module_when_it_leads_to_other_pages_then_they_are_not_judged() -> None:
    body = quiz("### X?\n<!-- id: x; objective: O1 -->\n\n[y](#y)\n\n- (x) a\n- ( ) b\n  > c\n", "; role: pre")
    assert read_module("m.en.md", module(body).encode())[1] == ()


def test_read_module_when_it_is_a_translation_then_takes_kinds_from_its_source() -> None:
    source = module(quiz("### Order?\n<!-- id: x; type: order -->\n\n1. a\n2. b\n")).encode()
    own = module(quiz("### Ordre ?\n<!-- id: x -->\n\n1. c\n2. d\n"), "source: m.en.md\n", "fr").encode()
    found, problems = read_module("m.fr.md", own, {"m.en.md": source})
    assert [problem.code for problem in problems if problem.level == "error"] == []
    assert found
    assert found.quizzes[0].questions[0].kind == "order"


_fragments = st.one_of(
    st.sampled_from([*MARKDOWN, *PAYLOADS[::5]]),
    st.sampled_from(
        [
            *("## A", "### B", "#### C", "## A\n<!-- id: a -->", "### B\n<!-- id: b; type: order -->", "# X", "##X"),
            *("## Q\n<!-- quiz id: q -->", "## Q\n<!-- quiz id: q; draw: p 1 by objective -->", "<!-- quiz -->"),
            *("- (x) a", "- ( ) b", "- [x] c", "- [ ] d", "  > why", "> why", "• ( ) e", "☐ f", "☑ g", "(x) h", "lazy"),
            *("= 4", "= 1,000", "s= a", "or= b", "[[a or= b]]", "[[a|(b)]]", "[[___]]", "[[= 4 +- 1]]", "[[", "]]"),
            *("| a | b |", "|---|:-:|", "| (x) | ( ) |", "|  | x |", "1. a", "2. b", "- a", "  - b", "    code"),
            *("```", "~~~", "---", "===", "> [!TIP]", "> [!MA]", "> [!TRAINER]", "> text", "<!--", "-->", "<!-- x -->"),
            *("- [go](#c)", "- (x) [go](#b)", "text", "text  ", "text\\", "", "", '![a](fig/x.svg "c")', "[l](#a)"),
            *("<!-- id: c; end: pass -->", "<!-- id: b; type: scenario -->", "<!-- id: b; type: match; pool: p -->"),
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
)
PAGES = st.lists(_fragments, max_size=14).map("\n".join)


@given(PAGES)
@settings(max_examples=100)
def test_read_when_fed_anything_then_gives_problems_and_no_exception(text: str) -> None:
    reading = read(text)
    assert all(problem.show("fr") and problem.show("ar") for problem in reading.problems)
    assert reading.course
    assert [module.id for module in reading.course.text("en").modules] == list(reading.course.module_ids)


@given(st.binary(max_size=200))
def test_read_when_a_page_is_bytes_then_gives_no_exception(data: bytes) -> None:
    read_course(files() | {"m.en.md": data})
    read_course(files() | {"course.yml": data})
    read_course(files() | {"fig/x.svg": data, "fig/x.png": data, "fig/x.webp": b"RIFF1234WEBPVP8X" + data})


@given(st.text(max_size=80))
def test_format_when_fed_anything_then_gives_no_exception(text: str) -> None:
    assert isinstance(mend_text(text, "ar"), str)
    assert isinstance(format_text(f"---\nid: m\n---\n{text}", "en"), str)
