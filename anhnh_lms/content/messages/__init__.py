"""The words of the checks, in the languages of those who write courses."""

from __future__ import annotations

from collections.abc import Mapping

from anhnh_lms.content.messages.ar import TEXTS as _AR
from anhnh_lms.content.messages.en import TEXTS as _EN
from anhnh_lms.content.messages.fr import TEXTS as _FR

_TEXTS: Mapping[str, Mapping[str, str]] = {"en": _EN, "fr": _FR, "ar": _AR}
LANGUAGES = tuple(_TEXTS)
CODES = tuple(sorted(_EN))


def message(code: str, lang: str, params: Mapping[str, str]) -> str:
    """The sentence for `code` in `lang`, filled with `params`; English where `lang` has none.
    KeyError for a code that does not exist."""
    texts = _TEXTS.get(lang, _EN)
    return (texts.get(code) or _EN[code]).format_map(params)
