"""create_app(): wiring, nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import Settings

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The application for these settings (default: the environment's; `overrides` replace single ones).
    Touches no database, so that a server can fork its workers afterwards."""
    from flask import Flask  # here, so that the rooms that need no server start without it

    settings = replace(settings or Settings.from_environment(), **overrides)
    app = Flask(__name__, static_folder="static", template_folder=str(ROOT / "templates"))
    _configure(app, settings)

    from .logs import init_logs

    init_logs(app)

    from . import tables  # noqa: F401  (all tables are known before the first query)
    from .db import init_db

    init_db(app, settings.url, settings.threads)

    from .web import init_web
    from .web.i18n import init_i18n

    init_i18n(app)
    init_web(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    from .record.restore import finish_alone
    from .record.secrets import load_secrets

    finish_alone(settings.data)  # a power cut came while a backup was put back: first of all the rest of it
    secrets = load_secrets(settings.data, settings.database_file)
    app.config.update(
        SETTINGS=settings,
        SECRETS=secrets,
        SECRET_KEY=secrets.sessions,
        PACKS=settings.data / "translations",
        CACHE=settings.data / "cache",
        MARKER_FOLDER=settings.data if settings.on_sqlite else None,
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # Under TLS another name: browsers let no plain page replace a cookie that was Secure.
        SESSION_COOKIE_NAME="__Host-s" if settings.tls else "s",
        SESSION_COOKIE_SECURE=settings.tls,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
    )
