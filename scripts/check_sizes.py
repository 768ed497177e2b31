"""No Python file over 400 lines, no function over 40 (its docstring not counted): what grows has two jobs."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("anhnh_lms", "tests", "scripts", "benchmarks")
FILE, FUNCTION = 400, 40
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files() -> Iterator[Path]:
    """Every Python file of the repository but migrations, which are written once and never read again."""
    yield ROOT / "app.py"
    for folder in FOLDERS:
        yield from (p for p in sorted((ROOT / folder).rglob("*.py")) if "versions" not in p.parts)


def too_long(path: Path) -> Iterator[str]:
    """What is too long in that file, as `file:line: message`."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    if (lines := text.count("\n")) > FILE:
        yield f"{name}:1: {lines} lines, at most {FILE}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function) and (lines := _lines(node)) > FUNCTION:
            yield f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION}"


def _lines(function: Function) -> int:
    first = function.body[0]
    doc = ast.get_docstring(function, clean=False)
    told = (first.end_lineno or 0) - first.lineno + 1 if doc is not None else 0
    return (function.end_lineno or 0) - function.lineno + 1 - told


def main() -> None:
    found = [line for path in python_files() for line in too_long(path)]
    print("\n".join(found) or "No file and no function is too long.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
