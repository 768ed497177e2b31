"""What a course may weigh. A file beyond these is refused with a problem, never half read.

The figures are ours: a module of 25 minutes is about 20 kB of Markdown, an assessment of 150
questions about 100 kB, ten minutes of speech in Opus at 24 kbit/s about 2 MB.
"""

from __future__ import annotations

from typing import Final

MARKDOWN_BYTES: Final = 384 * 1024
MARKDOWN_LINES: Final = 6000
MANIFEST_BYTES: Final = 64 * 1024
MEDIA_BYTES: Final = 20 * 1024 * 1024
SVG_BYTES: Final = 2 * 1024 * 1024
COURSE_BYTES: Final = 300 * 1024 * 1024
COURSE_FILES: Final = 2000

LINE_CHARS: Final = 8000
"""A paragraph may stand on one line; a longer one than this is not prose."""

DEPTH: Final = 10
"""Boxes, quotes and lists inside each other."""

PARAGRAPH_MARKS: Final = 1200
"""Characters with a meaning in Markdown in one paragraph: the time to read it grows with their square."""

PARAGRAPH_LINKS: Final = 100
PARAGRAPH_CHARS: Final = 30_000

PICTURE_WARNING_BYTES: Final = 300_000
SENTENCE_WORDS: Final = 25
ID_CHARS: Final = 64
