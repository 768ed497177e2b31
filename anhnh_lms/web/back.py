"""Going back to a page of this server, and only of this server."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import url_for


def back_to(address: str | None, default: str | None = None) -> str:
    """`address` if it is a path of this server, else `default` or the first page."""
    if address and address.startswith("/") and not address.startswith("//") and "\\" not in address:
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc and address.isprintable():
            return address
    return default or url_for("web.start")
