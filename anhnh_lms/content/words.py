"""The few words that the reader itself puts into a text, in the text's own language."""

from __future__ import annotations

from typing import Final

COUNTRIES: Final = ("MA", "ML", "NE")
PLAIN_BOXES: Final = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION", "CASE", "ACTIVITY", "DISCUSS", "TEMPLATE")
TRAINER_BOX: Final = "TRAINER"
BOXES: Final = (*PLAIN_BOXES, TRAINER_BOX, *COUNTRIES)

_TITLES: Final = {
    "en": {
        "NOTE": "Note",
        "TIP": "Tip",
        "IMPORTANT": "Important",
        "WARNING": "Warning",
        "CAUTION": "Caution",
        "CASE": "Case",
        "ACTIVITY": "Activity",
        "DISCUSS": "Discuss",
        "TEMPLATE": "To fill in and print",
        "TRAINER": "For the trainer",
        "MA": "Morocco",
        "ML": "Mali",
        "NE": "Niger",
    },
    "fr": {
        "NOTE": "Remarque",
        "TIP": "Conseil",
        "IMPORTANT": "Important",
        "WARNING": "Attention",
        "CAUTION": "Prudence",
        "CASE": "Étude de cas",
        "ACTIVITY": "Activité",
        "DISCUSS": "À discuter",
        "TEMPLATE": "À remplir et à imprimer",
        "TRAINER": "Pour le formateur",
        "MA": "Maroc",
        "ML": "Mali",
        "NE": "Niger",
    },
    "ar": {
        "NOTE": "ملاحظة",
        "TIP": "نصيحة",
        "IMPORTANT": "مهم",
        "WARNING": "تحذير",
        "CAUTION": "احتراس",
        "CASE": "دراسة حالة",
        "ACTIVITY": "نشاط",
        "DISCUSS": "للنقاش",
        "TEMPLATE": "نموذج للتعبئة والطباعة",
        "TRAINER": "للمكوِّن",
        "MA": "المغرب",
        "ML": "مالي",
        "NE": "النيجر",
    },
}

_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "ff-adlm", "he", "ku", "nqo", "ps", "ur", "yi"})


def box_title(kind: str, lang: str) -> str:
    """The heading of a box (`kind` is one of BOXES), English where `lang` has none."""
    return _TITLES.get(lang.split("-")[0], _TITLES["en"])[kind]


def is_right_to_left(lang: str) -> bool:
    """Is `lang` written from right to left?"""
    return lang.lower() in _RIGHT_TO_LEFT or lang.lower().split("-")[0] in _RIGHT_TO_LEFT


def direction(lang: str) -> str:
    """The value of `dir` for `lang`: "rtl" or "ltr"."""
    return "rtl" if is_right_to_left(lang) else "ltr"
