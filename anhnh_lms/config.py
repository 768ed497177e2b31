"""Every setting once: name, type, default, meaning. Read from the environment when the program starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

FILE = "ANHNH_SETTINGS"  # variable: a file with the settings that the environment does not give
YES, NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


class BadSetting(ValueError):
    """A setting that cannot be used; the text says which one and why."""


def _setting(variable: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """What can be chosen from outside: by the environment, else by the file that ANHNH_SETTINGS names.
    `documentation()` lists it for `anhnh settings` and the docs."""

    data: Path = _setting("ANHNH_DATA", Path(".data"), "folder of the database, the secrets and added languages")
    database_url: str = _setting(
        "ANHNH_DATABASE_URL", "", "a PostgreSQL database (postgresql+psycopg://...); empty: SQLite in the data folder"
    )
    courses: Path = _setting("ANHNH_COURSES", Path("courses"), "the course library, in Markdown")
    host: str = _setting("HOST", "127.0.0.1", "address to serve on; 0.0.0.0 lets the PCs of the local network in")
    port: int = _setting("PORT", 8000, "port to serve on")
    workers: int = _setting("ANHNH_WORKERS", 2, "server processes")
    threads: int = _setting("ANHNH_THREADS", 16, "threads of each server process")
    tls: bool = _setting("ANHNH_TLS", False, "yes: serve with TLS (https), under a certificate of this server's own")
    language: str = _setting("ANHNH_LANGUAGE", "fr", "language of pages before anybody chose one: fr, ar or en")

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the database."""
        return self.database_url or f"sqlite:///{(self.data / 'anhnh.sqlite3').absolute()}"

    @property
    def on_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def database_file(self) -> Path | None:
        """SQLite's file; None for another database."""
        return Path(self.url.removeprefix("sqlite:///")) if self.on_sqlite else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment gives. Raises BadSetting for a value that cannot be read."""
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        written = _file(environ.get(FILE, ""), {item.metadata["variable"] for item in fields(cls)})
        for item in fields(cls):
            text = environ.get(item.metadata["variable"], "") or written.get(item.metadata["variable"], "")
            if text:
                values[item.name] = _read(item.metadata["variable"], type(item.default), text)
        return cls(**values)

    @classmethod
    def documentation(cls) -> list[tuple[str, str, str]]:
        """(environment variable, default, meaning) of every setting."""
        return [(f.metadata["variable"], said(f.default), f.metadata["meaning"]) for f in fields(cls)]


def said(value: Any) -> str:
    """A setting as it is written: "yes" and "no" for a choice."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _file(path: str, known: set[str]) -> dict[str, str]:
    """The settings of that file, a NAME=value a line, "#" before a remark. Nothing in it is run."""
    if not path:
        return {}
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{FILE}: {path} cannot be read ({error})") from None
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not line or line.startswith("#"):
            continue
        if not equals or name not in known:
            raise BadSetting(f"{path}, line {number}: no setting is written {line!r}")
        found[name] = value.strip("\"'")
    return found


def _read(variable: str, kind: type[Any], text: str) -> Any:
    if kind is bool:
        if text.lower() not in YES + NO:
            raise BadSetting(f"{variable} must be yes or no, not {text!r}")
        return text.lower() in YES
    if kind is int:
        if not text.isdecimal() or int(text) == 0:
            raise BadSetting(f"{variable} must be a whole number above 0, not {text!r}")
        return int(text)
    return Path(text) if issubclass(kind, Path) else text
