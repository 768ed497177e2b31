"""`python scripts/bundle.py`: one file that installs the server on a PC without a network.

A shell script with an archive behind it, because a file that is run with `sh` needs no right to be run,
also not on a stick, and one command is all that somebody has to write. It holds the program as it was last
committed, all packages of requirements/base.txt for each Python that is served, and pip to install them.
The same commit and the same packages give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = "scripts/installer"
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = 36  # of Debian 12: 2.36
PROGRAM = (
    "anhnh_lms", "templates", "translations", "courses", "docs", "LICENSE", "README.md", "CHANGELOG.md",
    "app.py", "start.py", "gunicorn.conf.py", "pyproject.toml", "requirements/base.txt", "scripts/link.py",
)  # fmt: skip
INSTALLER = ("install.sh", "anhnh", "settings")  # beside the program
LOCKS = {"wheels": "base", "pip": "bundle"}
LARGER = 4  # times the file's size: what the disk needs while it is installed


class CannotBundle(RuntimeError):
    """What stands in the way."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--python", action="append", metavar="3.x", help=f"only this one of {', '.join(PYTHONS)}")
    asked.add_argument("--to", type=Path, default=ROOT / "dist", metavar="FOLDER", help="default: dist")
    wanted = asked.parse_args()
    try:
        if _git("status", "--porcelain", "--untracked-files=no").strip():
            print("What is not committed is not in the bundle.", file=sys.stderr)
        packages = {name: downloaded(name, wanted.python or PYTHONS) for name in LOCKS}
        version, program = committed()
        path = written(wanted.to, version, {**program, **packages_in(packages)})
    except CannotBundle as error:
        sys.exit(f"bundle: {error}")
    print(f"{path} ({path.stat().st_size // 2**20} MB). On the other PC:  sh {path.name}")


# -- what is in it --------------------------------------------------------------------------------------------


def committed() -> tuple[str, dict[str, bytes]]:
    """(version, path in the archive -> content) of the last commit."""
    packed = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD", *PROGRAM, HERE], cwd=ROOT, capture_output=True, check=False
    )
    if packed.returncode:
        raise CannotBundle(packed.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        files = {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}  # type: ignore[union-attr]
    return named(files, _git("rev-parse", "--short=7", "HEAD").strip())


def as_it_lies() -> tuple[str, dict[str, bytes]]:
    """The same of the files as they are on the disk, whether committed or not: for the tests."""
    paths = _git("ls-files", "--cached", "--others", "--exclude-standard", *PROGRAM, HERE).splitlines()
    return named({path: (ROOT / path).read_bytes() for path in paths if (ROOT / path).is_file()}, "test")


def named(files: Mapping[str, bytes], commit: str) -> tuple[str, dict[str, bytes]]:
    """The files of the repository under their names in the archive."""
    project = tomllib.loads(files["pyproject.toml"].decode())["project"]
    version = f"{project['version']}-{commit}"
    found = {f"program/{path}": text for path, text in files.items() if not path.startswith(HERE)}
    found |= {name: files[f"{HERE}/{name}"] for name in INSTALLER}
    return version, {**found, "head.sh": files[f"{HERE}/head.sh"], "VERSION": f"{version}\n".encode()}


def packages_in(folders: Mapping[str, Path]) -> dict[str, bytes]:
    """The wheels under their names in the archive."""
    return {
        f"{name}/{path.name}": path.read_bytes() for name, folder in folders.items() for path in folder.glob("*.whl")
    }


def downloaded(name: str, pythons: Iterable[str], cache: Path = ROOT / "build" / "wheels") -> Path:
    """The folder with the wheels of a lock for these Pythons; fetched once, each checked against its hash."""
    lock = ROOT / "requirements" / f"{LOCKS[name]}.txt"
    pythons = sorted(pythons)
    folder = cache / f"{name}-{'-'.join(pythons)}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    for python in pythons:
        if not (folder / f".{python}").exists():
            _download(lock, python, folder)
            (folder / f".{python}").touch()
    return folder


def _download(lock: Path, python: str, folder: Path) -> None:
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(5, GLIBC + 1)]
    words = [
        "--python-version", python, "--implementation", "cp", "--only-binary", ":all:", "--require-hashes",
        *(word for name in (*platforms, "manylinux2014_x86_64") for word in ("--platform", name)),
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-input", "--disable-pip-version-check"]
    done = subprocess.run([*command, *words, "-r", str(lock), "-d", str(folder)], capture_output=True, text=True)
    if done.returncode:
        raise CannotBundle(f"the packages for Python {python} cannot be fetched:\n{done.stderr[-2000:]}")


# -- the file -------------------------------------------------------------------------------------------------


def written(folder: Path, version: str, files: Mapping[str, bytes]) -> Path:
    """Write the bundle of these files; `head.sh` comes before the archive, not into it."""
    path = folder / f"anhnh-{version}-linux-x86_64.sh"
    packed = archive({name: text for name, text in files.items() if name != "head.sh"})
    kilobytes = LARGER * len(packed) // 1024 + 1
    values = {
        "NAME": path.name, "SIZE": str(len(packed)), "SUM": hashlib.sha256(packed).hexdigest(),
        "KILOBYTES": str(kilobytes), "MEGABYTES": str(kilobytes // 1024 + 1),
    }  # fmt: skip
    head = files["head.sh"].decode()
    for name, value in values.items():
        head = head.replace(f"@{name}@", value)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + packed)
    return path


def archive(files: Mapping[str, bytes]) -> bytes:
    """A compressed archive that depends on nothing but the files."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for name, text in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text), 0o644
            tar.addfile(member, io.BytesIO(text))
    return buffer.getvalue()


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotBundle(f"the program is taken from git, which refuses: {error}") from None
    return done.stdout


if __name__ == "__main__":
    main()
