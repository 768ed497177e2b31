"""Boxes for some, figures, sound, links inside the course, tables, and foreign words in Arabic."""
# ruff: noqa: E501 (HTML that is compared as one line)

from __future__ import annotations

import pytest

from anhnh_lms.content.course import TRAINER
from anhnh_lms.content.reader import read_course
from anhnh_lms.content.site import Place, Site

from .builders import (
    PNG,
    SVG,
    codes,
    files,
    html,
    manifest,
    module,
    quiz,
    read,
    render,
    the_module,
    the_question,
    the_section,
)

SITE = Site(
    {"fig/x.svg": SVG, "fig/x.ar.svg": SVG, "fig/p.png": PNG, "audio/s.fr.opus": b"OggS"},
    "/files/v/",
    "/learn/c/",
    {"here": Place("m", "here"), "there": Place("other", "there"), "inner": Place("m", "here")},
    {"m.en.md": "m", "02-other.en.md": "other"},
)


def test_boxes_when_for_a_country_or_trainers_then_are_parts_of_their_own() -> None:
    prose = render("All.\n\n> [!MA]\n> Law.\n\n> [!TRAINER]\n> Plan.\n\nAll again.")
    assert [part.only for part in prose.parts] == [None, "MA", TRAINER, None]
    assert prose.plain == "All.\nAll again."
    assert "Law" in prose.html("MA")
    assert "Law" not in prose.html("ML")
    assert "Plan" not in prose.html("MA")
    assert "Plan" in prose.html(trainer=True)


@pytest.mark.parametrize(
    "text", ["- a\n\n  > [!MA]\n  > Law", "> [!NOTE]\n> > [!TRAINER]\n> > Plan", "> > [!ML]\n> > Law"]
)
def test_boxes_when_for_some_but_inside_others_then_nobody_sees_them(text: str) -> None:
    shown = html(text)
    assert "Law" not in shown
    assert "Plan" not in shown


@pytest.mark.parametrize(
    ("lang", "title"),
    [("en", "Warning"), ("fr", "Attention"), ("ar", "تحذير"), ("ff", "Warning"), ("fr-ML", "Attention")],
)
def test_box_when_titled_then_speaks_the_language_of_the_text(lang: str, title: str) -> None:
    assert f'<p class="box-title">{title}</p>' in html("> [!WARNING]\n> x", lang)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '![A "b"](fig/x.svg "C & d")',
            '<figure><img src="/files/v/fig/x.svg" alt="A &quot;b&quot;" width="320" height="200" loading="lazy">'
            "<figcaption>C &amp; d</figcaption></figure>",
        ),
        (
            "![p](./fig/p.png)",
            '<figure><img src="/files/v/fig/p.png" alt="p" width="20" height="10" loading="lazy"></figure>',
        ),
        (
            "see ![p](fig/p.png) here",
            '<p>see <img src="/files/v/fig/p.png" alt="p" width="20" height="10" loading="lazy"> here</p>',
        ),
        (
            "![audio](audio/s.fr.opus)",
            '<p><audio controls="" preload="none" src="/files/v/audio/s.fr.opus"></audio></p>',
        ),
        ("![gone](fig/none.svg)", "<p>gone</p>"),
        ("![out](https://a.org/x.png)", "<p>out</p>"),
        (
            "[x](#here) [y](#there) [z](#inner)",
            '<p><a href="#here">x</a> <a href="/learn/c/other#there">y</a> <a href="#here">z</a></p>',
        ),
        (
            "[x](02-other.en.md) [y](02-other.en.md#there)",
            '<p><a href="/learn/c/other">x</a> <a href="/learn/c/other#there">y</a></p>',
        ),
        ("[x](fig/x.svg) [y](#gone) [z](gone.md)", '<p><a href="/files/v/fig/x.svg">x</a> y z</p>'),
    ],
)
def test_pictures_and_links_when_in_the_course_then_lead_there(text: str, expected: str) -> None:
    assert html(text, "en", SITE) == expected


def test_picture_when_there_is_an_arabic_variant_then_arabic_shows_it() -> None:
    assert 'src="/files/v/fig/x.ar.svg"' in html("![x](fig/x.svg)", "ar", SITE)
    assert 'src="/files/v/fig/x.svg"' in html("![x](fig/x.svg)", "fr", SITE)


def test_table_when_rendered_then_scrolls_and_has_headings() -> None:
    assert html("| | b |\n|:--|--:|\n| c \\| d | |\n| e |") == (
        '<div class="table-scroll" tabindex="0"><table><thead><tr><td class="start"></td>'
        '<th class="end" scope="col">b</th></tr></thead><tbody><tr><td class="start">c | d</td><td class="end"></td></tr>'
        '<tr><td class="start">e</td><td class="end"></td></tr></tbody></table></div>'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("القاعدة NMR 76 من القواعد", "<p>القاعدة <bdi>NMR 76</bdi> من القواعد</p>"),
        ("المؤسسة MA-1، التابعة لـ DGAPR.", "<p>المؤسسة <bdi>MA-1</bdi>، التابعة لـ <bdi>DGAPR</bdi>.</p>"),
        ("عدد 48 فقط", "<p>عدد 48 فقط</p>"),
        ("الأمر `a b` هنا", "<p>الأمر <bdi><code>a b</code></bdi> هنا</p>"),
        ("انظر https://a.org/b", "<p>انظر <bdi>https://a.org/b</bdi></p>"),
        ("**NMR** و CO₂", "<p><strong><bdi>NMR</bdi></strong> و <bdi>CO₂</bdi></p>"),
    ],
)
def test_foreign_words_when_in_arabic_then_are_isolated(text: str, expected: str) -> None:
    assert html(text, "ar") == expected


def test_foreign_words_when_in_french_then_are_left_alone() -> None:
    assert html("La règle NMR 76", "fr") == "<p>La règle NMR 76</p>"


def test_template_when_in_a_section_then_is_listed_and_shown() -> None:
    section = the_section(
        "> [!TEMPLATE]\n> **My map** (for me)\n>\n> | a | b |\n> |---|---|\n> | | |\n\n> [!TEMPLATE]\n> Text"
    )
    assert [(t.index, t.title) for t in section.templates] == [(0, "My map (for me)"), (1, "S")]
    assert section.templates[0].prose.html().startswith('<div class="table-scroll"')
    assert section.prose.html().count('class="box box-template"') == 2


def test_section_when_it_has_subheadings_then_they_are_its_text() -> None:
    reading = read(
        "## S\n<!-- id: s -->\n\nA [b](#t).\n\n### T\n<!-- id: t -->\n\nC.\n\n#### U\n<!-- id: u -->\n\nD.\n"
    )
    section = the_module(reading).sections[0]
    assert reading.problems == ()
    assert section.prose.html() == '<p>A <a href="#s">b</a>.</p><h3>T</h3><p>C.</p><h4>U</h4><p>D.</p>'


def test_quiz_marks_when_outside_a_quiz_then_are_text() -> None:
    assert "<li>(x) a</li>" in the_section("- (x) a\n- ( ) b\n\n= 4\n\n[[x]]").prose.html()


def test_code_when_it_holds_headings_and_marks_then_they_are_text() -> None:
    code = "```\n## Not a heading\n### Nor this\n- (x) a\n```\n"
    question = the_question(f"{code}\n- (x) a\n- ( ) b\n\n{code}")
    assert "## Not a heading" in question.stem.html()
    assert "## Not a heading" in question.explanation.html()


def test_shared_pool_when_two_quizzes_draw_from_it_then_both_hold_its_questions() -> None:
    ask = "### X?\n<!-- id: x; pool: p -->\n\n- (x) a\n- ( ) b\n  > no\n"
    body = quiz(ask, "; role: pre; draw: p 1") + "\n## Z\n<!-- quiz id: z; role: post; draw: p 1 -->\n"
    course = files("", a_en_md=module(body, name="a")) | {"course.yml": manifest(more="assessment: a\n").encode()}
    reading = read_course(course)
    assert codes(reading, "a.en.md") == []
    assert reading.course
    text = reading.course.text("en")
    for role in ("pre", "post"):
        found = text.quiz_with_role(role)  # type: ignore[arg-type]
        assert found
        assert [question.id for question in found.questions] == ["x"]


def test_store_when_a_quiz_only_keeps_questions_then_is_not_shown_itself() -> None:
    ask = "### X?\n<!-- id: x; pool: p -->\n\n- (x) a\n- ( ) b\n  > no\n"
    reading = read(quiz(ask) + "\n## Z\n<!-- quiz id: z; draw: p 1 -->\n")
    assert reading.problems == ()
    assert [found.id for found in the_module(reading).quizzes] == ["z"]
