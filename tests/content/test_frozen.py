"""What was read of a course, as bytes and back: equal, whole, and never anything but a course."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import zlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.content import frozen
from anhnh_lms.content.course import Course
from anhnh_lms.content.files import course_folders, load_folder
from anhnh_lms.content.frozen import NotFrozen, freeze, made_by, thaw
from anhnh_lms.content.reader import read_course

ROOT = Path(__file__).parents[2]
FOLDERS = [*course_folders(ROOT / "courses"), ROOT / "tests" / "fixtures" / "course"]


def read(folder: Path) -> Course:
    course = read_course(load_folder(folder), "/files/").course
    assert course is not None
    return course


SMALL = freeze(read(FOLDERS[-1]))


def sealed(data: bytes) -> bytes:
    """What a stranger can make as well: the digest holds no secret."""
    return hashlib.sha256(data).digest() + data


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_thaw_when_a_course_was_frozen_then_it_is_equal(folder: Path) -> None:
    course = read(folder)
    assert thaw(freeze(course)) == course


@given(at=st.integers(0, len(SMALL) - 1), bit=st.integers(0, 7))
def test_thaw_when_one_bit_changed_then_it_is_refused(at: int, bit: int) -> None:
    changed = bytearray(SMALL)
    changed[at] ^= 1 << bit
    with pytest.raises(NotFrozen):
        thaw(bytes(changed))


@given(st.integers(0, len(SMALL) - 1))
def test_thaw_when_the_end_is_missing_then_it_is_refused(length: int) -> None:
    with pytest.raises(NotFrozen):
        thaw(SMALL[:length])


class _Touch:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


class _Compile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1",)


@pytest.mark.parametrize("level", [0, 2, 4, 5])
def test_thaw_when_a_stranger_made_it_then_nothing_of_it_runs(tmp_path: Path, level: int) -> None:
    made = tmp_path / "made"
    with pytest.raises(NotFrozen):
        thaw(sealed(zlib.compress(pickle.dumps(_Touch(str(made)), protocol=level))))
    assert not made.exists()
    with pytest.raises(NotFrozen):
        thaw(sealed(zlib.compress(pickle.dumps(_Compile(), protocol=level))))


@pytest.mark.parametrize(
    "name", ["anhnh_lms.content.files\nload_folder", "anhnh_lms.content.course\n__builtins__", "os\nmkdir"]
)
def test_thaw_when_it_asks_for_what_is_no_class_of_a_course_then_it_is_refused(name: str) -> None:
    asks = f"c{name}\n(S'/'\ntR.".encode()
    with pytest.raises(NotFrozen):
        thaw(sealed(zlib.compress(asks)))


def building(module: str, name: str, attribute: str, slots: bool) -> bytes:
    """Pickle's BUILD, by hand: set `attribute` of that class to another class, by its dictionary or as a slot."""
    state = b"N" if slots else b""
    value = b"}X" + len(attribute).to_bytes(4, "little") + attribute.encode() + b"canhnh_lms.content.question\nProse\ns"
    return b"\x80\x02" + f"c{module}\n{name}\n".encode() + state + value + (b"\x86" if slots else b"") + b"b."


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize("name", sorted(frozen._CLASSES))
def test_thaw_when_it_would_change_a_class_then_the_class_stays_as_it_was(name: str, slots: bool) -> None:
    made = frozen._CLASSES[name]
    module = "fractions" if made is Fraction else "anhnh_lms.content.question"
    before = dict(vars(made))
    for attribute in ("__ge__", "__eq__", "html", "surprise"):
        with pytest.raises(NotFrozen):
            thaw(sealed(zlib.compress(building(module, name, attribute, slots))))
        assert dict(vars(made)) == before


def test_thaw_when_it_holds_something_else_then_it_is_refused() -> None:
    with pytest.raises(NotFrozen):
        thaw(sealed(zlib.compress(pickle.dumps(["no course"]))))


@pytest.mark.parametrize("library", ["bleach", "markdown", "nh3", "PyYAML"])
def test_made_by_when_a_library_is_replaced_then_the_name_is_another(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, really = made_by(), frozen.version
    monkeypatch.setattr(frozen, "version", lambda name: "99.0" if name == library else really(name))
    assert made_by.__wrapped__() != before


def test_made_by_when_one_line_of_the_reader_changes_then_the_name_is_another(tmp_path: Path) -> None:
    source = shutil.copytree(Path(frozen.__file__).parent, tmp_path / "content")
    assert made_by.__wrapped__(source) == made_by()
    with (source / "checks" / "text.py").open("a") as file:
        file.write("# another word\n")
    assert made_by.__wrapped__(source) != made_by()
