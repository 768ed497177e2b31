"""The catalogues: every text translated, none fuzzy, placeholders and plural forms right."""

from __future__ import annotations

import gettext
import io
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural

from scripts import catalogues

NUMBERS = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103)
# The order of Babel's own header for Arabic: "other" before "many", unlike some tools.
ARABIC = ("zero", "one", "two", "few", "other", "many")


def test_texts_when_the_program_says_new_ones_then_the_template_holds_them() -> None:
    assert catalogues.stale() == [], "run `make translations`"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_catalogue_when_read_then_nothing_is_untranslated_fuzzy_or_wrong(language: str) -> None:
    (path,) = catalogues.po_files([language])
    assert list(catalogues.flaws(path)) == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_catalogue_when_compared_with_the_template_then_it_holds_the_same_texts(language: str) -> None:
    (path,) = catalogues.po_files([language])
    template = catalogues.messages(catalogues.read(catalogues.TEMPLATE)).keys()
    assert catalogues.messages(catalogues.read(path)).keys() == template


def test_words_of_a_country_when_read_then_they_are_whole() -> None:
    found = {path.parent.parent.name: list(catalogues.flaws(path)) for path in catalogues.country_files()}
    assert set(found) >= {"fr_MA", "fr_ML", "fr_NE"}
    assert not any(found.values()), found


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_plural_header_when_compared_with_babel_then_it_is_the_same(language: str) -> None:
    (path,) = catalogues.po_files([language])
    assert catalogues.read(path).plural_forms == str(get_plural(language)).rstrip()


@pytest.mark.parametrize("number", NUMBERS)
def test_arabic_plural_when_counted_then_the_header_takes_the_form_of_the_language(number: int) -> None:
    (path,) = catalogues.po_files(["ar"])
    form = gettext.c2py(catalogues.read(path).plural_expr)(number)
    assert ARABIC[form] == Locale("ar").plural_form(number)


def test_arabic_plural_when_compiled_then_each_number_gets_its_form() -> None:
    catalogue = Catalog(locale="ar")
    catalogue.add(("%(num)d page", "%(num)d pages"), ARABIC)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    compiled = gettext.GNUTranslations(buffer)
    said = {n: compiled.ngettext("%(num)d page", "%(num)d pages", n) for n in NUMBERS}
    assert said == {n: Locale("ar").plural_form(n) for n in NUMBERS}


# -- the checks themselves ---------------------------------------------------------------------------


def _file(folder: Path, *texts: tuple[Any, Any, set[str]]) -> Path:
    catalogue = Catalog(locale="ar")
    for text, translation, flags in texts:
        catalogue.add(text, translation, flags=flags)
    path = folder / "ar" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(catalogues.written(catalogue), encoding="utf-8")
    return path


SIX = ("لا صفحات", "صفحة واحدة", "صفحتان", "%(num)d صفحات", "%(num)d صفحة", "%(num)d صفحة")


@pytest.mark.parametrize(
    ("text", "translation", "flags", "flaw"),
    [
        ("Sign in", "تسجيل الدخول", set(), ""),
        ("Sign in", "", set(), "not translated"),
        ("Sign in", "تسجيل الدخول", {"fuzzy"}, "fuzzy"),
        ("%(done)s of %(total)s", "%(done)s من %(total)s", set(), ""),
        ("%(done)s of %(total)s", "%(done)s", set(), "wrong placeholder"),
        ("%(done)s of %(total)s", "%(done)s من %(all)s", set(), "wrong placeholder"),
        ("a <b>word</b>", "<b>كلمة</b>", set(), ""),
        ("a <b>word</b>", "<b>كلمة", set(), "wrong tag"),
        (("%(num)d page", "%(num)d pages"), SIX, set(), ""),
        (("%(num)d page", "%(num)d pages"), (*SIX[:5], "صفحة"), set(), "wrong placeholder"),
        (("%(num)d page", "%(num)d pages"), (*SIX[:5], ""), set(), "not translated"),
    ],
)
def test_flaws_when_a_translation_is_wrong_then_they_say_how(
    tmp_path: Path, text: Any, translation: Any, flags: set[str], flaw: str
) -> None:
    found = list(catalogues.flaws(_file(tmp_path, (text, translation, flags))))
    assert [line.split(":")[0] for line in found] == ([flaw] if flaw else [])


def test_gathered_when_a_template_breaks_its_lines_then_the_text_is_one_line() -> None:
    texts = [key[1] for key in catalogues.messages(catalogues.gathered())]
    assert texts
    assert not [text for text in texts if isinstance(text, str) and "\n" in text]
