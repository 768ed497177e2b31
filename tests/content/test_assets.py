"""Drawings that only draw; pictures and sound that are what they say."""

from __future__ import annotations

import pytest

from anhnh_lms.content.checks.assets import check_asset, unsafe_in_svg
from anhnh_lms.content.pictures import size_of

from .builders import PNG, SVG

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

UNSAFE = {
    "script": f"<svg {NS}><script>x</script></svg>",
    "handler": f'<svg {NS} onload="x"/>',
    "handler in capitals": f'<svg {NS}><rect ONCLICK="x"/></svg>',
    "foreignObject": f"<svg {NS}><foreignObject/></svg>",
    "HTML inside": f'<svg {NS}><p xmlns="http://www.w3.org/1999/xhtml">x</p></svg>',
    "script of another namespace": f'<svg {NS}><x:script xmlns:x="http://www.w3.org/1999/xhtml"/></svg>',
    "image": f'<svg {NS}><image href="x.png"/></svg>',
    "animation": f'<svg {NS}><animate attributeName="href" to="javascript:x"/></svg>',
    "set": f'<svg {NS}><set attributeName="onload" to="x"/></svg>',
    "link": f'<svg {NS}><a href="#x"/></svg>',
    "outside use": f'<svg {NS}><use href="http://a.org/x.svg#y"/></svg>',
    "outside use, old": f'<svg {NS}><use xlink:href="x.svg#y"/></svg>',
    "javascript": f'<svg {NS}><use xlink:href=" javascript:x"/></svg>',
    "data": f'<svg {NS}><use href="data:image/svg+xml,x"/></svg>',
    "outside fill": f'<svg {NS}><rect fill="url(http://a.org/#x)"/></svg>',
    "outside style": f'<svg {NS}><rect style="fill: url( //a.org/x )"/></svg>',
    "import": f'<svg {NS}><style>@import "//a.org/x.css";</style></svg>',
    "import in CDATA": f"<svg {NS}><style><![CDATA[@import 'x.css';]]></style></svg>",
    "escaped import": f"<svg {NS}><style>@\\69mport 'x';</style></svg>",
    "style in pieces": f"<svg {NS}><style>@imp<!-- -->ort 'x';</style></svg>",
    "font": f"<svg {NS}><style>@font-face{{src:url(//a.org/x)}}</style></svg>",
    "base": f'<svg {NS} xml:base="http://a.org/"/>',
    "doctype": f"<!DOCTYPE svg [<!ENTITY x 'y'>]><svg {NS}>&x;</svg>",
    "outside doctype": f'<!DOCTYPE svg SYSTEM "http://a.org/x.dtd"><svg {NS}/>',
    "laughs": "<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>",
    "style sheet": f'<?xml-stylesheet href="x.css"?><svg {NS}/>',
    "other encoding": f"<?xml version='1.0' encoding='utf-7'?><svg {NS}/>",
    "deep": f"<svg {NS}>" + "<g>" * 200 + "</g>" * 200 + "</svg>",
    "many": f"<svg {NS}>" + "<g/>" * 60_000 + "</svg>",
    "not SVG": "<html><body/></html>",
    "no namespace": "<svg><rect/></svg>",
    "not XML": "<svg",
    "empty": "",
    "two roots": f"<svg {NS}/><svg {NS}/>",
}


@pytest.mark.parametrize("text", UNSAFE.values(), ids=list(UNSAFE))
def test_svg_when_it_is_more_than_a_drawing_then_is_refused(text: str) -> None:
    assert unsafe_in_svg(text.encode())
    assert "E132" in [problem.code for problem in check_asset("x.svg", text.encode())]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7"])
def test_svg_when_a_script_hides_in_another_encoding_then_is_refused(encoding: str) -> None:
    assert unsafe_in_svg(f"<svg {NS}><script>x</script></svg>".encode(encoding))


SAFE = [
    SVG.decode(),
    f'<?xml version="1.0" encoding="UTF-8"?><!-- a drawing --><svg {NS} viewBox="0 0 9 9" role="img" aria-label="a">'
    '<title>a</title><desc>b</desc><defs><marker id="m"><path d="M0 0"/></marker>'
    '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
    '<style>.a { fill: url(#g); stroke: #123 }</style><g class="a" transform="translate(1)" style="fill:none">'
    '<use xlink:href="#m"/><line marker-end="url(#m)" x1="0"/><text direction="rtl">نص <tspan>a // b</tspan></text>'
    "</g></svg>",
]


@pytest.mark.parametrize("text", SAFE)
def test_svg_when_it_only_draws_then_is_taken(text: str) -> None:
    assert unsafe_in_svg(text.encode()) is None


@pytest.mark.parametrize(
    ("path", "data", "codes"),
    [
        ("a.png", PNG, []),
        ("a.jpg", b"\xff\xd8\xff\xe0", []),
        ("a.jpeg", b"\xff\xd8\xff\xe0", []),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", []),
        ("a.opus", b"OggS" + b"\0" * 24 + b"OpusHead", []),
        ("a.opus", b"OggS" + b"\0" * 24 + b"\x01vorbis", ["E133"]),
        ("a.png", b"<svg onload=x>", ["E133"]),
        ("a.jpg", PNG, ["E133"]),
        ("a.webp", b"RIFF\x00\x00\x00\x00WAVE", ["E133"]),
        ("a.html", b"x", ["E131"]),
        ("a.js", b"x", ["E131"]),
        ("a.svgz", b"x", ["E131"]),
        ("a.SVG", SVG, ["E131"]),
        ("a", b"x", ["E131"]),
    ],
)
def test_asset_when_checked_then_must_be_what_it_says(path: str, data: bytes, codes: list[str]) -> None:
    assert [problem.code for problem in check_asset(path, data)] == codes


@pytest.mark.parametrize(
    ("path", "data", "size"),
    [
        ("a.svg", SVG, (320, 200)),
        ("a.svg", b"<svg width='30' height=\"20px\">", (30, 20)),
        ("a.svg", b"<svg width='100%'>", None),
        ("a.svg", b"<svg viewBox='0 0 0 0'>", None),
        ("a.png", PNG, (20, 10)),
        ("a.png", PNG[:18], None),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x0a\x00\x14\x03", (20, 10)),
        ("a.webp", b"RIFF1234WEBPVP8X" + b"\0" * 8 + b"\x13\0\0\x09\0\0", (20, 10)),
        ("a.webp", b"RIFF1234WEBPVP8 " + b"\0" * 10 + b"\x14\x00\x0a\x00", (20, 10)),
        ("a.webp", b"RIFF1234WEBPVP8L" + b"\0" * 5 + (19 | 9 << 14).to_bytes(4, "little"), (20, 10)),
        ("a.gif", b"GIF89a", None),
    ],
)
def test_size_when_the_header_says_it_then_is_known(path: str, data: bytes, size: tuple[int, int] | None) -> None:
    assert size_of(path, data) == size
