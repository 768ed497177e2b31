"""Every code is provoked, at the right line, by the smallest file that deserves it."""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from anhnh_lms.content.files import Files
from anhnh_lms.content.messages import CODES, LANGUAGES
from anhnh_lms.content.messages.ar import TEXTS as ARABIC
from anhnh_lms.content.messages.en import TEXTS as ENGLISH
from anhnh_lms.content.messages.fr import TEXTS as FRENCH
from anhnh_lms.content.problem import Problem
from anhnh_lms.content.reader import read_course

from .builders import PNG, SVG, WELCOME, codes, files, manifest, module, quiz

HELP = Path(__file__).parents[2] / "docs" / "checks.md"


class Case(NamedTuple):
    """The problem `code` at `path:line` in these files."""

    code: str
    line: int
    files: dict[str, bytes]
    path: str = "m.en.md"


def body(code: str, line: int, text: str, front: str = "", **more: str | bytes) -> Case:
    return Case(code, line, files(text, front, **more))


def asked(code: str, line: int, text: str, settings: str = "", quiz_settings: str = "", heading: str = "What?") -> Case:
    """`line` counts from the heading of the question, which is 0; its body begins at 3."""
    return Case(code, 9 + line, files(quiz(f"### {heading}\n<!-- id: x{settings} -->\n\n{text}", quiz_settings)))


def raw(code: str, line: int, data: bytes) -> Case:
    return Case(code, line, files() | {"m.en.md": data})


def yml(code: str, line: int, text: str) -> Case:
    return Case(code, line, files() | {"course.yml": text.encode()}, "course.yml")


def asset(code: str, line: int, path: str, data: bytes) -> Case:
    return Case(code, line, files() | {path: data}, path)


def translated(code: str, line: int, source: str, own: str, front: str = "source: m.en.md\n") -> Case:
    """A French translation; the body of both begins in line 7 of the translation (6 of the source)."""
    more: dict[str, str | bytes] = {
        "course_yml": manifest(languages="[en, fr]"),
        "course_fr_md": WELCOME.replace("lang: en", "lang: fr\nsource: course.en.md"),
        "m_fr_md": module(own, front, "fr"),
    }
    return Case(code, line, files(source, **more), "m.fr.md")


def pair(code: str, line: int, theirs: str, own: str, kind: str = "") -> Case:
    """One question and its translation; `line` counts from the heading of the translated question."""
    source = quiz(f"### What?\n<!-- id: x{kind} -->\n\n{theirs}")
    return translated(code, 10 + line, source, quiz(f"### Quoi ?\n<!-- id: x -->\n\n{own}"))


S = "## S\n<!-- id: s -->\n\n"  # text begins in line 9
TWO = "- (x) a\n- ( ) b\n  > Because.\n"
STEP = "- [go](#y)\n\n#### Y\n<!-- id: y{} -->\n\n{}"
SCENARIO = "; type: scenario"
GRADED = "; graded: no"
THREE = "".join(f"### Q{n}?\n<!-- id: q{n} -->\n\n{{}}\n" for n in range(3))

CASES = [
    raw("E101", 0, b"x" * (384 * 1024 + 1)),
    raw("E102", 2, b"---\nid: \xff\n"),
    body("E103", 9, S + "a" * 8001),
    body("E104", 9, S + ">" * 12 + " deep"),
    body("E105", 9, S + "*a " * 1300),
    raw("E106", 1, b"---\nid: m\ntitle: T\n\n## S\n"),
    raw("E107", 1, b"## S\n\nText.\n"),
    body("E108", 5, "", "no colon here\n"),
    body("E109", 5, "", "colour: red\n"),
    body("E110", 5, "", "title: Again\n"),
    raw("E111", 1, b"---\nid: m\nlang: en\n---\n"),
    body("E112", 5, "", "duration: soon\n"),
    body("E113", 7, "## S\n<!-- id: s; colour: red -->\n"),
    body("E114", 7, "## S\n<!-- id: s; id: t -->\n"),
    body("E115", 7, "## S\n<!-- id: s; nonsense -->\n"),
    asked("E116", 1, TWO, "; points: many"),
    body("E117", 6, "## S\n\nText.\n"),
    body("E118", 7, "## S\n<!-- id: é -->\n"),
    body("E119", 9, "## S\n<!-- id: s -->\n## T\n<!-- id: s -->\n"),
    Case("E120", 0, {"m.en.md": b""}, "course.yml"),
    yml("E121", 2, "id: x\n  bad: [\n"),
    yml("E122", 7, manifest(more="colour: red\n")),
    yml("E123", 1, manifest().replace("slug: test\n", "")),
    yml("E124", 7, manifest(more="pass: lots\n")),
    yml("E125", 6, manifest(modules="[m, nowhere]")),
    body("E126", 1, "", other_en_md=module(name="other"))._replace(path="other.en.md"),
    body("E127", 6, "# Title\n"),
    body("E128", 10, S + "Text\n----\n"),
    body("E129", 9, S + "[x](#nowhere)\n"),
    body("E130", 9, S + "![x](fig/none.svg)\n"),
    asset("E131", 0, "fig/x.gif", b"GIF89a"),
    asset("E132", 2, "fig/x.svg", b'<svg xmlns="http://www.w3.org/2000/svg">\n<script/></svg>'),
    asset("E133", 0, "fig/x.png", b"not a picture"),
    Case("E134", 0, Files(files(), (Problem.at("x.png", 0, "E134"),)), "x.png"),
    Case("E135", 0, Files(files(), (Problem.at("course.yml", 0, "E135", what="x"),)), "course.yml"),
    body("E136", 9, S + "```\ncode\n"),
    body("E137", 9, S + "<!-- never closed\n"),
    body("E138", 9, S + "![](fig/x.svg)\n", fig__x_svg=SVG),
    asset("E139", 0, "fig/été.svg", SVG),
    body("E140", 4, "").__class__("E140", 4, files() | {"m.en.md": module(lang="fr").encode()}),
    asset("E141", 0, "notes.md", b"x"),
    Case(
        "E142",
        12,
        files(
            a_en_md=module(
                "## P\n<!-- quiz id: p; role: pre -->\n\n### R\n<!-- id: r -->\n"
                "## P2\n<!-- quiz id: p2; role: pre -->\n",
                name="a",
            )
        )
        | {"course.yml": manifest(more="assessment: a\n").encode()},
        "a.en.md",
    ),
    body("E143", 9, S + "> [!NOTICE]\n> Text\n"),
    body("E144", 9, S + "- a\n\n  > [!MA]\n  > Law\n")._replace(line=11),
    body("E145", 9, S + "> [!NOTE] Text\n"),
    body("E146", 6, "##S\n"),
    body("E147", 10, S + "> text\n> [!NOTE]\n"),
    body("E148", 7, f"## Q\n<!-- quiz id: q; role: pre -->\n\n### R?\n<!-- id: r -->\n\n{TWO}"),
    body("E149", 9, S + "[x](javascript:alert(1))\n"),
    body("E150", 9, S + "![x](https://example.org/x.png)\n"),
    asked("E151", 1, TWO, "; objective: O9"),
    raw("E152", 0, b"\n" * 6001),
    asked("E201", 0, "Text only.\n"),
    asked("E202", 7, f"{TWO}\n= 4\n"),
    asked("E203", 3, "- (x) a\n"),
    asked("E204", 3, "- (x) a\n- (x) b\n"),
    asked("E205", 3, "- [ ] a\n- [ ] b\n"),
    asked("E206", 4, "- (x) a\n> Because.\n- ( ) b\n"),
    asked("E207", 4, "- (x) a\n- [ ] b\n"),
    asked("E208", 4, "- (x) a\n- b\n"),
    asked("E209", 5, "| a | T | F |\n|---|---|---|\n| x | (x) | (x) |\n"),
    asked("E210", 3, "= 1,000\n"),
    asked("E211", 3, "= many\n"),
    asked("E212", 3, "= 5..3\n"),
    asked("E213", 3, "A [[]] b\n"),
    asked("E214", 3, "A [[ a | b ]] c\n"),
    asked("E215", 3, "[[___]]\n"),
    asked("E216", 3, "| a | b |\n|---|---|\n| x | y |\n", "; type: match"),
    asked("E217", 3, "1. a\n", "; type: order"),
    asked("E218", 0, "Text.\n", "; type: order"),
    asked("E219", 1, TWO, "; type: riddle"),
    asked("E220", 3, "- [go](#nowhere)\n", SCENARIO),
    asked("E221", 5, STEP.format("; end: pass", "End.\n\n#### Z\n<!-- id: z; end: fail -->\n"), SCENARIO)._replace(
        line=19
    ),
    asked("E222", 5, STEP.format("", "Text.\n"), SCENARIO),
    asked("E223", 5, STEP.format("; end: pass", "- [on](#y)\n"), SCENARIO),
    asked("E224", 4, "- [go](#y)\n- just text\n\n#### Y\n<!-- id: y; end: pass -->\n", SCENARIO),
    asked("E225", 7, f"{TWO}\n#### Y\n<!-- id: y -->\n"),
    asked("E226", 1, "- ( ) a\n- ( ) b\n", "; type: survey"),
    asked("E227", 3, TWO, "; type: survey", GRADED),
    asked("E228", 1, "- a\n- b\n", "; type: likert; scale: mood-9", GRADED),
    asked("E229", -2, TWO, "; pool: p", "; draw: p 2"),
    asked("E230", -2, TWO, "", "; draw: p 2"),
    body("E231", 6, "## Q\n<!-- quiz id: q -->\n"),
    asked("E232", -2, TWO, "", "; private: yes"),
    asked("E233", 4, "- (x) a\n- ( ) A\n"),
    asked("E234", 4, "- (x) a\n- ( )\n"),
    asked("E235", 3, "or= a\n"),
    asked("E236", 1, TWO, "; scale: agree-5"),
    asked("E237", 5, "- (x) a\n\n  - list\n- ( ) b\n"),
    asked("E238", 4, "- (x) a\nlazy\n- ( ) b\n"),
    asked("E239", 3, "(x) a\n( ) b\n"),
    asked("E240", 0, TWO, heading="What is [[it]]?"),
    asked("E241", 10, STEP.format("", "- [on](#z)\n\nAfter.\n\n#### Z\n<!-- id: z; end: pass -->\n"), SCENARIO),
    asked("E242", 0, STEP.format("; end: fail", "End.\n"), SCENARIO),
    body("E301", 9, S + "a\u202eb\n"),
    body("E302", 9, S + "a\x07b\n"),
    body("E303", 9, S + "a <script>b</script>\n"),
    translated("E401", 7, S, "## T\n<!-- id: t -->\n"),
    translated("E402", 7, S, "## S\n<!-- quiz id: s -->\n"),
    pair("E403", 0, TWO, "- (x) a\n- ( ) b\n- ( ) c\n"),
    pair("E404", 0, TWO, "- ( ) a\n- (x) b\n"),
    pair("E405", 0, "[[a]] [[b]]\n", "[[a]]\n"),
    pair("E406", 0, "= 4\n", "= 5\n"),
    translated("E407", 5, S, S, "source: other.md\n"),
    translated("E408", 8, S, "## S\n<!-- id: s; src: soon -->\n"),
    pair(
        "E409",
        0,
        "- [a](#y)\n- [b](#z)\n\n#### Y\n<!-- id: y; end: pass -->\n\n#### Z\n<!-- id: z; end: fail -->\n",
        "- [a](#z)\n- [b](#y)\n\n#### Y\n<!-- id: y; end: pass -->\n\n#### Z\n<!-- id: z; end: fail -->\n",
        SCENARIO,
    ),
    translated("E410", 2, S, S)._replace(
        files=translated("", 0, S, S).files | {"m.fr.md": module(S, "source: m.en.md\n", "fr", "n").encode()}
    ),
    body("W101", 9, S + " ".join(["word"] * 26) + ".\n"),
    asset("W102", 0, "fig/x.png", PNG + b"\0" * 300_000),
    body("W103", 5, "", "review-by: 2020-01-01\n"),
    asset("W104", 0, "fig/x.svg", SVG),
    translated("W105", 8, quiz(f"### W?\n<!-- id: x -->\n\n{TWO}"), "## Q\n<!-- quiz id: q; pass: 80 % -->\n"),
    asked("W201", 0, "- (x) a\n- ( ) b\n"),
    body("W202", 6, "", "objectives:\n  O1: Know.\n"),
    body("W203", 6, "## Q\n<!-- quiz id: q -->\n\n" + THREE.format(TWO, TWO, TWO)),
    body("W204", 6, "## Q\n<!-- quiz id: q -->\n\n" + THREE.format(*["- (x) long\n- ( ) b\n"] * 3)),
    asked("W205", 1, TWO, "; pool: p"),
    Case("W401", 4, files() | {"course.yml": manifest(languages="[en, fr]").encode()}, "course.yml"),
    translated("W402", 0, S, ""),
    translated("W403", 7, S, "## S\n<!-- id: s; src: 00000000 -->\n"),
    translated("W404", 8, S, "## S\n<!-- id: s -->\n", "source: m.en.md\nsrc-head: 00000000\n")._replace(line=9),
    pair("W405", 0, TWO, "- (x) a\n- ( ) b\n"),
    translated("W406", 6, S, S, "source: m.en.md\nsrc-head: 00000000\n"),
    translated("W407", 1, S, "## S\n<!-- id: s; src: 00000000 -->\n"),
    translated("W408", 1, S, S),
]


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_check_when_something_is_wrong_then_says_so_at_its_line(case: Case) -> None:
    reading = read_course(case.files, today=date(2026, 11, 23))
    assert (case.line, case.code) in codes(reading, case.path), "\n".join(map(str, reading.problems))


def test_codes_when_compared_with_the_cases_then_each_is_provoked() -> None:
    assert {case.code for case in CASES} == set(CODES)


def test_small_course_when_checked_then_has_no_problem() -> None:
    assert read_course(files(S + "Text.\n")).problems == ()


@pytest.mark.parametrize("texts", [ARABIC, FRENCH], ids=["ar", "fr"])
def test_messages_when_translated_then_are_complete_with_the_same_placeholders(texts: dict[str, str]) -> None:
    assert set(texts) == set(ENGLISH)
    for code, text in ENGLISH.items():
        assert _fields(text) == _fields(texts[code]), code


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text)} - {None}


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_message_when_shown_then_is_filled_in_every_language(case: Case) -> None:
    for problem in read_course(case.files, today=date(2026, 11, 23)).problems:
        for lang in LANGUAGES:
            shown = problem.show(lang, "courses/x/")
            assert re.fullmatch(r"courses/x/\S.*?:\d+: [EW]\d{3} \S.*", shown), shown


def test_help_page_when_compared_with_the_codes_then_explains_each_once() -> None:
    headings = re.findall(r"^### ([EW]\d{3})\b", HELP.read_text(), re.MULTILINE)
    assert headings == sorted(CODES, key=lambda code: (code[0], code))
    for entry in re.split(r"^### ", HELP.read_text(), flags=re.MULTILINE)[1:]:
        assert len(entry.split("\n", 1)[1].strip()) > 40, entry
