"""The words that lists of staff use in their first line and their cells, in French, Arabic and English."""

from __future__ import annotations

import re

from .naming import folded

HEADINGS: dict[str, tuple[str, ...]] = {
    "staff_number": (
        "staff number", "staff no", "number", "staff_number", "id number", "matricule", "numero de matricule",
        "no matricule", "n matricule", "numero", "ppr", "رقم التأجير", "الرقم المهني", "رقم الموظف", "الرقم",
    ),
    "name_latin": (
        "name", "full name", "name in latin letters", "name latin", "name_latin", "latin name", "nom et prenom",
        "nom et prenoms", "nom complet", "nom prenom", "prenom et nom", "nom en lettres latines", "nom latin",
        "الاسم بالحروف اللاتينية", "الاسم باللاتينية", "الاسم بالفرنسية",
    ),
    "last_latin": ("last name", "surname", "family name", "nom", "nom de famille"),
    "first_latin": ("first name", "first names", "given name", "prenom", "prenoms"),
    "name_arabic": (
        "name in arabic letters", "name arabic", "name_arabic", "arabic name", "name in arabic", "nom en arabe",
        "nom arabe", "nom en lettres arabes", "nom et prenom en arabe", "الاسم", "الاسم الكامل", "الاسم والنسب",
        "الاسم بالعربية", "الاسم بالحروف العربية",
    ),
    "last_arabic": ("nom de famille en arabe", "last name in arabic", "النسب", "الاسم العائلي"),
    "first_arabic": ("prenom en arabe", "first name in arabic", "الاسم الشخصي"),
    "function": ("function", "post", "job", "fonction", "poste", "emploi", "المهمة", "الوظيفة", "المنصب"),
    "sex": ("sex", "gender", "sexe", "genre", "الجنس"),
    "language": ("language", "langue", "اللغة"),
}  # fmt: skip

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "guard": (
        "guard", "prison officer", "officer", "surveillant", "surveillante", "surveillant penitentiaire",
        "agent de surveillance", "حارس", "حارسة", "حارس سجن", "حارسة سجن", "موظف الحراسة", "موظفة الحراسة", "الحراسة",
    ),
    "support-staff": ("support staff", "support", "personnel d'appui", "appui", "موظفو الدعم", "موظف الدعم", "الدعم"),
    "chief": ("chief", "head of detention", "chef", "chef de detention", "رئيس المعقل", "رئيس"),
    "health": (
        "health", "health staff", "nurse", "doctor", "sante", "personnel de sante", "infirmier", "infirmiere",
        "medecin", "الأطر الصحية", "الصحة", "ممرض", "ممرضة", "طبيب", "طبيبة",
    ),
    "social-worker": (
        "social worker", "assistant social", "assistante sociale", "مساعد اجتماعي", "مساعدة اجتماعية",
    ),
    "educator": ("educator", "educateur", "educatrice", "مرب", "مربي", "مربٍّ", "مربية"),
    "registry-clerk": (
        "registry clerk", "clerk", "greffier", "greffiere", "agent du greffe", "greffe", "موظف الضبط القضائي",
        "الضبط القضائي", "كاتب الضبط",
    ),
    "workshop-officer": (
        "workshop officer", "responsable d'atelier", "chef d'atelier", "atelier", "مسؤول الورشة", "مسؤولة الورشة",
    ),
    "administration": (
        "administration", "administrative", "administratif", "administrative staff", "personnel administratif",
        "الإدارة", "إداري", "إدارية",
    ),
    "director": (
        "director", "prison director", "directeur", "directrice", "directeur d'etablissement", "chef d'etablissement",
        "regisseur", "مدير", "مديرة", "مدير المؤسسة السجنية",
    ),
    "trainer": (
        "trainer", "instructor", "formateur", "formatrice", "formateur technique", "مكون", "مكونة", "مكون تقني",
    ),
}  # fmt: skip

SEXES: dict[str, tuple[str, ...]] = {
    "f": ("f", "female", "woman", "w", "femme", "feminin", "أنثى", "امرأة", "مؤنث"),
    "m": ("m", "male", "man", "h", "homme", "masculin", "ذكر", "رجل", "مذكر"),
}

LANGUAGES: dict[str, tuple[str, ...]] = {
    "fr": ("fr", "french", "francais", "الفرنسية", "فرنسية"),
    "ar": ("ar", "arabic", "arabe", "العربية", "عربية"),
    "en": ("en", "english", "anglais", "الإنجليزية", "انجليزية"),
}


def _plain(text: str) -> str:
    """A word as it is compared: no accents, capitals, articles' signs or punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", folded(text)).split())


def _by_word(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_plain(word): code for code, words in table.items() for word in (code, *words)}


_HEADING, _FUNCTION, _SEX, _LANGUAGE = map(_by_word, (HEADINGS, FUNCTIONS, SEXES, LANGUAGES))


def heading(text: str) -> str:
    """Which column a heading names; "" for one that is not known."""
    return _HEADING.get(_plain(text), "")


def function(text: str) -> str:
    """The code of a function; the text itself where it is not known. Forms for women and men in one
    ("surveillant·e", "éducateur ou éducatrice"), as the pages show them, are understood too."""
    one = re.sub(r"·\w+", "", text)
    known = (_FUNCTION.get(_plain(form)) for form in (text, one, *re.split(r"\s(?:ou|or|أو)\s", one)))
    return next((code for code in known if code), text)


def sex(text: str) -> str:
    """ "f" or "m"; the text itself where it is not known."""
    return _SEX.get(_plain(text), text)


def language(text: str) -> str:
    """The code of a language; the text itself where it is not known."""
    return _LANGUAGE.get(_plain(text), text.lower())
