"""The bundle: it installs without a network, wherever and however the folder is called, or changes nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from scripts import bundle

from ..cli.served import served
from ..support import LEFT_OUT

FOLDER = "خادم التكوين du prison d'Amina"
NETLESS = {  # where the kernel cannot cut the network off, nothing is reached through a proxy that is not there
    "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "PIP_INDEX_URL": "http://127.0.0.1:9",
}  # fmt: skip
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"


def _run(file: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`sh FILE WORDS` with nothing of the developer's shell, and no network."""
    cut = ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*cut, "true"], capture_output=True).returncode:
        cut = []
    given = {"PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin", "HOME": str(file.parent), **NETLESS}
    return subprocess.run(
        [*cut, "sh", str(file), *words], cwd=file.parent, env={**given, "LANG": "C.UTF-8", **environment},
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip


@pytest.fixture(scope="module")
def program() -> Mapping[str, bytes]:
    """What a bundle holds besides packages, as it lies on the disk."""
    try:
        return bundle.as_it_lies()[1]
    except bundle.CannotBundle:
        pytest.skip(f"{LEFT_OUT}bundle, without the repository's history")


@pytest.fixture
def small(program: Mapping[str, bytes], tmp_path: Path) -> Path:
    """A bundle without packages, which therefore can install nothing."""
    return bundle.written(tmp_path / "clé usb", "1", program)


@pytest.mark.bundle
def test_bundle_when_run_without_a_network_then_it_serves_is_carried_elsewhere_and_is_upgraded(
    program: Mapping[str, bytes], tmp_path: Path
) -> None:
    try:
        folders = {name: bundle.downloaded(name, [THIS]) for name in bundle.LOCKS}
    except bundle.CannotBundle as error:
        pytest.skip(f"{LEFT_OUT}bundle, without the packages: {str(error)[:80]}")
    packages = bundle.packages_in(folders)
    stick, home = tmp_path / "clé usb", tmp_path / FOLDER
    first = bundle.written(stick, "1", {**program, **packages, "VERSION": b"1\n"})
    done = _run(first, f"{home}/", PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr + (home / "install.log").read_text()
    for told in ("C’est installé", "./anhnh install-service", "العربية", "English"):
        assert told in done.stderr
    assert sorted(p.name for p in home.iterdir()) == ["anhnh", "current", "install.log", "settings", "versions"]
    _serves(home)

    carried = home.rename(tmp_path / "ailleurs 100% $HOME")
    _serves(carried)

    (carried / "settings").write_text("ANHNH_LANGUAGE=ar\n")
    nothing = {"program/requirements/base.txt": b"", "program/start.py": b"", "VERSION": b"2\n"}  # quicker
    second = bundle.written(stick, "2", {**program, **packages, **nothing})
    done = _run(second, str(carried), PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    assert "./anhnh upgrade" in done.stderr
    assert os.readlink(carried / "current") == "versions/2"
    assert sorted(p.name for p in (carried / "versions").iterdir()) == ["1", "2"]
    assert (carried / "settings").read_text() == "ANHNH_LANGUAGE=ar\n"
    assert (carried / "data" / "anhnh.sqlite3").exists()


def _serves(home: Path) -> None:
    command = ["/bin/sh", str(home / "anhnh"), "serve"]
    with served(home / "data", command, ANHNH_SETTINGS=str(home / "settings")) as running:
        assert running.get("/health") == (200, "ok\n")
        assert running.get("/")[0] == 200
        assert running.stop() == 0
    assert "Traceback" not in running.said


# -- when it cannot be installed, nothing changes ---------------------------------------------------------------


@pytest.mark.parametrize("harm", ["cut short", "one bit"])
def test_bundle_when_the_copy_is_damaged_then_it_says_so_and_installs_nothing(
    small: Path, tmp_path: Path, harm: str
) -> None:
    text = bytearray(small.read_bytes())
    if harm == "one bit":
        text[-100] ^= 1
    else:
        del text[-100:]
    small.write_bytes(text)
    done = _run(small, str(tmp_path / FOLDER))
    assert done.returncode == 1
    for told in ("Le fichier est abîmé", "الملف تالف", "The file is damaged"):
        assert told in done.stderr
    assert not (tmp_path / FOLDER).exists()


def test_bundle_when_the_python_is_too_old_then_it_says_which_is_wanted(small: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "cat", "uname", "sed", "tail", "sha256sum", "cut", "id", "mkdir", "df", "awk", "rm",
                 "tar", "gzip"):  # fmt: skip
        (tools / name).symlink_to(shutil.which(name) or "")
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    given = {"PATH": str(tools), "HOME": str(tmp_path)}
    done = subprocess.run([tools / "sh", small, tmp_path / FOLDER], env=given, capture_output=True, text=True)
    assert (done.returncode, "Python 3.11, 3.12 or 3.13 is needed" in done.stderr) == (1, True)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_bundle_when_a_package_is_missing_then_the_version_that_runs_stays(small: Path, tmp_path: Path) -> None:
    home = tmp_path / FOLDER
    (home / "versions" / "0").mkdir(parents=True)
    (home / "current").symlink_to("versions/0")
    done = _run(small, str(home), PYTHON=sys.executable)
    assert (done.returncode, "nothing was changed" in done.stderr) == (1, True)
    assert os.readlink(home / "current") == "versions/0"
    assert sorted(p.name for p in home.iterdir()) == ["current", "install.log", "versions"]
    assert [p.name for p in (home / "versions").iterdir()] == ["0"]


def test_bundle_when_the_disk_has_no_room_then_it_says_how_much_is_wanted(
    program: Mapping[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LARGER", 2**40)
    done = _run(bundle.written(tmp_path, "1", program), str(tmp_path / FOLDER))
    assert (done.returncode, bool(re.search(r"\d+ MB must be free", done.stderr))) == (1, True)


def test_bundle_when_the_folder_has_a_colon_then_it_says_so_before_anything(small: Path, tmp_path: Path) -> None:
    done = _run(small, str(tmp_path / "a:b"))
    assert (done.returncode, "Choose another" in done.stderr) == (1, True)
    assert not (tmp_path / "a:b").exists()


def test_bundle_when_asked_for_help_then_it_tells_in_three_languages(small: Path) -> None:
    done = _run(small, "--help")
    assert done.returncode == 0
    for told in (small.name, "Sans DOSSIER", "يثبّت", "Without FOLDER"):
        assert told in done.stdout


# -- what is in it ----------------------------------------------------------------------------------------------


def test_archive_when_made_twice_then_its_bytes_are_the_same_and_nobodys(program: Mapping[str, bytes]) -> None:
    packed = bundle.archive(program)
    assert bundle.archive(dict(reversed(program.items()))) == packed
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        assert {(m.uid, m.gid, m.uname, m.gname, m.mtime, m.mode) for m in tar} == {(0, 0, "", "", 0, 0o644)}


def test_bundle_when_read_then_its_texts_name_no_machine_and_no_index(program: Mapping[str, bytes]) -> None:
    forbidden = (str(bundle.ROOT), str(Path.home()), "index-url", "--find-links=")
    for name, text in program.items():
        if name.endswith((".txt", ".sh", ".toml", ".py", ".md", "anhnh", "settings", ".html")):
            found = [word for word in forbidden if word in text.decode()]
            assert found == [], name


def test_bundle_when_read_then_the_program_and_its_guides_are_whole(program: Mapping[str, bytes]) -> None:
    for name in ("LICENSE", "start.py", "anhnh_lms/cli/server.py", "templates/base.html", "requirements/base.txt",
                 "translations/ar/LC_MESSAGES/messages.po", "docs/fr/keeping-the-server.md",
                 "docs/ar/keeping-the-server.md", "docs/keeping-the-server.md", "scripts/link.py"):  # fmt: skip
        assert f"program/{name}" in program, name
    assert not any(name.startswith("program/tests") for name in program)
    assert any(name.startswith("program/courses/") for name in program)


def test_named_when_the_version_is_told_then_it_names_the_commit(program: Mapping[str, bytes]) -> None:
    assert re.fullmatch(rb"\d+\.\d+\.\d+-test\n", program["VERSION"])
