"""Who may set an empty server up: whoever can read the one-time code on its console."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import waits
from .founding import CODE_FILE, code_fits

NAME = "setup"  # under which wrong codes are counted, beside the keyed hashes of staff numbers
FREE_TRIES = 5  # on one PC
FREE_TRIES_EVERYWHERE = 15


class WrongCode(Exception):
    """Not the code on the console."""


class CodeMustWait(Exception):
    """Too many wrong codes: the next try must wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def check_code(folder: Path, typed: str, pc: str) -> None:
    """Go on only with the code of the console. Raises WrongCode, and CodeMustWait also for a right code
    while a wait runs, so that waiting tells nothing."""
    if seconds := waits.seconds_to_wait(NAME, "", pc):
        raise CodeMustWait(seconds)
    if not code_fits(folder, typed):
        waits.count_wrong(NAME, pc, FREE_TRIES)
        waits.count_wrong(NAME, "", FREE_TRIES_EVERYWHERE)
        raise WrongCode


def use_up(folder: Path) -> None:
    """The code served its purpose."""
    (folder / CODE_FILE).unlink(missing_ok=True)


def public_key(seed: bytes) -> str:
    """The public half of the server's Ed25519 key (RFC 8032), 64 hex digits, as `server.founded` says it."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()
