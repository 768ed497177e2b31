"""Drawing a certificate: one A4 page, landscape, as PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from anhnh_lms.certificates import bidi
from anhnh_lms.certificates.fonts import typeset
from anhnh_lms.certificates.words import WORDS, Words, full_date, full_duration, signatory

_HASH_LETTERS = 12


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything that is printed on a certificate, and nothing else: no staff number.

    Texts by language are mappings from a language code to the text. `hours` counts hundredths of
    an hour. `valid_until` is the last day of validity, None without an end. `country` is the
    two-letter code that decides who signs. `languages` are the administration's, its first one
    first: ("ar", "fr") in Morocco, ("fr",) in Mali and Niger. `date_uncertain`: a clock that was wrong
    wrote the date of issue, and the paper says so.
    """

    number: str
    check_code: str
    name_latin: str
    name_arabic: str
    country: str
    country_name: Mapping[str, str]
    administration: Mapping[str, str]
    establishment_latin: str
    establishment_arabic: str
    course_title: Mapping[str, str]
    version_label: str
    version_hash: str
    hours: int
    issued_on: dt.date
    valid_until: dt.date | None
    learner_language: str
    languages: tuple[str, ...]
    place: Mapping[str, str] = field(default_factory=dict)
    verify_address: str = ""
    date_uncertain: bool = False

    def __post_init__(self) -> None:
        if not bidi.clean(self.name_latin) and not bidi.clean(self.name_arabic):
            raise ValueError("a certificate needs a name, in Latin or in Arabic letters")
        if self.hours < 0:
            raise ValueError("hours cannot be negative")


def languages_drawn(facts: CertificateFacts) -> tuple[str, ...]:
    """The learner's language, then the administration's, each once, as far as `WORDS` has them.

    English if it has none of them.
    """
    wanted = dict.fromkeys((facts.learner_language, *facts.languages))
    return tuple(lang for lang in wanted if lang in WORDS) or ("en",)


def draw(facts: CertificateFacts) -> bytes:
    """The certificate as a PDF of one A4 page: same facts, same bytes.

    It stands in the learner's language and in the administration's, one column for each, with the
    name in Latin and in Arabic letters across. Long names and titles get smaller, then wrap; the
    room for stamp and signature stays free whatever happens above. Sources: `fonts.typeset` for
    what the file claims, `words` for the wording.
    """
    languages = languages_drawn(facts)
    learner = languages[0]
    # Left-to-right columns stand on the left whatever the learner's language, as on every
    # bilingual paper: each language begins at its own outer edge.
    columns = sorted(languages, key=lambda lang: lang in bidi.RTL_LANGUAGES)
    # Head and signature are the administration's own and speak its languages only.
    signing = [lang for lang in languages if lang in facts.languages] or [learner]
    data: dict[str, object] = {
        "rtl": learner in signing and learner in bidi.RTL_LANGUAGES,
        "heads": [_head(facts, lang) for lang in columns if lang in signing],
        "columns": [_column(facts, lang, learner, lang in signing) for lang in columns],
        "names": _names(facts, languages),
        "facts": _printed_facts(facts, columns),
        "made": [_line(_made(facts, lang), lang) for lang in signing],
        "signatory": [_line(signatory(lang, facts.country), lang) for lang in signing],
        "stamp": [_line(WORDS[lang].stamp, lang) for lang in signing],
    }
    title = bidi.clean(f"{WORDS[learner].title} {facts.number}")
    return typeset("certificate.typ", data, title, learner, facts.issued_on)


def _line(text: str, lang: str) -> dict[str, object]:
    """One text as the templates take it (`put` in base.typ); its letters decide its direction."""
    one_line = bidi.clean(text)
    rtl = bidi.is_rtl(one_line, otherwise=lang in bidi.RTL_LANGUAGES)
    return {"lang": lang, "rtl": rtl, "runs": bidi.runs(one_line, rtl), "plain": one_line}


def _in_language(texts: Mapping[str, str], lang: str, *others: str) -> str:
    """The text in `lang`, or in the first of `others` that has one, or in any language."""
    for one in (lang, *others, *sorted(texts)):
        if bidi.clean(texts.get(one, "")):
            return texts[one]
    return ""


def _head(facts: CertificateFacts, lang: str) -> list[dict[str, object]]:
    """Country, administration, establishment; missing ones are left out."""
    own, other = facts.establishment_latin, facts.establishment_arabic
    if lang in bidi.RTL_LANGUAGES:
        own, other = other, own
    texts = (
        _in_language(facts.country_name, lang),
        _in_language(facts.administration, lang),
        own if bidi.clean(own) else other,
    )
    return [_line(text, lang) for text in texts if bidi.clean(text)]


def _column(facts: CertificateFacts, lang: str, learner: str, signing: bool) -> dict[str, object]:
    """What stands above and below the name in one language; the date too, unless it is `signing`."""
    words = WORDS[lang]
    terms = []
    if facts.hours:
        terms.append(words.duration + full_duration(facts.hours, lang))
    terms.append(words.validity + _validity(facts, lang, words))
    if not signing:
        terms.append(_made(facts, lang))
    return {
        "own": lang == learner,
        "title": _line(words.title, lang),
        "awarded_to": _line(words.awarded_to, lang),
        "for_course": _line(words.for_course, lang),
        "course": _line(_in_language(facts.course_title, lang, learner, *facts.languages), lang),
        "with_success": _line(words.with_success, lang),
        "terms": [_line(term, lang) for term in terms],
    }


def _validity(facts: CertificateFacts, lang: str, words: Words) -> str:
    if facts.valid_until is None:
        return words.valid_always
    return words.valid_until.format(date=full_date(facts.valid_until, lang))


def _made(facts: CertificateFacts, lang: str) -> str:
    words, date = WORDS[lang], full_date(facts.issued_on, lang)
    place = bidi.clean(_in_language(facts.place, lang))
    made = words.made_at.format(place=place, date=date) if place else words.made.format(date=date)
    return f"{made} {words.uncertain}" if facts.date_uncertain else made


def _names(facts: CertificateFacts, languages: tuple[str, ...]) -> list[dict[str, object]]:
    """The name in each script it is known in, the script of the learner's language first."""
    latin_lang = next((lang for lang in languages if lang not in bidi.RTL_LANGUAGES), "fr")
    names = [_line(facts.name_latin, latin_lang), _line(facts.name_arabic, "ar")]
    if languages[0] in bidi.RTL_LANGUAGES:
        names.reverse()
    return [name for name in names if name["plain"]]


def _printed_facts(facts: CertificateFacts, columns: list[str]) -> list[dict[str, object]]:
    """Number, code, version and address, with a label in each language; values in Latin letters."""
    version = " · ".join(t for t in (facts.version_label, facts.version_hash[:_HASH_LETTERS]) if t)
    rows = (
        ("number", facts.number),
        ("code", facts.check_code),
        ("version", version),
        ("check", facts.verify_address),
    )

    def labels(kind: str) -> list[tuple[str, str]]:
        # French and English both say "Version": once is enough.
        first = {getattr(WORDS[lang], kind): lang for lang in reversed(columns)}
        return [(getattr(WORDS[lang], kind), lang) for lang in columns if first[getattr(WORDS[lang], kind)] == lang]

    return [
        {
            "kind": kind,
            "value": bidi.breakable(bidi.clean(value)),
            "labels": [_line(label, lang) for label, lang in labels(kind)],
        }
        for kind, value in rows
        if bidi.clean(value)
    ]
