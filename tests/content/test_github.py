"""What a trainer previews on a Git host looks the same here: the six differences, each with its cases."""
# ruff: noqa: E501 (HTML that is compared as one line)

from __future__ import annotations

import pytest

from .builders import html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text:\n- a\n- b", "<p>Text:</p><ul><li>a</li><li>b</li></ul>"),
        ("Text:\n1. a\n2. b", "<p>Text:</p><ol><li>a</li><li>b</li></ol>"),
        ("Text:\n* a\n+ b", "<p>Text:</p><ul><li>a</li></ul><ul><li>b</li></ul>"),
        ("In 2015\n2. is no list", "<p>In 2015\n2. is no list</p>"),
        ("Text\n-\nmore", "<p>Text\n-\nmore</p>"),
        ("> Quote:\n> - a", "<blockquote><p>Quote:</p><ul><li>a</li></ul></blockquote>"),
        ("- a\n\ntext\n- b", "<ul><li>a</li></ul><p>text</p><ul><li>b</li></ul>"),
    ],
)
def test_list_when_right_after_a_paragraph_line_then_is_a_list(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n  b\n  - c", "<ul><li>a\nb<ul><li>c</li></ul></li></ul>"),
        ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("- a\n- b\n\n- c", "<ul><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ul>"),
        ("- a\n    - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n  ```\n  code\n  ```", "<ul><li>a<pre><code>code\n</code></pre></li></ul>"),
        ("- a\n  > b", "<ul><li>a<blockquote><p>b</p></blockquote></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("- a\nlazy", "<ul><li>a\nlazy</li></ul>"),
    ],
)
def test_list_when_nested_by_two_spaces_then_is_nested(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~~gone~~", "<p><del>gone</del></p>"),
        ("~gone~", "<p><del>gone</del></p>"),
        ("a ~~*b* c~~ d", "<p>a <del><em>b</em> c</del> d</p>"),
        ("~~not ~~", "<p>~~not ~~</p>"),
        ("x ~~~not~~~", "<p>x ~~~not~~~</p>"),
        (r"\~~no~~", "<p>~~no~~</p>"),
        ("`~~code~~`", "<p><code>~~code~~</code></p>"),
        ("about ~5 or ~6", "<p>about ~5 or ~6</p>"),
    ],
)
def test_struck_text_when_written_as_on_github_then_is_struck(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://a.org/x_y_z.", "<p>See https://a.org/x_y_z.</p>"),
        ("(https://a.org/b_(c))", "<p>(https://a.org/b_(c))</p>"),
        ("www.a.org/*b*c*", "<p>www.a.org/*b*c*</p>"),
        ("<https://a.org/_b_>", "<p>https://a.org/_b_</p>"),
        ("**https://a.org/b**", "<p><strong>https://a.org/b</strong></p>"),
        ("[here](https://a.org)", "<p>here (https://a.org)</p>"),
        ("[https://a.org](https://a.org)", "<p>https://a.org</p>"),
        ("<a.b@c.org>", "<p>a.b@c.org</p>"),
        ("[write](mailto:a@c.org)", "<p>write (a@c.org)</p>"),
    ],
)
def test_address_when_bare_or_linked_outside_then_is_plain_text(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [ ] a\n- [x] b", '<ul><li class="task">☐ a</li><li class="task">☑ b</li></ul>'),
        ("1. [X] a", '<ol><li class="task">☑ a</li></ol>'),
        ("- [ ]a", "<ul><li>[ ]a</li></ul>"),
        ("- [x](#y)", "<ul><li>x</li></ul>"),
        ("- a [ ] b", "<ul><li>a [ ] b</li></ul>"),
    ],
)
def test_task_list_when_in_a_lesson_then_shows_boxes(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> [!NOTE]\n> a", '<aside class="box box-note" role="note"><p class="box-title">Note</p><p>a</p></aside>'),
        ("> [!note]\n> a", '<aside class="box box-note" role="note"><p class="box-title">Note</p><p>a</p></aside>'),
        (
            "> [!TIP]\n> a\n>\n> - b",
            '<aside class="box box-tip" role="note"><p class="box-title">Tip</p><p>a</p><ul><li>b</li></ul></aside>',
        ),
        ("> [!NOTE] a", "<blockquote><p>[!NOTE] a</p></blockquote>"),
        ("> [!FOO]\n> a", "<blockquote><p>[!FOO]\na</p></blockquote>"),
        ("> a\n> [!NOTE]", "<blockquote><p>a\n[!NOTE]</p></blockquote>"),
        ("```\n> [!NOTE]\n```", "<pre><code>&gt; [!NOTE]\n</code></pre>"),
        (
            "text\n> [!WARNING]\n> a\nlazy",
            '<p>text</p><aside class="box box-warning" role="note"><p class="box-title">Warning</p><p>a\nlazy</p></aside>',
        ),
    ],
)
def test_alert_when_written_as_on_github_then_is_a_box(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\\\nb", "<p>a<br>\nb</p>".replace("<br>\n", "<br>")),
        ("a  \nb", "<p>a<br>b</p>"),
        (r"\# \| \! \$ \-", "<p># | ! $ -</p>"),
        ("a | b\n--|:-:\n1 | 2", None),
        ("text\n| a | b |\n|---|---|\n| 1 | 2 |", None),
        ("&eacute; &amp; &copy; &nbsp;x &bogus;", "<p>é &amp; © &nbsp;x &amp;bogus;</p>"),
        ("H<sub>2</sub>O<br>x", "<p>H<sub>2</sub>O<br>x</p>"),
        ("a <!-- hidden --> b", "<p>a  b</p>"),
        ("<!-- hidden\n# x\n-->\ntext", "<p>text</p>"),
        ("    indented code", "<pre><code>indented code\n</code></pre>"),
        ("snake_case_word and 2*3*4", "<p>snake_case_word and 2<em>3</em>4</p>"),
        (
            "# a\n## b\n### c\n#### d\n##### e\n###### f ##",
            "<h3>a</h3><h3>b</h3><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>",
        ),
        ("***", "<hr>"),
        ("", ""),
    ],
)
def test_markdown_when_ordinary_then_reads_as_elsewhere(text: str, expected: str | None) -> None:
    if expected is None:
        assert '<th scope="col"' in html(text)
        assert "<td" in html(text)
    else:
        assert html(text) == expected
