"""Taking a backup in a browser, and the page of a disk that refuses: right in French and Arabic, and it downloads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from anhnh_lms.config import Settings
from anhnh_lms.record import backup, copies
from tests import support
from tests.browser.fixtures import Live

from .test_pages import judge, look, sign_in

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "ar"])
PASSPHRASE = "quatre mots bien longs"


@pytest.fixture
def tab(page: Any, live: Live, lang: str, founded: support.Founded) -> Any:
    page.context.add_cookies([{"name": "lang", "value": lang, "url": live.url}])
    sign_in(page, founded.number, founded.passphrase)
    return page


@LANGUAGES
def test_backup_when_made_in_a_browser_then_a_whole_file_is_downloaded(
    tab: Any, lang: str, settings: Settings, tmp_path: Path
) -> None:
    copies.note(settings.data, made_at="2026-11-23T08:15:00Z", trouble="full")
    assert look(tab, lang, "/server") == []
    tab.click("a.button[href='/server/backup']")
    tab.fill("[name=passphrase]", PASSPHRASE)
    tab.fill("[name=again]", "autre chose")
    tab.click("main form .primary")
    tab.wait_for_selector(".errors")
    assert judge(tab, lang) == []
    tab.fill("[name=passphrase]", PASSPHRASE)
    tab.fill("[name=again]", PASSPHRASE)
    with tab.expect_download() as found:
        tab.click("main form .primary")
    found.value.save_as(tmp_path / "backup.tar")
    with (tmp_path / "backup.tar").open("rb") as file:
        assert backup.check(file).origin == "MA-1.1"


@LANGUAGES
def test_page_when_the_disk_is_full_then_nothing_is_wrong_with_it(
    tab: Any, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: str) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("anhnh_lms.db._queue_handle", refuse)
    assert look(tab, lang, "/establishments/MA-1/staff", 503) == []  # that names were looked at cannot be noted
