"""The one gate: nothing hostile passes, what is good stays, and what passed once passes unchanged."""

from __future__ import annotations

from html.parser import HTMLParser

import html5lib
import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.content import prose
from anhnh_lms.content.course import Prose
from anhnh_lms.content.prose import sanitise
from anhnh_lms.content.reader import read_course
from anhnh_lms.content.site import Place, Site

from .builders import SVG, files, quiz, render
from .payloads import MARKDOWN, PAYLOADS

TAGS = set(
    """
    a aside audio bdi blockquote br code del div em figcaption figure h3 h4 h5 h6 hr img ins kbd li mark ol p
    pre small strong sub sup table tbody td th thead tr u ul
    """.split()  # noqa: SIM905 (a word list)
)
ATTRIBUTES = set(
    "href class role controls preload src dir lang tabindex alt height width loading start scope".split()  # noqa: SIM905
)
SITE = Site({"fig/x.svg": SVG}, "/files/v/", "", {"y": Place("m", "y")}, {"m.en.md": "m"})


class _Seen(HTMLParser):
    """What a parser that was not used by the gate finds in the result."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((tag, key, value or "") for key, value in attrs)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def assert_safe(html: str) -> None:
    """Only tags and attributes on the list; addresses stay here; no element that html5lib sees is new."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    _assert_listed(seen.tags, seen.attributes)
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    elements = [element for element in tree.iter() if element is not tree and isinstance(element.tag, str)]
    _assert_listed(
        [element.tag for element in elements],
        [(element.tag, str(key), value) for element in elements for key, value in element.attrib.items()],
    )


def _assert_listed(tags: list[str], attributes: list[tuple[str, str, str]]) -> None:
    assert set(tags) <= TAGS, tags
    for tag, key, value in attributes:
        assert key in ATTRIBUTES, (tag, key, value)
        if key in ("href", "src"):
            assert ":" not in value, value
            assert "\\" not in value, value
            assert not value.startswith("//"), value
            assert "evil" not in value, value
        if key == "class":
            assert value.split()[0] in {"box", "box-title", "table-scroll", "task", "start", "center", "end"}


def test_payloads_when_counted_then_are_many_and_different() -> None:
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sanitise_when_fed_hostile_html_then_is_safe_and_stable(payload: str) -> None:
    for html in (payload, f"<p>a {payload} b</p>", f"<table><tr><td>{payload}</table>", f"<ul><li>{payload}"):
        clean = sanitise(html)
        assert_safe(clean)
        assert sanitise(clean) == clean


@pytest.mark.parametrize("payload", PAYLOADS)
def test_second_parser_when_first_lets_all_through_then_still_is_safe(
    payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prose, "_bleached", lambda html: html)
    assert_safe(sanitise.__wrapped__(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_first_parser_when_alone_then_has_no_listed_handler_or_host(payload: str) -> None:
    seen = _Seen()
    seen.feed(prose._BLEACH.clean(payload))
    assert not [key for _, key, _ in seen.attributes if key.startswith("on") or key in ("style", "id", "srcset")]
    assert set(seen.tags) <= TAGS


@pytest.mark.parametrize("text", [*MARKDOWN, *PAYLOADS])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_markdown_when_hostile_then_every_part_is_safe(text: str, lang: str) -> None:
    _assert_prose(render(text, lang, SITE))


def _assert_prose(found: Prose) -> None:
    for part in found.parts:
        assert_safe(part.html)
        assert sanitise(part.html) == part.html


@pytest.mark.parametrize("text", [*MARKDOWN, *PAYLOADS])
def test_course_when_every_place_is_hostile_then_every_prose_is_safe(text: str) -> None:
    line = " ".join(text.split())
    body = (
        f"{text}\n\n## {line}\n<!-- id: s -->\n\n{text}\n\n"
        + quiz(f"### {line}\n<!-- id: x -->\n\n{text}\n\n- (x) a {line}\n  > {line}\n- ( ) b {line}\n\n{text}")
        + f"\n### T\n<!-- id: t -->\n\n| a | {line} | c |\n|---|---|---|\n| {line} | (x) | ( ) |\n"
        + f"\n### G\n<!-- id: g -->\n\na [[b]] {line} [[c]]\n"
    )
    reading = read_course(files(body, f"keypoints:\n  - {line}\n", fig__x_svg=SVG), "/files/v/")
    assert reading.course
    for found in _proses(reading.course.text("en")):
        html = "".join(part.html for part in found.parts)
        assert_safe(html)


def _proses(value: object) -> list[Prose]:
    """Every prose in a tree of dataclasses."""
    if isinstance(value, Prose):
        return [value]
    if isinstance(value, tuple):
        return [prose for item in value for prose in _proses(item)]
    if hasattr(value, "__dataclass_fields__"):
        return [prose for name in value.__dataclass_fields__ for prose in _proses(getattr(value, name))]
    return []


GOOD = [
    "<p>Plain &amp; simple</p>",
    "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;f</code><br>g</p>",
    '<p><a href="#gestes">x</a> <a href="other#y">x</a></p>',
    '<ol start="3"><li>a</li><li class="task">☐ b</li></ol>',
    '<figure><img src="/files/v/fig/x.svg" alt="a &quot;b&quot; &lt;c&gt;" width="3" height="4" loading="lazy">'
    "<figcaption>d</figcaption></figure>",
    '<audio controls="" preload="none" src="/files/v/audio/x.fr.opus"></audio>',
    '<aside class="box box-warning" role="note"><p class="box-title">a</p><p>b</p></aside>',
    '<div class="table-scroll" tabindex="0"><table><thead><tr><th scope="col" class="end">a</th></tr></thead>'
    "<tbody><tr><td>b</td></tr></tbody></table></div>",
    '<div lang="fr" dir="ltr"><p>a&nbsp;: b</p></div>',
    "<pre><code>a\n\n  b\n</code></pre>",
    "<blockquote><p><bdi>NMR 76</bdi> عربي</p></blockquote><hr><h3>a</h3><h4>b</h4>",
]


@pytest.mark.parametrize("html", GOOD)
def test_sanitise_when_html_is_ours_then_changes_nothing(html: str) -> None:
    assert sanitise(html) == html


_pieces = st.one_of(
    st.sampled_from(PAYLOADS),
    st.sampled_from(GOOD),
    st.sampled_from(["<", ">", "&", '"', "'", "/", "=", "<!--", "-->", "<a ", "\u00a0", "\n"]),
    st.sampled_from([f"<{tag}>" for tag in sorted(TAGS)] + [f"</{tag}>" for tag in sorted(TAGS)]),
    st.text(max_size=8),
)


@given(st.lists(_pieces, max_size=8).map("".join))
@settings(max_examples=150)
def test_sanitise_when_fed_anything_then_is_safe_and_stable(html: str) -> None:
    clean = sanitise(html)
    assert_safe(clean)
    assert sanitise(clean) == clean


_tags = sorted(TAGS - {"pre"})
_regular = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in _tags] + [f"</{tag}>" for tag in _tags]),
        st.sampled_from(['<a href="#x">', '<img src="x.png" alt="a b">', "&nbsp;", "&lt;", "&gt;", "&amp;", " ", "\n"]),
        st.sampled_from(['<p class="x">', '<a href="javascript:x">', "<script>", "</script>", "<style>", "<b>"]),
        st.text(st.characters(exclude_characters="<>&", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6),
    ),
    max_size=12,
).map("".join)


@given(_regular)
@settings(max_examples=150)
def test_bleached_when_it_judges_the_markup_alone_then_bleach_would_have_said_the_same(html: str) -> None:
    """The shortcut for shared markup gives what bleach gives for the piece itself."""
    if prose._bleached(html) == html:
        assert prose._BLEACH.clean(html).replace("\u00a0", "&nbsp;") == html.replace("\u00a0", "&nbsp;")


@given(st.text(st.characters(exclude_characters="<>&", exclude_categories=("Cs", "Cc")), max_size=40))
def test_sanitise_when_text_has_no_markup_then_both_parsers_agree_that_it_may_pass(text: str) -> None:
    assert sanitise(text) == text.replace("\u00a0", "&nbsp;")
    assert nh3.clean(prose._BLEACH.clean(text)).replace("\u00a0", "&nbsp;") == sanitise(text)
