"""The words of a certificate in each language it can be drawn in.

They stand here and not in the catalogues of the screens: a certificate is a document, worded once
and read for years. No verb says whether the person is a man or a woman, and the Arabic carries no
vowel signs (programs that read a PDF misplace them).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from babel.dates import format_date
from babel.units import format_unit


@dataclass(frozen=True, slots=True)
class Words:
    """One language: `locale` formats its dates and times, `signatory` goes by country ("" any other)."""

    locale: str
    title: str
    awarded_to: str
    for_course: str
    with_success: str
    duration: str
    duration_and: str
    validity: str
    valid_until: str
    valid_always: str
    number: str
    code: str
    version: str
    check: str
    made_at: str
    made: str
    uncertain: str
    signatory: Mapping[str, str]
    stamp: str


WORDS: dict[str, Words] = {
    "en": Words(
        locale="en_GB",
        title="Certificate of achievement",
        awarded_to="This certificate is awarded to",
        for_course="for completing the course",
        with_success="and passing its tests",
        duration="Training time: ",
        duration_and=" and ",
        validity="Validity period: ",
        valid_until="until {date}",
        valid_always="no end date",
        number="Number",
        code="Verification code",
        version="Version",
        check="To verify",
        made_at="Issued in {place} on {date}",
        made="Issued on {date}",
        uncertain="(date uncertain)",
        signatory={"": "The Director of the establishment"},
        stamp="stamp and signature",
    ),
    "fr": Words(
        locale="fr",
        title="Attestation de réussite",
        awarded_to="La présente attestation est délivrée à",
        for_course="pour avoir suivi la formation",
        with_success="et en avoir réussi les épreuves",
        duration="Durée de la formation\u00a0: ",
        duration_and=" et ",
        validity="Durée de validité\u00a0: ",
        valid_until="jusqu’au {date}",
        valid_always="sans limite",
        number="Numéro",
        code="Code de vérification",
        version="Version",
        check="Vérification",
        made_at="Fait à {place}, le {date}",
        made="Fait le {date}",
        uncertain="(date incertaine)",
        signatory={"": "Le Directeur de l’établissement", "ML": "Le Régisseur", "NE": "Le Régisseur"},
        stamp="cachet et signature",
    ),
    "ar": Words(
        locale="ar_MA",
        title="شهادة نجاح",
        awarded_to="تمنح هذه الشهادة إلى",
        for_course="لإتمام الدورة التكوينية",
        with_success="واجتياز اختباراتها بنجاح",
        duration="مدة التكوين: ",
        duration_and=" و",
        validity="مدة الصلاحية: ",
        valid_until="إلى غاية {date}",
        valid_always="غير محدودة",
        number="الرقم",
        code="رمز التحقق",
        version="الإصدار",
        check="للتحقق",
        made_at="حرر في {place} بتاريخ {date}",
        made="حرر بتاريخ {date}",
        uncertain="(تاريخ غير مؤكد)",
        signatory={"": "مدير المؤسسة السجنية"},
        stamp="الطابع والتوقيع",
    ),
}


def full_date(day: dt.date, lang: str) -> str:
    """The date in full: "1er novembre 2026", "23 نونبر 2026". Without hidden direction marks."""
    words = WORDS[lang]
    text = str(format_date(day, "d MMMM y", locale=words.locale)).replace("\u200f", "")
    return text.replace("1 ", "1er ", 1) if lang == "fr" and day.day == 1 else text


def full_duration(hundredths: int, lang: str) -> str:
    """Hundredths of an hour in hours and minutes, to the nearest minute: 250 is "2 hours and 30 minutes"."""
    words = WORDS[lang]
    hours, minutes = divmod((hundredths * 60 + 50) // 100, 60)

    def say(count: int, unit: Literal["hour", "minute"]) -> str:
        return str(format_unit(count, f"duration-{unit}", length="long", locale=words.locale))

    parts = [say(hours, "hour")] if hours else []
    if minutes or not hours:
        parts.append(say(minutes, "minute"))
    return words.duration_and.join(parts).replace("\u200f", "")


def signatory(lang: str, country: str) -> str:
    """Who signs, in `lang`, in the country with this two-letter code."""
    titles = WORDS[lang].signatory
    return titles.get(country, titles[""])
