"""The server starts with the machine: a unit of systemd, written for this folder, this user, these settings."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import click

from ..config import FILE, Settings, said
from ..record.secrets import FILE as SECRETS
from ..web import lan

UNIT = Path("/etc/systemd/system/anhnh.service")
ENVIRONMENT = "service.env"  # in the data folder: what nobody else may read
ROOT = Path(__file__).parent.parent.parent
PASSING = 'exec "$0" "$@"'  # a shell that becomes the program that it is given
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108  (compared)


class CannotInstall(click.ClickException):
    """What stands in the way; the text says what to do."""


# -- the unit -----------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A word as systemd.syntax(7) reads it back, whatever it holds but control characters (which raise
    CannotInstall): quotes, and "%" doubled, which would stand for something else."""
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise CannotInstall(f"A path or setting holds a control character: {text!r}. Rename the folder.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def unit(settings: Settings, user: str, environment: dict[str, str], start: Sequence[str]) -> str:
    """The text of the unit. `start` is the program with its arguments, `environment` what it is given.

    A shell starts the program, because systemd takes no quotes in the program's own path; the colon
    keeps "$" what it is."""
    data = settings.data.absolute()
    lines = [
        "# Written by `anhnh install-service`, which writes it anew; `anhnh remove-service` takes it away.",
        "[Unit]",
        "Description=ANHNH course server",
        "After=network.target",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        f"User={user}",
        *(f"Environment={quoted(f'{name}={value}')}" for name, value in environment.items()),
        *([f"EnvironmentFile=-{str(data / ENVIRONMENT).replace('%', '%%')}"] if settings.database_url else []),
        f"ExecStart=:/bin/sh -c {quoted(PASSING)} {' '.join(map(quoted, start))}",
        "Restart=always",
        "RestartSec=5",
        "TimeoutStopSec=30",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        f"ReadWritePaths={quoted(str(data))}",
        *(_shared_tmp() if _is_temporary(data, *map(Path, start)) else ["PrivateTmp=yes"]),
        *("PrivateDevices=yes", "ProtectClock=yes", "ProtectControlGroups=yes", "ProtectKernelLogs=yes"),
        *("ProtectKernelModules=yes", "ProtectKernelTunables=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes"),
        *("LockPersonality=yes", "RestrictNamespaces=yes", "SystemCallArchitectures=native"),
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
        f"CapabilityBoundingSet={'CAP_NET_BIND_SERVICE' if settings.port < 1024 else ''}",
        *(["AmbientCapabilities=CAP_NET_BIND_SERVICE"] if settings.port < 1024 else []),
        "",
        "[Install]",
        "WantedBy=multi-user.target",
        "",
    ]
    return "\n".join(lines)


def _shared_tmp() -> list[str]:
    return [f"ReadWritePaths={' '.join(map(str, TEMPORARY))}"]


def _is_temporary(*paths: Path) -> bool:
    """Whether a service with a /tmp of its own would not see one of these."""
    return any(folder in path.parents for path in paths for folder in TEMPORARY)


def starter() -> list[str]:
    """What serves: the launcher of an installed bundle, which outlives an upgrade; else this very Python."""
    program = ROOT.resolve()
    launcher = program.parent.parent / "anhnh"
    if program.parent.name == "versions" and launcher.is_file():
        return ["/bin/sh", str(launcher), "serve"]
    return [sys.executable, str(ROOT.absolute() / "start.py"), "serve"]


def given(settings: Settings) -> dict[str, str]:
    """The settings that this shell gave, for the service to start with; paths from the root. HOST is the
    whole network's unless something else was said. The address of a database, which holds a password, is
    not among them."""
    found = {"ANHNH_DATA": str(settings.data.absolute())}
    for item in fields(Settings):
        variable, value = item.metadata["variable"], getattr(settings, item.name)
        if variable in os.environ and variable != "ANHNH_DATABASE_URL":
            found[variable] = str(value.absolute()) if isinstance(value, Path) else said(value)
    if os.environ.get(FILE):
        found[FILE] = str(Path(os.environ[FILE]).absolute())
    elif not os.environ.get("HOST"):
        found["HOST"] = "0.0.0.0"  # noqa: S104  (what the service is for)
    return found


def user_for(wanted: str | None, data: Path) -> pwd.struct_passwd:
    """Who runs the server: who was named, who called sudo, or whose the folder is. Never root, who would
    lose everything with the server. Raises CannotInstall."""
    name = wanted or os.environ.get("SUDO_USER") or _owner(data)
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise CannotInstall(f"This machine knows no user {name!r}. `adduser {name}` makes one.") from None
    if found.pw_uid == 0:
        raise CannotInstall(
            "The server should not run as root. Say who runs it, for example --user anhnh\n"
            "(`adduser --disabled-password anhnh` makes that user)."
        )
    return found


def _owner(path: Path) -> str:
    path = path.absolute()
    while not path.exists():
        path = path.parent
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


# -- the commands -------------------------------------------------------------------------------------------


@click.command("install-service")
@click.option("--user", metavar="NAME", help="Who runs the server; by default who calls sudo, or owns the folder.")
@click.option("--print", "only_print", is_flag=True, help="Only show what would be written.")
def install_service(user: str | None, only_print: bool) -> None:
    """Start the server now and with the machine (systemd; needs root, so write `sudo` before it).

    The service gets the settings of this shell: to change one, give it and run this command again. It may
    write nothing but the data folder, and starts again when it stops by itself.
    """
    settings = Settings.from_environment()
    who = user_for(user, settings.data)
    text = unit(settings, who.pw_name, given(settings), starter())
    if only_print:
        click.echo(text, nl=False)
        return
    _need_systemd("install-service")
    _give_folder(settings, who)
    UNIT.write_text(text, encoding="utf-8")
    UNIT.chmod(0o644)
    for words in (["daemon-reload"], ["enable", UNIT.name], ["restart", UNIT.name]):
        _systemctl(*words)
    click.echo(f"The server runs as {who.pw_name}, now and each time that this machine starts.")
    for address in lan.addresses(_as_served(settings)):
        click.echo(f"  {address}")
    click.echo("`anhnh addresses` says more. `systemctl status anhnh` says how it goes.")


@click.command("remove-service")
def remove_service() -> None:
    """Stop the server and start it no more with the machine. The data stay as they are."""
    if not UNIT.exists():
        raise CannotInstall("The server does not start with this machine: there is nothing to remove.")
    _need_systemd("remove-service")
    _systemctl("disable", "--now", UNIT.name)
    UNIT.unlink()
    _systemctl("daemon-reload")
    click.echo("The server is stopped and starts no more with the machine. Its data are as they were.")


def _as_served(settings: Settings) -> Settings:
    return Settings.from_environment({**os.environ, **given(settings)})


def _need_systemd(command: str) -> None:
    if not Path("/run/systemd/system").is_dir() or not shutil.which("systemctl"):
        raise CannotInstall(
            "This machine is not run by systemd, so nothing was changed. Have it run this at its start, by\n"
            f"whatever starts its programs:  {' '.join(starter())}"
        )
    if os.geteuid() != 0:
        raise CannotInstall(
            "Only root may do this, so nothing was changed. Write `sudo` before the command, or, if this\n"
            f"machine has no sudo:  su -c '... {command}'"
        )


def _give_folder(settings: Settings, who: pwd.struct_passwd) -> None:
    """The data folder is there and its owner's; what is secret among the settings lies in it."""
    data = settings.data
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(data.iterdir()) and not (data / SECRETS).exists():
        raise CannotInstall(f"{data} holds something else than a server's data. Choose a folder with ANHNH_DATA.")
    if settings.database_url:
        path = data / ENVIRONMENT
        path.touch(mode=0o600)
        path.write_text(f"ANHNH_DATABASE_URL={_in_file(settings.database_url)}\n", encoding="utf-8")
    for path in (data, *data.rglob("*")):
        if path.lstat().st_uid != who.pw_uid:
            os.lchown(path, who.pw_uid, who.pw_gid)


def _in_file(text: str) -> str:
    """A value as systemd.exec(5) reads it back from a file."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`") + '"'


def _systemctl(*words: str) -> None:
    done = subprocess.run(["systemctl", *words], capture_output=True, text=True)  # noqa: S603, S607
    if done.returncode:
        raise CannotInstall(f"`systemctl {' '.join(words)}` refused:\n{done.stderr.strip()}")


commands = [install_service, remove_service]
