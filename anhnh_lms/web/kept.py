"""Pages that are the same for everybody but for a name and a token are drawn once and kept.

A page costs its template: drawing takes longer than everything else that a request does. So a page of
a course is drawn with marks where the reader's name and the token stand, kept in memory under
everything that it depends on, and filled in for each reader.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress

from flask import Flask, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from ..people.access import User
from . import i18n

SIZES = ("normal", "large", "larger")  # of the text
NAME, TOKEN = "\ue000name\ue001", "\ue000token\ue001"  # private use: no text of a course may hold them
KEPT = 400  # pages in each worker, some 8 kB each
_pages: OrderedDict[Hashable, str] = OrderedDict()


def init_kept(app: Flask) -> None:
    """Have every template's token pass through here: macros find it among the globals, pages among what
    Flask-WTF's context processor gives them, which this one comes after."""
    app.jinja_env.globals["csrf_token"] = token
    app.context_processor(lambda: {"csrf_token": token})


def token() -> str:
    """The token of the forms of this page, or the mark for it while a page is drawn to be kept."""
    return TOKEN if g.get("keeping") else str(generate_csrf())


def text_size() -> str:
    """The size of the text that was chosen on this PC; the normal one for whatever else a cookie says."""
    size = request.cookies.get("size")
    return size if size in SIZES else SIZES[0]


def shown_name(user: User) -> str:
    """The name for the banner, or the mark for it while a page is drawn to be kept."""
    return NAME if g.get("keeping") else user.name_in(i18n.current().code)


def kept(user: User, key: Hashable, draw: Callable[[], str]) -> str:
    """The page that `draw` draws, for this reader. `key` must hold all that it depends on besides the
    language, the size of the text, the address and the establishment."""
    if user.held or "_flashes" in session or request.query_string:
        return draw()  # a menu, a message or a question stands on it: this reader's alone
    whole = (key, request.path, i18n.current().code, text_size(), user.country, user.home_name,
             user.home_name_ar, user.level, user.lock_minutes)  # fmt: skip
    page = _pages.get(whole)
    if page is None:
        g.keeping = True
        try:
            page = draw()
        finally:
            g.keeping = False
        _pages[whole] = page
        while len(_pages) > KEPT:
            _pages.popitem(last=False)
    else:
        with suppress(KeyError):  # another thread has just let it go
            _pages.move_to_end(whole)
    name = str(escape(user.name_in(i18n.current().code)))
    return page.replace(NAME, name).replace(TOKEN, str(generate_csrf()))
