"""Saying something in another person's language: for paper that one prints for many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from flask_babel import force_locale

from . import i18n


@contextmanager
def speaking(code: str) -> Iterator[i18n.Language]:
    """Within the block gettext speaks that language, or this page's if the server does not know it."""
    before = i18n.current()
    wanted = next((language for language in i18n.available() if language.code == code), before)
    g.language = wanted
    try:
        with force_locale(wanted.locale):
            yield wanted
    finally:
        g.language = before
