"""Languages of the interface: which there are, which one a request speaks, and their catalogues.

A country's catalogue (`fr_MA`) is merged over its language's (`fr`), so that a *directeur* of Morocco
is a *régisseur* in Mali. Packs in the data folder (`translations/<locale>/*.po`) are merged last and
may add languages that this program does not know. Catalogues are compiled when first used and kept
beside the database, keyed by their content.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale

BUNDLED = Path(__file__).parent.parent.parent / "translations"
FORMATS = {"ar": "ar_MA", "en": "en_GB"}  # the locale whose digits, months and order are used
RTL = ("ar", "fa", "ur", "he", "ff_Adlm")
COOKIE = "lang"
PLACEHOLDER = re.compile(r"%\((\w+)\)0?\d*[sd]")


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages can speak. `own` is its name in itself."""

    code: str
    own: str
    dir: str
    locale: str


OWN_NAMES = {
    "ar": "العربية", "fr": "Français", "en": "English", "bm": "Bamanankan", "ha": "Hausa",
    "ff": "Fulfulde", "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ", "dje": "Zarmaciine", "taq": "Tamasheq",
}  # fmt: skip


def language(code: str) -> Language:
    """The language with that code, as a page needs it."""
    locale = FORMATS.get(code, code)
    own = OWN_NAMES.get(code)
    if own is None:
        try:
            own = str(Locale.parse(code).get_display_name(code) or code)
        except (UnknownLocaleError, ValueError):
            own = code
    return Language(code, own, "rtl" if code in RTL else "ltr", _known_locale(locale))


def _known_locale(name: str) -> str:
    try:
        return str(Locale.parse(name))
    except (UnknownLocaleError, ValueError):
        return "en_GB"  # a language that CLDR does not know: dates in the plainest form


def available() -> tuple[Language, ...]:
    """French, Arabic, English, then the packs that were added in the data folder."""
    return _available(str(current_app.config["PACKS"]))


@lru_cache(maxsize=8)
def _available(packs: str) -> tuple[Language, ...]:
    added = sorted(p.name for p in Path(packs).glob("*") if p.is_dir() and any(p.glob("*.po")))
    codes = ["fr", "ar", "en", *(c for c in added if "_" not in c and c not in ("fr", "ar", "en"))]
    return tuple(language(code) for code in codes)


def current() -> Language:
    """The language of this request: chosen on this PC, else the person's, else the browser's or the
    server's own."""
    if not has_request_context():
        return language(current_app.config["SETTINGS"].language)
    if "language" not in g:
        user = g.get("user")
        g.language = chosen_by(user.language if user else "", g.get("forced_language", ""))
    found: Language = g.language
    return found


def chosen_by(language: str, forced: str = "") -> Language:
    """The language of pages on this PC for a person with that language; "": nobody is signed in."""
    codes = {item.code: item for item in available()}
    asked = (forced, request.cookies.get(COOKIE), language, request.accept_languages.best_match(list(codes)))
    return next((codes[c] for c in asked if c in codes), codes[current_app.config["SETTINGS"].language])


def country() -> str:
    """The country whose words are used: of the person who is signed in, else of this server."""
    user = g.get("user") if has_request_context() else None
    if user and user.country:
        return str(user.country)
    me = current_app.extensions.get("identity")  # read by the guard of every request; none before the set-up
    return me.country if me else ""


class Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's translations, merged: language, then country, then added packs."""

    def get_translations(self) -> Any:
        if not has_request_context():
            return self._merged(str(get_locale() or "en")[:2])
        key = (current(), g.get("user"))
        if g.get("catalogue_of") != key:  # once a request, not once for each of a page's texts
            g.catalogue_of, g.catalogue = key, self._merged(key[0].code)
        return g.catalogue

    @staticmethod
    def _merged(code: str) -> Any:
        return merged(code, country(), str(current_app.config["PACKS"]), str(current_app.config["CACHE"]))


@lru_cache(maxsize=64)
def merged(code: str, land: str, packs: str, cache: str) -> Any:
    """The catalogue of a language with a country's words on top. Empty for English."""
    found: Any = None
    for name in (code, f"{code}_{land}"):
        for path in (*sorted((BUNDLED / name).glob("**/*.po")), *sorted((Path(packs) / name).glob("*.po"))):
            catalogue = _compiled(path, name, Path(cache))
            if found is None:
                found = catalogue
            else:
                found.merge(catalogue)
    return found if found is not None else NullTranslations()


def missing(code: str) -> int:
    """How many texts of the interface that language leaves in English, this server's packs counted in."""
    if code == "en":
        return 0
    files = [*(BUNDLED / code).glob("**/*.po"), *(Path(current_app.config["PACKS"]) / code).glob("*.po")]
    said = set().union(*(_told(path, code) for path in files))
    every = set().union(*(_asked(path) for path in (BUNDLED / "fr").glob("**/*.po")))
    return len(every - said)


def _asked(path: Path) -> set[str]:
    """The texts that a catalogue lists."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {_key(message) for message in read_po(file) if message.id}


def _told(path: Path, code: str) -> set[str]:
    """The texts that a catalogue translates, as far as they can be used."""
    sound = (m for m in _sound(path.read_bytes(), code) if m.id and not m.fuzzy)
    return {_key(m) for m in sound if all(m.string if isinstance(m.string, tuple | list) else (m.string,))}


def _key(message: Any) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)


def _compiled(path: Path, name: str, cache: Path) -> Translations:
    text = path.read_bytes()
    kept = cache / f"{hashlib.sha256(text).hexdigest()[:32]}.mo"
    try:
        with kept.open("rb") as file:
            return Translations(file)
    except Exception:  # noqa: S110  (not there yet, torn, or anything: it is made again from the text)
        pass
    from babel.messages.mofile import write_mo

    buffer = io.BytesIO()
    write_mo(buffer, _sound(text, name))
    with suppress(OSError):  # the disk is full or cannot be written: pages speak all the same
        _keep(kept, buffer.getvalue())
    return Translations(io.BytesIO(buffer.getvalue()))


def _keep(path: Path, data: bytes) -> None:
    """Appears whole or not at all, whoever else writes it at the same moment, even in a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except OSError:
        os.unlink(fresh)
        raise


def _sound(text: bytes, name: str) -> Any:
    """The catalogue without what would break a page: a translation whose placeholders are not those of
    its text is left out, and the text stays in English. A file that cannot be read says nothing at all."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalogue = read_po(io.BytesIO(text), locale=_known_locale(name), abort_invalid=True)
    except (PoFileError, ValueError, UnicodeDecodeError):
        return Catalog(locale=_known_locale(name))
    for message in list(catalogue):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = {name for one in ids for name in PLACEHOLDER.findall(one)}
        if message.id and any(set(PLACEHOLDER.findall(s)) - wanted or _stray(s) for s in strings if s):
            catalogue.delete(message.id, message.context)
    return catalogue


def _stray(text: str) -> bool:
    """Whether a per cent sign stands there that is neither a placeholder nor doubled beside one."""
    return "%(" in text and "%" in PLACEHOLDER.sub("", text).replace("%%", "")


def init_i18n(app: Flask) -> None:
    """Install the locale selector and the merged catalogues."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    babel = Babel(app, locale_selector=lambda: current().locale)
    babel_config = app.extensions["babel"]
    babel_config.instance.domain_instance = Catalogues()
    del babel
