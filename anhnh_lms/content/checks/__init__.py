"""Everything that can be said about a course at once. One module for each question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from anhnh_lms.content.checks.assets import check_assets
from anhnh_lms.content.checks.quizzes import check_quizzes
from anhnh_lms.content.checks.style import check_style
from anhnh_lms.content.checks.text import body_lines, check_text
from anhnh_lms.content.checks.translations import check_translations
from anhnh_lms.content.material import Material
from anhnh_lms.content.problem import Problem


def all_checks(material: Material, today: date | None) -> Iterator[Problem]:
    """What only shows when the whole course is read; reading itself found the rest."""
    used: set[str] = set()
    for document in material.documents.values():
        lines = body_lines(document)
        yield from check_text(document, lines, material.site, used)
        yield from check_style(document, lines, today)
    yield from check_quizzes(material, today)
    yield from check_translations(material)
    yield from check_assets(material, used)
