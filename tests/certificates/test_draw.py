"""What is printed on a certificate, read back out of the PDF as a reader's program would."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.certificates import bidi
from anhnh_lms.certificates.draw import CertificateFacts, draw, languages_drawn
from anhnh_lms.certificates.fonts import FONT_DIR, PAPER_DIR, typeset
from anhnh_lms.certificates.words import WORDS, full_date, full_duration, signatory

MOROCCO: dict[str, Any] = {
    "country": "MA",
    "country_name": {"fr": "Royaume du Maroc", "ar": "المملكة المغربية"},
    "administration": {
        "fr": "Délégation générale à l’administration pénitentiaire et à la réinsertion",
        "ar": "المندوبية العامة لإدارة السجون وإعادة الإدماج",
    },
    "establishment_latin": "Prison locale de Settat",
    "establishment_arabic": "السجن المحلي سطات",
    "place": {"fr": "Settat", "ar": "سطات", "en": "Settat"},
    "languages": ("ar", "fr"),
}
MALI: dict[str, Any] = {
    "country": "ML",
    "country_name": {"fr": "République du Mali"},
    "administration": {"fr": "Direction nationale de l’administration pénitentiaire"},
    "establishment_latin": "Maison d’arrêt et de correction de Ségou",
    "establishment_arabic": "",
    "languages": ("fr",),
}
TITLES = {
    "fr": "Gérer le stress professionnel",
    "ar": "تدبير الضغط النفسي في العمل",
    "en": "Managing stress at work",
}
HOSTILE = [
    '#panic("x")', '#eval("1+1")', "#sys.inputs", '"', "\\", '\\", "x": "', "$x$", "]", "*_`<b>@ref//", "#{", "}",
    "= title", "- item", "/* ", "\u0000\u0007", "\ud800", "'; DROP TABLE", "W" * 190, "م" * 190,
    "Ana " * 45, "ليلى " * 40, "漢字 😀", "Ali (علي) Ben 2 [x]", "\u202eملقا\u202c abc", "\u2067abc", "A\nB\rC\u2028D",
    "ɛ Ɛ ɔ Ɔ ɲ Ɲ ŋ ɓ ɗ ƙ ƴ", "e\u0301" * 40, "\u0300" * 60, "ـ" * 150, "\u200d" * 50 + "a",
]  # fmt: skip


def facts(country: dict[str, Any] = MOROCCO, **changes: Any) -> CertificateFacts:
    """A certificate of somebody who does not exist."""
    return CertificateFacts(
        **{
            "number": "MA-1/2026/000123",
            "check_code": "7K3M-9QXD",
            "name_latin": "Fatima Zahra EL IDRISSI",
            "name_arabic": "فاطمة الزهراء الإدريسي",
            "course_title": TITLES,
            "version_label": "1.3",
            "version_hash": "a1b2c3d4e5f60718",
            "hours": 250,
            "issued_on": dt.date(2026, 11, 23),
            "valid_until": dt.date(2029, 11, 22),
            "learner_language": "ar",
            "verify_address": "lms.prison.test/verify",
            **country,
            **changes,
        }
    )


def read(pdf: bytes, folder: Path) -> str:
    """The text of a PDF by pdftotext in its default mode, hidden marks left out, spaces made one."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    text = done.stdout.decode()
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"[^\S\f]+", " ", seen)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.poppler
def test_draw_in_arabic_for_morocco_then_both_languages_read_in_logical_order(tmp_path: Path) -> None:
    text = read(draw(facts()), tmp_path)
    for expected in (
        "فاطمة الزهراء الإدريسي", "Fatima Zahra EL IDRISSI", "شهادة نجاح", "Attestation de réussite",
        "المملكة المغربية", "Royaume du Maroc", *MOROCCO["administration"].values(), "السجن المحلي سطات",
        "Prison locale de Settat", TITLES["ar"], TITLES["fr"], "تمنح هذه الشهادة إلى",
        "واجتياز اختباراتها بنجاح", "Fait à Settat, le 23 novembre 2026",
        "Durée de la formation : 2 heures et 30 minutes", "jusqu’au 22 novembre 2029", "نونبر",
        "مدير المؤسسة السجنية", "Le Directeur de l’établissement", "الطابع والتوقيع", "cachet et signature",
        "MA-1/2026/000123", "7K3M-9QXD", "1.3 · a1b2c3d4e5f6", "lms.prison.test/verify", "رمز التحقق",
    ):  # fmt: skip
        assert expected in text


@pytest.mark.poppler
def test_draw_in_french_for_mali_then_french_alone_and_the_regisseur(tmp_path: Path) -> None:
    text = read(draw(facts(MALI, learner_language="fr", name_arabic="")), tmp_path)
    assert "Le Régisseur" in text
    assert "Directeur" not in text
    assert "Fait le 23 novembre 2026" in text
    assert not re.search(r"[\u0600-\u06ff]", text)


@pytest.mark.poppler
def test_draw_in_english_for_morocco_then_three_languages(tmp_path: Path) -> None:
    text = read(draw(facts(learner_language="en", valid_until=None)), tmp_path)
    for expected in ("Certificate of achievement", "Attestation de réussite", "شهادة نجاح", "no end date"):
        assert expected in text
    assert "Issued in Settat on 23 November 2026" in text
    assert "The Director" not in text, "the administration signs in its own languages"


@pytest.mark.poppler
def test_draw_in_arabic_alone_then_numbers_and_brackets_stand_where_they_belong(tmp_path: Path) -> None:
    title = "الوساطة (المستوى 2) في السجن [تمهيد] «DGAPR»"
    alone = {**MOROCCO, "languages": ("ar",), "place": {"ar": "سطات"}}
    text = read(draw(facts(alone, name_latin="", course_title={"ar": title})), tmp_path)
    assert title in text
    assert "حرر في سطات بتاريخ 23 نونبر 2026" in text
    assert "ساعتان و30 دقيقة" in text


@pytest.mark.poppler
@pytest.mark.parametrize(
    "name",
    [
        "محمد عبد الله بن الحسين", "خديجة أيت لحسن", "للا مريم العلوي", "مولاي إسماعيل", "إلهام لمغاري",
        "نجيم لمحجوب", "سلسبيل بنمنصور", "يحيى الفقيه", "لالة الأمينة", "ڭناوي پاشا", "حجي بمجلس ليلى",
    ],
)  # fmt: skip
def test_draw_an_arabic_name_then_its_letters_are_read_back(name: str, tmp_path: Path) -> None:
    assert name in read(draw(facts(name_arabic=name)), tmp_path)


@pytest.mark.poppler
@pytest.mark.parametrize("name", ["Bɔkari ƝARE", "Ɗan Ɓuba ƙarami", "Naïma L’HÉRÏTIÈRE Çelik œuvre", "Ŋa Ɛva ɲama"])
def test_draw_a_latin_name_then_every_letter_is_printed(name: str, tmp_path: Path) -> None:
    pdf = draw(facts(MALI, learner_language="fr", name_latin=name, name_arabic=""))
    assert name in read(pdf, tmp_path)
    assert b"pdfuaid" in pdf, "no letter was missing"


def test_draw_twice_then_same_bytes_and_other_facts_then_others() -> None:
    once = draw(facts())
    assert once == draw(facts())
    assert once != draw(facts(check_code="7K3M-9QXE"))
    assert once.startswith(b"%PDF-")


def test_draw_then_one_tagged_a4_page_with_title_and_language() -> None:
    pdf = draw(facts())
    assert pages(pdf) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 841\.8\d+ 595\.2\d+", pdf)
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid:part", b"pdfaid:part", b"/Lang (ar)", b"20261123"):
        assert mark in pdf.replace(b"D:", b"").replace(b"/Lang(ar)", b"/Lang (ar)")


@pytest.mark.poppler
@pytest.mark.parametrize("text", HOSTILE)
def test_draw_with_hostile_text_then_it_is_printed_not_run(text: str, tmp_path: Path) -> None:
    named = facts(
        name_latin=f"Aa {text}",
        name_arabic=f"علي {text}",
        establishment_latin=text,
        course_title={"fr": text, "ar": text},
        administration={"fr": text, "ar": text},
        place={"fr": text},
        verify_address=text,
        version_label=text,
    )
    pdf = draw(named)
    assert pages(pdf) == 1
    seen = read(pdf, tmp_path)
    assert "MA-1/2026/000123" in seen
    assert "cachet et signature" in seen
    if text.isascii() and text.isprintable() and len(text) < 40:
        assert bidi.clean(f"Aa {text}") in seen


@given(st.text(min_size=1, max_size=250), st.sampled_from(["ar", "fr", "en", "xx"]))
@settings(max_examples=40, deadline=None)
def test_draw_with_any_name_then_one_page(name: str, learner: str) -> None:
    pdf = draw(facts(name_latin="A " + name, name_arabic=name, learner_language=learner))
    assert pages(pdf) == 1


def ink_boxes(pdf: bytes, folder: Path) -> list[tuple[float, float, float, float]]:
    """Where each word stands, in points from the top left: left, top, right, bottom."""
    path = folder / "boxes.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    found = re.findall(
        r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', done.stdout.decode()
    )
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


@pytest.mark.poppler
@pytest.mark.parametrize("learner", ["ar", "fr", "en"])
@pytest.mark.parametrize("name", ["Ali", "Marie-Antoinette OULD CHEIKH " * 7, "W" * 200])
def test_draw_with_any_name_then_nothing_leaves_the_frame_or_takes_the_stamps_room(
    learner: str, name: str, tmp_path: Path
) -> None:
    pdf = draw(facts(name_latin=name, name_arabic="محمد الأمين ولد الشيخ " * 9, learner_language=learner))
    boxes = ink_boxes(pdf, tmp_path)
    mm = 72 / 25.4
    assert min(b[0] for b in boxes) > 25 * mm
    assert max(b[2] for b in boxes) < (297 - 25) * mm
    assert max(b[3] for b in boxes) < (210 - 13) * mm
    stamp_left, stamp_right = (29, 125) if learner == "ar" else (172, 268)
    below = [b for b in boxes if b[1] > 175 * mm and b[0] < stamp_right * mm and b[2] > stamp_left * mm]
    assert not below, "20 mm at the foot of the signature's side stay white"


@pytest.mark.poppler
@pytest.mark.parametrize(("country", "learner"), [(MALI, "fr"), (MOROCCO, "fr"), (MOROCCO, "ar"), (MOROCCO, "en")])
def test_draw_then_the_name_is_the_largest(country: dict[str, Any], learner: str, tmp_path: Path) -> None:
    pdf = draw(facts(country, learner_language=learner, name_latin="AWA TRAORE", name_arabic="علي ليلى"))
    boxes = ink_boxes(pdf, tmp_path)
    largest = sorted(round(bottom - top, 1) for _, top, _, bottom in boxes)
    assert largest[-4] > largest[-5], "the four words of the name, then everything else"


def test_facts_without_a_name_or_with_hidden_marks_alone_then_refused() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        facts(name_latin=" ", name_arabic="\u200f")
    with pytest.raises(ValueError, match="negative"):
        facts(hours=-1)


def test_facts_then_no_staff_number_can_be_printed() -> None:
    assert not [f.name for f in dataclasses.fields(CertificateFacts) if "staff" in f.name]


def test_languages_drawn_then_learner_first_each_once_and_never_none() -> None:
    assert languages_drawn(facts(learner_language="fr")) == ("fr", "ar")
    assert languages_drawn(facts(learner_language="en")) == ("en", "ar", "fr")
    assert languages_drawn(facts(learner_language="bm")) == ("ar", "fr")
    assert languages_drawn(facts(learner_language="bm", languages=("ha",))) == ("en",)


def test_full_date_then_as_the_country_writes_it() -> None:
    assert full_date(dt.date(2026, 11, 1), "fr") == "1er novembre 2026"
    assert full_date(dt.date(2026, 11, 21), "fr") == "21 novembre 2026"
    assert full_date(dt.date(2026, 1, 11), "en") == "11 January 2026"
    months = ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"]
    assert [full_date(dt.date(2026, m, 3), "ar") for m in range(1, 13)] == [f"3 {name} 2026" for name in months]


@pytest.mark.parametrize(
    ("hundredths", "lang", "expected"),
    [
        (250, "fr", "2 heures et 30 minutes"),
        (100, "fr", "1 heure"),
        (33, "en", "20 minutes"),
        (101, "en", "1 hour and 1 minute"),
        (250, "ar", "ساعتان و30 دقيقة"),
        (300, "ar", "3 ساعات"),
        (1100, "ar", "11 ساعة"),
        (99, "en", "59 minutes"),
    ],
)
def test_full_duration_then_hours_and_minutes_in_words(hundredths: int, lang: str, expected: str) -> None:
    assert full_duration(hundredths, lang).replace("\u00a0", " ") == expected


def test_words_then_complete_and_without_vowel_signs_or_hidden_marks() -> None:
    for lang, words in WORDS.items():
        for entry in dataclasses.fields(words):
            value = getattr(words, entry.name)
            for text in value.values() if entry.name == "signatory" else [value]:
                assert text.strip(), (lang, entry.name)
                assert not re.search(r"[\u064b-\u0652\u0670\u200e\u200f\u2066-\u2069]", text)
    assert signatory("fr", "MA") != signatory("fr", "NE") == signatory("fr", "ML")


@given(st.text(max_size=120), st.booleans())
@settings(max_examples=100)
def test_runs_then_joined_without_marks_are_the_text(text: str, rtl: bool) -> None:
    line = bidi.clean(text)
    joined = "".join(piece for piece, _ in bidi.runs(line, rtl))
    assert joined.replace("\u200f", "").replace("\u200b", "") == line


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_clean_then_one_short_line_without_marks_and_again_changes_nothing(text: str) -> None:
    line = bidi.clean(text)
    assert len(line) <= bidi.MAX_LETTERS
    assert not re.search(r"[\x00-\x1f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029]", line)
    assert bidi.clean(line) == line


def test_typeset_of_an_unknown_template_then_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        typeset("nothing.typ", {}, "x", "fr", dt.date(2026, 1, 1))


def test_fonts_then_lie_beside_their_licence() -> None:
    assert {p.name for p in FONT_DIR.iterdir()} == {"Amiri-Regular.ttf", "Amiri-Bold.ttf", "OFL.txt"}
    licence = (FONT_DIR / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "The Amiri Project Authors" in licence
    assert (PAPER_DIR / "base.typ").is_file()


def test_importing_draw_then_typst_is_not_loaded() -> None:
    code = "import sys, anhnh_lms.certificates.draw; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
