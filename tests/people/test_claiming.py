"""The one-time code: only whoever reads the console sets the server up."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import Flask

from anhnh_lms.people import claiming
from anhnh_lms.people.founding import setup_code


def test_check_code_when_it_is_right_then_it_passes_however_it_is_typed(app_context: Flask, tmp_path: Path) -> None:
    code = setup_code(tmp_path)
    for typed in (code, f" {code.upper()} ", code.replace("-", " ")):
        claiming.check_code(tmp_path, typed, "pc")


def test_check_code_when_it_is_wrong_too_often_then_even_the_right_one_waits(
    app_context: Flask, tmp_path: Path
) -> None:
    code = setup_code(tmp_path)
    for _ in range(claiming.FREE_TRIES):
        with pytest.raises(claiming.WrongCode):
            claiming.check_code(tmp_path, "0000-0000", "pc")
    with pytest.raises(claiming.CodeMustWait) as wait:
        claiming.check_code(tmp_path, code, "pc")
    assert wait.value.seconds > 0
    claiming.check_code(tmp_path, code, "another pc")


def test_check_code_when_tried_from_many_pcs_then_all_must_wait(app_context: Flask, tmp_path: Path) -> None:
    code = setup_code(tmp_path)
    for n in range(claiming.FREE_TRIES_EVERYWHERE):
        with pytest.raises(claiming.WrongCode):
            claiming.check_code(tmp_path, "0000-0000", f"pc {n}")
    with pytest.raises(claiming.CodeMustWait):
        claiming.check_code(tmp_path, code, "a fresh pc")


@pytest.mark.parametrize("typed", ["", " ", "-", "é" * 9])
def test_check_code_when_nothing_sensible_is_typed_then_it_is_wrong(
    app_context: Flask, tmp_path: Path, typed: str
) -> None:
    with pytest.raises(claiming.WrongCode):
        claiming.check_code(tmp_path, typed, "pc")


def test_use_up_when_done_then_the_file_is_gone_and_twice_is_fine(tmp_path: Path) -> None:
    setup_code(tmp_path)
    claiming.use_up(tmp_path)
    claiming.use_up(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_public_key_when_the_server_signs_then_it_verifies() -> None:
    seed = bytes(range(32))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(claiming.public_key(seed)))
    key.verify(Ed25519PrivateKey.from_private_bytes(seed).sign(b"text"), b"text")
