"""Screens: blueprints and forms, one module per group. Thin: gather, decide, render."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

SCREENS = (
    "pages", "access", "own", "setup", "learner", "quiz", "attempts", "certificates", "verify", "trust",
    "establishment", "country", "audit", "library", "staff", "assignments", "register", "server", "focal_point",
    "self_test",
)  # fmt: skip


def init_web(app: Flask) -> None:
    """Register every screen, the guard before them and the error pages behind them."""
    from flask_wtf import CSRFProtect

    from . import context, errors, guard, kept
    from .cookies import Lasting

    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    app.session_interface = Lasting()
    guard.init_guard(app)
    CSRFProtect(app)
    kept.init_kept(app)
    context.init_context(app)
    errors.init_errors(app)
    for name in SCREENS:
        app.register_blueprint(import_module(f"{__name__}.{name}").screen)
