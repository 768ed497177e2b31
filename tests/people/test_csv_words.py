"""What a table may call a function: everything that the pages call it, in each language and country."""

from __future__ import annotations

import pytest
from flask import Flask, g

from anhnh_lms.people import csv_words, words
from anhnh_lms.record.server import Identity


@pytest.mark.parametrize("country", ["MA", "ML", "NE"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_function_when_written_as_the_pages_show_it_then_it_is_understood(
    app: Flask, language: str, country: str
) -> None:
    app.extensions["identity"] = Identity(f"{country}-1", country, f"{country}-1")
    with app.test_request_context("/"):
        g.user, g.forced_language = None, language
        for code, label in words.FUNCTIONS.items():
            assert csv_words.function(str(label)) == code, str(label)


def test_function_when_nobody_knows_it_then_it_stays_as_it_was_written() -> None:
    assert csv_words.function("astronaute") == "astronaute"
