"""One file of everything, and putting it back."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..config import Settings

if TYPE_CHECKING:
    from ..record.backup import Manifest
    from ..record.copying import Content

PASSPHRASE = "ANHNH_BACKUP_PASSPHRASE"  # noqa: S105  (the name of a variable)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write ONE file of everything to FILE, while the server runs.

    FILE may be a folder, such as a stick's: the file then gets a name of its own there. The server's keys are
    in it under a passphrase that you choose now: without it nobody can use them, you neither. It is asked for, or
    taken from ANHNH_BACKUP_PASSPHRASE. Names stand in the file: keep it as safe as the PC.
    """
    from ..record import backup as backups
    from ..record import copies

    settings = _on_sqlite(Settings.from_environment())
    target = _target(settings, file)
    passphrase = _new_passphrase()
    with _in_plain_words():
        manifest = _written(settings, passphrase, target)
        with target.open("rb") as kept:
            backups.check(kept)
        copies.note(settings.data, backup_at=manifest.made_at)
    size = target.stat().st_size // 2**20
    click.echo(f"{target} holds everything: {manifest.entries} entries, {size} MB. It was read again and is whole.")


def _on_sqlite(settings: Settings) -> Settings:
    database = settings.database_file
    if database is None:
        raise click.ClickException(
            "This server's database is PostgreSQL, which has tools of its own: pg_dump and pg_restore.\n"
            f"Keep {settings.data / 'secrets.json'} too: without it no PIN fits."
        )
    return settings


def _target(settings: Settings, file: Path) -> Path:
    database = settings.database_file
    assert database is not None
    if not database.exists():
        raise click.ClickException(f"There is no database in {settings.data}. ANHNH_DATA chooses another folder.")
    if file.is_dir():
        file /= default_name(database)
    if file.exists():
        raise click.ClickException(f"{file} is there already and was not touched. Choose another name.")
    return file


def default_name(database: Path) -> str:
    """What a backup is called unless somebody chose a name: anhnh-MA-1-2026-11-23.tar."""
    from .. import clock
    from ..record.copying import content

    with _in_plain_words():
        identity = content(database).identity
    return f"anhnh-{identity.code if identity else 'new'}-{clock.today()}.tar"


def _new_passphrase() -> str:
    from ..record.seal import LENGTH, too_short

    given = os.environ.get(PASSPHRASE) or click.prompt(
        "Passphrase for the keys in this file", hide_input=True, confirmation_prompt="The same once more"
    )
    if too_short(given):
        raise click.ClickException(f"A passphrase has {LENGTH} characters or more. Four or five words are good.")
    return str(given)


def _written(settings: Settings, passphrase: str, target: Path) -> Manifest:
    """The file appears whole or not at all."""
    from ..record import backup as backups
    from ..record.copying import sync

    fresh, scratch = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.copy")
    for leftover in (fresh, scratch):
        leftover.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            manifest = backups.write(settings, passphrase, file, scratch)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
        sync(target.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


# -- putting back ------------------------------------------------------------------------------------------------


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--copy", metavar="NAME", help="Put back this daily copy of the data folder instead of a file.")
@click.option("--to", metavar="FOLDER", type=click.Path(path_type=Path), help="Restore into this empty folder.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path | None, copy: str | None, to: Path | None, yes: bool) -> None:
    """Put the backup FILE back, after the server was stopped.

    The file is checked first, and you are told what would be lost. What is there now is not deleted: it moves
    into a folder named before-restore and the date, within the data folder. Without a name, --copy "" lists the
    copies that are there.
    """
    from ..record import restore as restoring
    from ..record.running import alone

    settings = _on_sqlite(Settings.from_environment())
    if (file is None) == (copy is None):
        raise click.UsageError("Name a FILE, or a copy with --copy.")
    data = to or settings.data
    if to and to.exists() and any(to.iterdir()):
        raise click.ClickException(f"{to} is not empty. Nothing was changed: choose an empty folder.")
    source = file or _copy_of(settings.data, copy or "")
    database = Settings(data=data).database_file
    assert database is not None
    with _in_plain_words():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(data, database):
            restoring.finish(data)
            stage = restoring.prepare(data)
            try:
                held = _prepared(source, file is not None, stage, data, settings)
                _tell(database, stage / database.name, held, data)
                if not yes:
                    click.confirm("Put it back?", abort=True)
                aside = restoring.put_back(data, database, held)
            finally:
                if not restoring.is_unfinished(data):
                    restoring.give_up(data)
    click.echo(f"It is back in {data}.")
    if any(aside.iterdir()):
        click.echo(f"What was there before lies in {aside}.")
    else:
        aside.rmdir()
    click.echo("Start the server: it notices this, and numbers apart what it writes from now on.")


def _copy_of(data: Path, name: str) -> Path:
    from ..record import copies

    for found in copies.listed(data):
        if found.name == name:
            return found.path
    there = "\n".join(f"  {found.name}" for found in copies.listed(data)) or "  (none)"
    raise click.ClickException(f"The copies in {data / copies.FOLDER}, the newest first:\n{there}")


def _prepared(source: Path, packed: bool, stage: Path, data: Path, settings: Settings) -> Content:
    """Everything that comes back lies in the stage and was found whole."""
    from ..record import backup as backups
    from ..record import schema
    from ..record.copying import copy_database, look_at_all

    database = stage / backups.DATABASE
    if not packed:
        copy_database(source, database)
        held = look_at_all(database)
        _keep_keys(stage, settings.data, data)
    else:
        click.echo(f"Checking {source} ...")
        with source.open("rb") as file:
            manifest = backups.read_manifest(file)
            _check_room(stage, manifest)
            with click.progressbar(length=100, label="Reading") as bar:
                backups.unpack(file, stage, manifest, lambda done, of: bar.update(done * 100 // of - bar.pos))
        held = look_at_all(database)
        if not _unseal(stage, manifest, held, settings.data):
            click.echo("The keys on this PC stay. Without the passphrase nobody can tell whether the file was forged.")
            _keep_keys(stage, settings.data, data)
        for name in (backups.SEALED, backups.SETTINGS):
            (stage / name).unlink()
    if not schema.knows(held.revision):
        raise click.ClickException("It was written by a newer version of this program. Nothing was changed.")
    click.echo(f"It is whole: {held.entries} entries of the server {_whose(held)}.")
    return held


def _check_room(stage: Path, manifest: Manifest) -> None:
    import shutil

    if shutil.disk_usage(stage).free < sum(part.size for part in manifest.parts) * 1.1:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _unseal(stage: Path, manifest: Manifest, held: Content, present: Path) -> bool:
    """secrets.json takes its place in the stage. False if whoever restores does not know the passphrase, but
    the secrets in the folder `present` belong to this database: then they can stay."""
    from ..record import backup as backups
    from ..record import secrets
    from ..record.seal import WrongPassphrase

    fits = bool(held.secrets) and secrets.mark_of(present) == held.secrets
    given = os.environ.get(PASSPHRASE)
    if given is None:
        hint = " (Enter: keep the keys that are on this PC)" if fits else ""
        asked = f"Passphrase of the keys in this file{hint}"
        given = click.prompt(asked, hide_input=True, default="" if fits else None, show_default=False)
    if not given and fits:
        return False
    try:
        keys = backups.open_secrets(stage, manifest, given)
    except WrongPassphrase:
        wrong = "That is not the passphrase, or somebody changed the file. Nothing was changed."
        raise click.ClickException(wrong) from None
    for name, text in keys.items():
        _write_keys(stage / name, text)
    return True


def _keep_keys(stage: Path, present: Path, data: Path) -> None:
    """In another folder the keys of this one are needed too."""
    from ..record.backup import KEYS

    if data.resolve() != present.resolve():
        for name in KEYS:
            if (present / name).exists():
                _write_keys(stage / name, (present / name).read_bytes())


def _write_keys(path: Path, text: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _whose(held: Content) -> str:
    return held.identity.origin if held.identity else "(not set up yet)"


def _tell(present: Path, coming: Path, held: Content, data: Path) -> None:
    """What would be lost. Refuses another server's data in the place of this one's."""
    import sqlite3

    from ..record.copying import Damaged, content, loss

    if not present.exists() or not present.stat().st_size:
        click.echo(f"There is no database in {data}: nothing can be lost.")
        return
    try:
        now = content(present)
        lost = loss(present, coming)
    except (sqlite3.DatabaseError, Damaged):
        click.echo(
            "The present database cannot be read, so nobody can say what the file lacks. Whatever was recorded\n"
            "after the file was made would not be there any more. The damaged database is kept."
        )
        return
    if now.identity and held.identity and now.identity.code != held.identity.code:
        raise click.ClickException(
            f"It is of the server {held.identity.code}, and {data} is of {now.identity.code}. Nothing was changed.\n"
            "Restore it into an empty folder with --to."
        )
    if lost.entries:
        click.echo(f"Would be lost: {lost.entries} entries of the record, recorded since {lost.since}.")
    else:
        click.echo("Not one entry of the record would be lost.")
    if lost.answers:
        click.echo(f"Would be lost: {lost.answers} saved answers of tests that are not handed in.")
    click.echo("PINs and passphrases become those of that time; everybody signs in anew.")


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Turn what goes wrong with files into a message for whoever stands at the console."""
    import sqlite3

    from ..record.backup import BadBackup
    from ..record.copying import Damaged
    from ..record.running import StillRunning

    try:
        yield
    except BadBackup as error:
        raise click.ClickException(f"This backup cannot be used: {error}. Nothing was changed.") from error
    except Damaged as error:
        raise click.ClickException(f"This database is damaged: {error}. Nothing was changed.") from error
    except StillRunning as error:
        raise click.ClickException(f"Stop the server first: {error}. Nothing was changed.") from error
    except sqlite3.Error as error:
        raise click.ClickException(f"The database could not be copied: {error}.") from error
    except OSError as error:
        raise click.ClickException(_disk_trouble(error)) from error


def _disk_trouble(error: Any) -> str:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Make room there, or choose another disk. Nothing was half written."
    if error.errno == errno.EFBIG:
        return "That disk takes no file so large (sticks formatted as FAT32 end at 4 GB). Choose another."
    return f"{where}{error.strerror or error}. Nothing was half written."


commands = [backup, restore]
