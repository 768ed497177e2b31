"""The lock files name versions and hashes, and no address to fetch them from."""

from __future__ import annotations

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
PINNED = re.compile(r"^[a-z0-9._-]+(\[[a-z,]+\])?==[^ ]+( ; .+)? \\$", re.IGNORECASE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def strange_lines(text: str) -> list[str]:
    """The lines of a lock file that are neither a pinned version nor a hash of it."""
    return [line for line in text.splitlines() if line and not PINNED.match(line) and not HASH.match(line)]


def main() -> None:
    texts = {path.name: path.read_text(encoding="ascii") for path in sorted(FOLDER.glob("*.txt"))}
    found = [f"{name}: {line}" for name, text in texts.items() for line in strange_lines(text)]
    print("\n".join(found) or "The lock files hold versions and hashes, and no address.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
