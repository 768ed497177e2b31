"""How the last start went: noted each time, told by the self-test."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from .served import served


def noted(data: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(f"file:{data / 'anhnh.sqlite3'}?mode=ro", uri=True)) as database:
        (text,) = database.execute("SELECT value FROM setting WHERE name = 'start'").fetchone()
    found: dict[str, Any] = json.loads(text)
    return found


def test_serve_when_it_was_stopped_or_its_power_was_cut_before_then_the_start_says_which(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        assert server.get("/health")[0] == 200
    with served(tmp_path) as server:
        assert server.get("/health")[0] == 200
        assert (noted(tmp_path)["cut"], noted(tmp_path)["searched"]) == (False, True)
    (tmp_path / "anhnh.sqlite3-wal").write_bytes(b"left by a power cut")  # SQLite finds no frame in it that is whole
    with served(tmp_path) as server:
        assert server.get("/health")[0] == 200
        assert noted(tmp_path) == {**noted(tmp_path), "cut": True, "searched": True, "restored": False}
