"""Drawing in a process of its own: typst keeps some 90 MB once it has drawn a page, which a server on an
old PC cannot spare, and whatever a name may do to a typesetter stays outside the server."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import asdict, fields
from typing import Any

from .draw import CertificateFacts, draw

LONGEST = 30  # seconds
DATES = ("issued_on", "valid_until")
ENTRY = "from anhnh_lms.certificates.press import main; main()"


class NotDrawn(RuntimeError):
    """The paper could not be drawn; the text says why, for whoever looks after the server."""


def print_apart(facts: CertificateFacts) -> bytes:
    """`draw(facts)` in a short-lived process. Raises NotDrawn."""
    try:
        done = subprocess.run(  # noqa: S603  (this interpreter, a constant program, data on its input)
            [sys.executable, "-c", ENTRY],
            input=packed(facts).encode("utf-8"), capture_output=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotDrawn(str(error)) from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise NotDrawn(done.stderr.decode("utf-8", "replace")[-500:])
    return done.stdout


def packed(facts: CertificateFacts) -> str:
    """The facts as JSON."""
    values = asdict(facts)
    return json.dumps({k: str(v) if k in DATES and v else v for k, v in values.items()})


def unpacked(text: str) -> CertificateFacts:
    """What `packed` packed."""
    values: dict[str, Any] = json.loads(text)
    for name in DATES:
        values[name] = dt.date.fromisoformat(values[name]) if values[name] else None
    values["languages"] = tuple(values["languages"])
    return CertificateFacts(**{f.name: values[f.name] for f in fields(CertificateFacts)})


def main() -> None:
    """Facts on standard input, the PDF on standard output."""
    sys.stdout.buffer.write(draw(unpacked(sys.stdin.read())))
