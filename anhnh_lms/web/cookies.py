"""The cookie of the session, which holds whatever the clock does."""

from __future__ import annotations

import hashlib

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class Lasting(SecureCookieSessionInterface):
    """Flask's own, without an age: Flask counts it by the date, and a clock that leaps to another year would
    sign everybody out in the middle of their work. A session ends by the server's own counter (`guard`).
    Signed with HMAC-SHA-256."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        kept = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(signer.loads(kept)) if kept else self.session_class()
        except BadSignature:
            return self.session_class()
