"""`anhnh install-service`: the unit says what is meant, whatever the folder is called, as systemd itself reads it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anhnh_lms.cli import service
from anhnh_lms.config import Settings

from .served import ROOT, served

STRANGE = (
    "/srv/plain",
    "/srv/with spaces  twice/ and before",
    "/srv/خادم التكوين du prison/été",
    "/home/amina/serveur d'Amina",
    '/srv/a "quoted" name',
    "/srv/100% $HOME ${HOME} %h %% $$",
    "/srv/back\\slash\\n\\x41/and ; # more",
    "/srv/-leading/+plus/=is/a=b",
    "/srv/كل شيء 'معا' \"هنا\" 50% \\ $x",
)
letters = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)


def read_back(line: str) -> list[str]:
    """The words of a line of a unit, as systemd.syntax(7) tells: quotes, backslashes, specifiers."""
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    return [re.sub(r"\\(.)", r"\1", quoted or plain).replace("%%", "%") for quoted, plain in words]


def value(text: str, name: str) -> list[list[str]]:
    return [read_back(line.partition("=")[2]) for line in text.splitlines() if line.startswith(f"{name}=")]


def unit(folder: str, **more: Any) -> str:
    settings = Settings(data=Path(folder) / "data", **more)
    environment = {"ANHNH_DATA": str(settings.data), "HOST": "0.0.0.0"}
    return service.unit(settings, "anhnh", environment, ["/bin/sh", f"{folder}/anhnh", "serve"])


@given(letters)
def test_quoted_when_read_back_then_it_is_the_same(text: str) -> None:
    assert read_back(service.quoted(text)) == [text]


@pytest.mark.parametrize("letter", ["\n", "\0", "\x1b", "\x7f"])
def test_quoted_when_a_control_character_stands_in_it_then_it_is_refused(letter: str) -> None:
    with pytest.raises(service.CannotInstall, match="control character"):
        service.quoted(f"/srv/{letter}Restart=no")


@pytest.mark.parametrize("folder", STRANGE)
def test_unit_when_the_folder_has_a_strange_name_then_it_says_that_name(folder: str) -> None:
    text = unit(folder)
    assert value(text, "ReadWritePaths") == [[f"{folder}/data"]]
    assert value(text, "Environment") == [[f"ANHNH_DATA={folder}/data"], ["HOST=0.0.0.0"]]
    assert value(text, "ExecStart")[0][-3:] == ["/bin/sh", f"{folder}/anhnh", "serve"]


@pytest.mark.systemd
@pytest.mark.parametrize("folder", STRANGE)
def test_unit_when_systemd_reads_it_then_it_finds_no_fault_and_starts_what_is_meant(
    folder: str, tmp_path: Path
) -> None:
    said = _verified(unit(folder), tmp_path)
    assert not re.search(r"anhnh\.service:\d+:", said), said
    environment = re.findall(r"^\s*Environment: (.*)$", said, re.MULTILINE)
    assert environment[0] == f"ANHNH_DATA={folder}/data"
    command = re.search(r"^\s*Command Line: (.*)$", said, re.MULTILINE)
    assert command
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', command[1])
    told = [re.sub(r"\\(.)", r"\1", quoted or plain) for quoted, plain in words]
    assert told == ["/bin/sh", "-c", service.PASSING, "/bin/sh", f"{folder}/anhnh", "serve"]


@pytest.mark.systemd
def test_systemd_when_a_unit_is_wrong_then_the_test_would_hear_of_it(tmp_path: Path) -> None:
    broken = unit("/srv/x").replace('ReadWritePaths="/srv', 'ReadWritePaths="srv').replace("Type=exec", "Type=no")
    assert len(re.findall(r"anhnh\.service:\d+:", _verified(broken, tmp_path))) >= 2


def _verified(text: str, folder: Path) -> str:
    path = folder / "anhnh.service"
    path.write_text(text.replace("User=anhnh", "User=daemon"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "debug", "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_unit_when_read_then_the_server_starts_again_and_may_write_only_its_data() -> None:
    lines = unit("/srv/x").splitlines()
    for wanted in ("Restart=always", "NoNewPrivileges=yes", "PrivateTmp=yes", "ProtectSystem=strict", "User=anhnh",
                   "CapabilityBoundingSet=", "StartLimitIntervalSec=0", "WantedBy=multi-user.target"):  # fmt: skip
        assert wanted in lines
    assert [line for line in lines if line.startswith("ReadWritePaths")] == ['ReadWritePaths="/srv/x/data"']


def test_unit_when_the_port_is_one_of_the_first_then_it_may_be_taken_and_nothing_else() -> None:
    lines = unit("/srv/x", port=443).splitlines()
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE" in lines
    assert "CapabilityBoundingSet=CAP_NET_BIND_SERVICE" in lines


def test_unit_when_the_folder_is_temporary_then_the_service_sees_it() -> None:
    text = unit("/tmp/x/خادم")
    assert "PrivateTmp" not in text
    assert value(text, "ReadWritePaths") == [["/tmp/x/خادم/data"], ["/tmp", "/var/tmp"]]


# -- what it is given ---------------------------------------------------------------------------------------


def _given(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> dict[str, str]:
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    return service.given(Settings.from_environment())


def test_given_when_nothing_was_said_then_the_whole_network_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _given(monkeypatch, {})
    assert found == {"ANHNH_DATA": str(Path(".data").absolute()), "HOST": "0.0.0.0"}


def test_given_when_settings_were_said_then_each_goes_along_with_paths_from_the_root_and_no_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = {"ANHNH_DATA": "d", "ANHNH_COURSES": "c", "HOST": "10.0.0.4", "PORT": "443", "ANHNH_TLS": "1",
            "ANHNH_DATABASE_URL": "postgresql+psycopg://u:hidden@h/db"}  # fmt: skip
    found = _given(monkeypatch, said)
    here = Path.cwd()
    assert found == {"ANHNH_DATA": f"{here}/d", "ANHNH_COURSES": f"{here}/c", "HOST": "10.0.0.4", "PORT": "443",
                     "ANHNH_TLS": "yes"}  # fmt: skip
    settings = Settings.from_environment()
    assert "hidden" not in service.unit(settings, "anhnh", found, ["/bin/sh"])
    assert Settings.from_environment(found).tls


@given(letters)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_file_when_the_password_has_any_letters_then_no_line_and_no_quote_is_broken(text: str) -> None:
    line = service._in_file(text)
    assert re.sub(r"\\(.)", r"\1", line[1:-1]) == text
    assert not re.search(r'(?<!\\)(?:\\\\)*["$`]', line[1:-1])


def test_start_when_the_program_was_installed_then_the_launcher_which_outlives_an_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = tmp_path / "versions" / "1.0"
    version.mkdir(parents=True)
    (tmp_path / "current").symlink_to("versions/1.0")
    monkeypatch.setattr(service, "ROOT", tmp_path / "current")
    assert service.starter()[1] == str(tmp_path / "current" / "start.py")
    (tmp_path / "anhnh").touch()
    assert service.starter() == ["/bin/sh", str(tmp_path / "anhnh"), "serve"]


def test_start_when_it_is_run_from_elsewhere_then_it_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.cli.served.ROOT", tmp_path)
    command = ["/bin/sh", "-c", service.PASSING, *service.starter()]
    with served(tmp_path / "data", command) as running:
        assert running.get("/health") == (200, "ok\n")
        assert running.stop() == 0  # the shell became the server: what stops it reaches it


# -- who, and what stands in the way --------------------------------------------------------------------------


@pytest.fixture
def people_here(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"amina": 1000, "anhnh": 998, "root": 0}

    def by_name(name: str) -> Any:
        return SimpleNamespace(pw_name=name, pw_uid=known[name], pw_gid=known[name])

    monkeypatch.setattr(pwd, "getpwnam", by_name)
    monkeypatch.delenv("SUDO_USER", raising=False)


@pytest.mark.usefixtures("people_here")
def test_user_when_named_or_called_by_sudo_or_owner_then_in_that_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "not" / "there"
    monkeypatch.setattr(service, "_owner", lambda path: "anhnh")
    assert service.user_for(None, data).pw_name == "anhnh"
    monkeypatch.setenv("SUDO_USER", "amina")
    assert service.user_for(None, data).pw_name == "amina"
    assert service.user_for("anhnh", data).pw_name == "anhnh"
    with pytest.raises(service.CannotInstall, match="adduser nobody-here"):
        service.user_for("nobody-here", data)
    with pytest.raises(service.CannotInstall, match="should not run as root"):
        service.user_for("root", data)


def test_owner_when_the_folder_is_not_there_yet_then_the_nearest_ones(tmp_path: Path) -> None:
    assert service._owner(tmp_path / "not" / "there") == pwd.getpwuid(tmp_path.stat().st_uid).pw_name


def _install(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(service.install_service, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.usefixtures("people_here")
def test_install_when_only_printed_then_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHNH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(service, "UNIT", tmp_path / "anhnh.service")
    code, text = _install("--user", "anhnh", "--print")
    assert (code, "User=anhnh" in text) == (0, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("people_here")
def test_install_when_there_is_no_systemd_or_no_root_then_it_says_what_to_do_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANHNH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(service, "UNIT", tmp_path / "anhnh.service")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, text = _install("--user", "anhnh")
    assert (code, "not run by systemd" in text, "serve" in text) == (1, True, True)
    monkeypatch.setattr(service.Path, "is_dir", lambda path: True)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    code, text = _install("--user", "anhnh")
    assert (code, "sudo" in text) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, people_here: None) -> list[str]:
    """What systemctl was asked, on a machine that has it."""
    found: list[str] = []
    owners: dict[str, int] = {}
    monkeypatch.setattr(service, "UNIT", tmp_path / "anhnh.service")
    monkeypatch.setattr(service, "_need_systemd", lambda command: None)
    monkeypatch.setattr(service, "_systemctl", lambda *words: found.append(" ".join(words)))
    monkeypatch.setattr(os, "lchown", lambda path, uid, gid: owners.update({str(path): uid}))
    monkeypatch.setenv("ANHNH_DATA", str(tmp_path / "data"))
    return found


def test_install_when_systemd_is_there_then_the_service_is_enabled_and_started_and_can_be_removed(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anhnh_lms.web.lan._interfaces", lambda: ["192.168.7.9"])
    code, text = _install("--user", "anhnh")
    assert (code, "http://192.168.7.9:8000" in text) == (0, True)
    assert asked == ["daemon-reload", "enable anhnh.service", "restart anhnh.service"]
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert "User=anhnh" in (tmp_path / "anhnh.service").read_text()
    asked.clear()
    assert CliRunner().invoke(service.remove_service).exit_code == 0
    assert asked == ["disable --now anhnh.service", "daemon-reload"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
    assert "nothing to remove" in CliRunner().invoke(service.remove_service).output


def test_install_when_the_folder_is_not_a_servers_then_nothing_of_it_changes_hands(
    asked: list[str], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letters.txt").touch()
    code, text = _install("--user", "anhnh")
    assert (code, "something else" in text, asked) == (1, True, [])


def test_install_when_the_database_has_a_password_then_only_the_servers_user_can_read_it(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANHNH_DATABASE_URL", "postgresql+psycopg://u:hid$den@h/db")
    assert _install("--user", "anhnh")[0] == 0
    assert "hid" not in (tmp_path / "anhnh.service").read_text()
    kept = tmp_path / "data" / service.ENVIRONMENT
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text() == 'ANHNH_DATABASE_URL="postgresql+psycopg://u:hid\\$den@h/db"\n'


def test_root_when_looked_for_then_it_is_the_programs() -> None:
    assert (service.ROOT / "start.py").exists()
    assert service.ROOT == ROOT
