"""Make the console script `anhnh` and let .venv find the package in this checkout.

What `pip install --editable .` does, without a build backend: a fresh Debian's virtual environment has
none that can, and a server without internet cannot fetch one. Run by .venv's own Python.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """#!{python}
import sys
from {module} import {function}
sys.exit({function}())
"""


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site, scripts = Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("scripts"))
    if sys.prefix == sys.base_prefix:
        sys.exit("Run this with the Python of .venv.")
    folder = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    for old in site.glob(f"{project['name'].replace('-', '_')}-*.dist-info"):
        _remove(old)
    for old in site.glob("__editable__*anhnh*"):
        old.unlink()
    files = {
        # Relative, so that the folder may be carried elsewhere and be called anything in any alphabet.
        site / "anhnh.pth": f"{os.path.relpath(ROOT, site)}\n",
        folder / "METADATA": f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n",
        folder / "INSTALLER": "scripts/link.py\n",
    }
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        files[scripts / name] = SCRIPT.format(python=sys.executable, module=module, function=function)
    folder.mkdir()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    for name in project["scripts"]:
        (scripts / name).chmod(0o755)


def _remove(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir()
    folder.rmdir()


if __name__ == "__main__":
    main()
