"""A draft as it stands: read again on saving, never stopped by what a file holds."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from anhnh_lms.studio import preview as studio
from anhnh_lms.studio.preview import Draft, Page, Preview
from tests.learning import school

TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return school.written(tmp_path / "fire-drill")


@pytest.fixture
def preview(folder: Path) -> Preview:
    return Preview(folder, lambda: TODAY)


def page(preview: Preview, name: str, lang: str = "en") -> Page | None:
    return preview.page(preview.now(), lang, name)


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_now_when_a_file_is_saved_then_the_stamp_and_the_page_change(preview: Preview, folder: Path) -> None:
    before = preview.now()
    edit(folder / "02-count.en.md", "How do I count?", "Whom do I count first?")
    after = preview.now()
    assert before.stamp != after.stamp
    found = page(preview, "count")
    assert found is not None
    assert (found.module.title, found.earlier) == ("Whom do I count first?", False)


def test_now_when_a_file_is_touched_only_then_the_stamp_stays(preview: Preview, folder: Path) -> None:
    before = preview.now()
    os.utime(folder / "02-count.en.md", (1, 1))
    assert preview.now().stamp == before.stamp


def test_now_when_nothing_was_saved_then_nothing_is_read_again(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = preview.now()
    monkeypatch.setattr(studio, "load_folder", None)
    assert preview.now() is first


def test_now_when_hidden_and_backup_files_change_then_the_stamp_stays(preview: Preview, folder: Path) -> None:
    before = preview.now()
    (folder / ".02-count.en.md.swp").write_bytes(b"x")
    (folder / "02-count.en.md~").write_bytes(b"x")
    assert preview.now().stamp == before.stamp


@pytest.mark.parametrize("broken", [b"\xff\xfe\x00", b"---\nid: count\ntitle: never closed\n", b"x" * 600_000])
def test_page_when_its_file_cannot_be_read_then_it_is_as_before(preview: Preview, folder: Path, broken: bytes) -> None:
    assert page(preview, "count") is not None
    (folder / "02-count.en.md").write_bytes(broken)
    found = page(preview, "count")
    assert found is not None
    assert found.earlier
    assert found.module.title == "How do I count?"
    assert preview.now().problems_of("02-count.en.md")


def test_page_when_one_question_is_broken_then_the_rest_is_shown_as_it_is_now(preview: Preview, folder: Path) -> None:
    preview.now()
    edit(folder / "01-alarm.en.md", "- (x) I tell the control room", "- (o) I tell the control room")
    edit(folder / "01-alarm.en.md", "Two short pages", "Two brief pages")
    found = page(preview, "alarm")
    assert found is not None
    assert not found.earlier
    assert "Two brief pages" in found.module.intro.plain
    (problem,) = [p for p in preview.now().problems_of("01-alarm.en.md") if p.level == "error"]
    assert problem.line == 67


def test_page_when_the_translation_alone_is_broken_then_the_source_is_not(preview: Preview, folder: Path) -> None:
    preview.now()
    (folder / "01-alarm.ar.md").write_bytes(b"\xff")
    arabic, english = page(preview, "alarm", "ar"), page(preview, "alarm", "en")
    assert arabic is not None
    assert english is not None
    assert (arabic.module.lang, arabic.earlier) == ("ar", True)
    assert not english.earlier


@pytest.mark.parametrize("text", ["", ": : :", "slug: [", "id: 1"])
def test_page_when_course_yml_is_broken_then_every_page_is_as_before(preview: Preview, folder: Path, text: str) -> None:
    preview.now()
    (folder / "course.yml").write_text(text, encoding="utf-8")
    found = page(preview, "alarm")
    assert found is not None
    assert found.module.title == "How do I give the alarm?"
    assert preview.now().problems


def test_now_when_the_folder_goes_away_then_the_pages_stay(preview: Preview, folder: Path, tmp_path: Path) -> None:
    preview.now()
    folder.rename(tmp_path / "elsewhere")
    gone = preview.now()
    assert gone.gone
    assert preview.page(gone, "en", "alarm") is not None
    (tmp_path / "elsewhere").rename(folder)
    assert not preview.now().gone


def test_now_when_the_reader_stumbles_then_the_pages_stay(
    preview: Preview, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview.now()

    def stumble(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(studio, "read_course", stumble)
    edit(folder / "02-count.en.md", "Everybody", "All")
    draft = preview.now()
    assert draft.fault
    found = preview.page(draft, "en", "count")
    assert found is not None
    assert found.earlier


def test_page_when_course_yml_does_not_list_the_file_then_it_is_shown_by_itself(preview: Preview, folder: Path) -> None:
    (folder / "03-new.en.md").write_text(
        "---\nid: new\ntitle: A new page\nlang: en\n---\n\n## One\n<!-- id: one-new -->\n\nText.\n", encoding="utf-8"
    )
    found = page(preview, "03-new")
    assert found is not None
    assert (found.module.title, found.path) == ("A new page", "03-new.en.md")


def test_page_when_there_is_none_of_that_name_then_none(preview: Preview) -> None:
    assert page(preview, "nowhere") is None
    assert page(preview, "../../etc/passwd") is None


def test_preview_when_nothing_could_ever_be_read_then_there_are_problems_and_no_page(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_bytes(b"\xff")
    preview = Preview(tmp_path, lambda: TODAY)
    draft = preview.now()
    assert draft.course is None
    assert draft.problems
    assert preview.page(draft, "en", "alarm") is None
    assert preview.start(draft, None) == ("en", "")


@pytest.mark.parametrize(
    ("path", "start"),
    [(None, ("en", "")), ("01-alarm.ar.md", ("ar", "alarm")), ("assessment.en.md", ("en", "assessment")),
     ("course.ar.md", ("ar", "")), ("course.yml", ("en", "")), ("fig/plan.svg", ("en", "")),
     ("09-new.en.md", ("en", "09-new"))],
)  # fmt: skip
def test_start_when_a_file_is_named_then_its_page_is_first(
    preview: Preview, path: str | None, start: tuple[str, str]
) -> None:
    assert preview.start(preview.now(), path) == start


def test_draft_when_empty_then_it_holds_nothing() -> None:
    assert Draft().problems_of("x") == ()
