"""What everything is compared with: the smallest Flask application that reads one row and renders a page
of the same size, or writes one row with the same pragmas. Nothing else is in it."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, render_template_string, request

app = Flask(__name__)
PATH = os.environ.get("SMALLEST_DATABASE", "")
SIZE = int(os.environ.get("SMALLEST_SIZE", "8000"))
PAGE = "<!doctype html><title>{{ title }}</title><p>" + "x" * max(0, SIZE - 60) + "</p>"
_local = threading.local()


def connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(PATH, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
            _local.connection.execute(f"PRAGMA {pragma}")
    return _local.connection


@app.get("/page")
def page() -> str:
    (title,) = connection().execute("SELECT title FROM page WHERE id = 1").fetchone()
    return render_template_string(PAGE, title=title)


@app.post("/row")
def row() -> str:
    database = connection()
    database.execute("BEGIN IMMEDIATE")
    database.execute(
        "INSERT INTO answer (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text",
        (request.form["id"], request.form["text"]),
    )
    database.execute("COMMIT")
    return "saved"


def make(path: str) -> None:
    """The database of the comparison."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE page (id INTEGER PRIMARY KEY, title TEXT)")
        database.execute("INSERT INTO page VALUES (1, 'One row')")
        database.execute("CREATE TABLE answer (id TEXT PRIMARY KEY, text TEXT)")
