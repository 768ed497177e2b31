"""Putting a database back, so that nothing that is there is ever lost, also in a power cut.

What comes back is prepared and checked in the folder `restore.new`. Then a note, `restore.json`, says what goes
where, and the files change places one by one: what was there goes to `before-restore-<date>` and stays. As long as
the note is there, whoever starts on the folder finishes that first; each step can be done again.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from .. import clock
from .copying import Content, companions, sync
from .running import alone
from .server import remember_heads

NOTE, STAGE, ASIDE = "restore.json", "restore.new", "before-restore-"


def prepare(data: Path) -> Path:
    """An empty folder to prepare in. What an earlier try left there goes."""
    stage = data / STAGE
    if stage.exists():
        shutil.rmtree(stage)
    stage.mkdir(mode=0o700)
    return stage


def give_up(data: Path) -> None:
    """Nothing is put back after all."""
    shutil.rmtree(data / STAGE, ignore_errors=True)


def put_back(data: Path, database: Path, held: Content) -> Path:
    """What was prepared takes its place; returns the folder where that which was there lies now. `held` is what
    the prepared database holds: the marker is told that it was put back, so that the server begins a new
    incarnation even if not one entry was lost. Stands in `running.alone`."""
    stage, aside = data / STAGE, _free_name(data)
    coming = sorted(path.name for path in stage.iterdir())
    going = [path.name for path in companions(database)]
    for folder in (*(p for p in stage.rglob("*") if p.is_dir()), stage):
        sync(folder)
    marker = f"{held.identity.origin}/{held.identity.country}/restored-{aside}" if held.identity else ""
    note = {"aside": aside, "going": going, "coming": coming, "marker": marker}
    fresh = data / f".{NOTE}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / NOTE)
    sync(data)
    finish(data)
    return data / aside


def is_unfinished(data: Path) -> bool:
    """Whether a restore was interrupted after it had begun to change places."""
    return (data / NOTE).exists()


def finish_alone(data: Path) -> None:
    """`finish`, for whoever starts on the folder. Raises StillRunning while another process puts back."""
    if is_unfinished(data):
        with alone(data):
            finish(data)


def finish(data: Path) -> None:
    """Do what is left of a restore, if one was begun. Stands in `running.alone`."""
    if not is_unfinished(data):
        return
    note = json.loads((data / NOTE).read_text(encoding="utf-8"))
    stage, aside = data / STAGE, data / note["aside"]
    if note["marker"]:
        remember_heads(data, {note["marker"]: (1, "restored")})
    aside.mkdir(mode=0o700, exist_ok=True)
    for name in note["going"]:
        _move(data / name, aside / name)
    for name in note["coming"]:
        if (stage / name).exists():  # else it is in its place already
            _move(data / name, aside / name)
            _move(stage / name, data / name)
    for folder in (aside, data):
        sync(folder)
    (data / NOTE).unlink()
    sync(data)
    give_up(data)


def _move(old: Path, new: Path) -> None:
    if old.exists():
        old.replace(new)


def _free_name(data: Path) -> str:
    plain = f"{ASIDE}{clock.now():%Y-%m-%d-%H%M%S}"
    name, count = plain, 1
    while (data / name).exists():
        count += 1
        name = f"{plain}-{count}"
    return name
