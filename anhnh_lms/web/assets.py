"""A course's own pictures and sounds, as the browser gets them: nothing in them can run or ask for more."""

from __future__ import annotations

import mimetypes

from flask import Response, abort

# a picture's own styles, and no more
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; frame-ancestors 'none'"


def asset(path: str, data: bytes | None) -> Response:
    """The file of a course at `path`; 404 if it is not there or is no picture or sound."""
    kind = mimetypes.guess_type(path)[0] or ""
    if data is None or not kind.startswith(("image/", "audio/")):
        abort(404)
    response = Response(data, mimetype=kind)
    response.headers["Content-Security-Policy"] = POLICY
    return response
