"""What the style sheet and the script promise: small, one direction for all, old browsers, contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tinycss2

STATIC = Path(__file__).parents[2] / "anhnh_lms" / "static"
CSS = (STATIC / "style.css").read_text(encoding="utf-8")
SCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.js"))}
SCRIPT = "\n".join(SCRIPTS[name] for name in SCRIPTS if name != "preview")

# Newer than Chrome 109 or Firefox 115, the last that run on Windows 7.
TOO_NEW_CSS = [
    ":has(", "light-dark(", "color-mix(", "@container", "@scope", "@starting-style", "text-wrap", "field-sizing",
    "anchor(", "&", "lh;", "cqi", "cqw", "oklch(", "@property", "subgrid", ":dir(",
]  # fmt: skip
TOO_NEW_SCRIPT = [
    "toSorted", "toReversed", "toSpliced", ".with(", "groupBy", "withResolvers", "fromAsync", "isWellFormed",
    "URL.canParse", "URL.parse", ".union(", ".intersection(", "keepalive", "startViewTransition", "showPopover",
    "checkVisibility", "structuredClone", "navigation.", "scheduler.",
]  # fmt: skip
FORBIDDEN_SCRIPT = [
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "localStorage",
    "indexedDB", "document.cookie", "http:", "https:", ".style",
]  # fmt: skip


def declarations() -> list[tuple[str, str]]:
    """Every (property, value) of the sheet, those inside @media included."""
    found: list[tuple[str, str]] = []

    def read(rules: list[object]) -> None:
        for rule in rules:
            kind = getattr(rule, "type", "")
            assert kind != "error", f"{rule.message} at line {rule.source_line}"  # type: ignore[attr-defined]
            if kind == "at-rule" and rule.content and rule.lower_at_keyword == "media":  # type: ignore[attr-defined]
                read(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))  # type: ignore[attr-defined]
            elif kind == "qualified-rule":
                for item in tinycss2.parse_declaration_list(rule.content, True, True):  # type: ignore[attr-defined]
                    assert item.type == "declaration", f"line {item.source_line}"
                    found.append((item.name, tinycss2.serialize(item.value).strip()))

    read(tinycss2.parse_stylesheet(CSS, skip_comments=True, skip_whitespace=True))
    return found


def colours() -> dict[str, str]:
    """The custom properties that are colours, as the screen has them."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", CSS.split("@media", 1)[0]))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_static_files_when_weighed_then_they_stay_small() -> None:
    assert len(CSS.encode()) <= 12_000
    code = {name: len(re.sub(r"(?m)^\s*//.*\n", "", script).encode()) for name, script in SCRIPTS.items()}
    assert code["app"] + code["answers"] <= 10_000  # a question
    assert code["app"] + code["selfcheck"] <= 10_000  # a section with a self-check
    assert code["order"] <= 1_500  # one kind of question needs it besides
    assert (STATIC / "favicon.svg").stat().st_size <= 1_000


def test_style_sheet_when_read_then_it_knows_no_left_and_no_right() -> None:
    physical = re.compile(r"(?:^|-)(?:left|right)(?:-|$)")
    for name, value in declarations():
        assert not physical.search(name), name
        assert not re.search(r"\b(?:left|right)\b", value), f"{name}: {value}"
        assert name not in ("float", "width", "height", "min-width", "max-width", "min-height", "max-height"), name
        assert name not in ("margin-top", "margin-bottom", "padding-top", "padding-bottom", "top", "bottom"), name
        if name in ("margin", "padding"):  # four values would tell left from right
            sides = value.split()
            assert len(sides) < 4 or sides[1] == sides[3], f"{name}: {value}"


@pytest.mark.parametrize("token", TOO_NEW_CSS)
def test_style_sheet_when_read_by_the_oldest_browsers_then_nothing_is_too_new(token: str) -> None:
    assert token not in CSS


def test_style_sheet_when_read_then_it_asks_for_nothing_from_elsewhere() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert "http" not in CSS


def test_style_sheet_when_read_then_nothing_moves() -> None:
    assert not [name for name, _ in declarations() if name.startswith(("animation", "transition"))]


def test_style_sheet_when_read_then_the_focus_is_never_hidden() -> None:
    ring = ":focus-visible, .input:focus-within, .option :focus-visible + .words::before { outline: 3px solid"
    assert ring in CSS
    hidden = re.findall(r"([^{}]+)\{[^{}]*outline: (?:0|none)", CSS)
    assert [selector.strip() for selector in hidden] == ["main:focus"]


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [("ink", "paper", 7), ("ink", "sheet", 7), ("ink", "mint", 7), ("ink", "sand", 7), ("ink", "rose", 7),
     ("soft", "paper", 7), ("soft", "sheet", 7), ("green", "paper", 7), ("green", "sheet", 7),
     ("green", "sand", 4.5), ("green", "mint", 4.5)],  # links and buttons that stand on a tint
)  # fmt: skip
def test_text_colours_when_on_their_ground_then_the_contrast_is_enough(ink: str, ground: str, least: float) -> None:
    assert contrast(colours()[ink], colours()[ground]) >= least


@pytest.mark.parametrize("fill", ["green", "red"])
def test_white_words_when_on_a_button_then_seven_to_one(fill: str) -> None:
    assert contrast("#fff", colours()[fill]) >= 7


@pytest.mark.parametrize(
    ("mark", "ground"),
    [("ochre", "paper"), ("ochre", "sheet"), ("ochre", "sand"), ("red", "paper"), ("red", "rose"), ("edge", "paper"),
     ("edge", "sheet"), ("green", "mint")],
)  # fmt: skip
def test_shapes_when_on_their_ground_then_four_and_a_half_to_one(mark: str, ground: str) -> None:
    assert contrast(colours()[mark], colours()[ground]) >= 4.5


@pytest.mark.parametrize("token", TOO_NEW_SCRIPT)
def test_script_when_read_by_the_oldest_browsers_then_nothing_is_too_new(token: str) -> None:
    assert token not in SCRIPT


@pytest.mark.parametrize("token", FORBIDDEN_SCRIPT)
def test_script_when_read_then_it_writes_no_markup_and_keeps_nothing(token: str) -> None:
    assert token not in SCRIPT


def test_script_when_read_then_it_speaks_no_language() -> None:
    """Words come from the page, translated: no string of the script is a sentence."""
    without_comments = re.sub(r"//[^\n]*", "", SCRIPT)
    strings = re.findall(r'"([^"\n]*)"', without_comments)
    assert not [s for s in strings if re.search(r"[A-Z][a-z]+ [a-z]+", s)]
