"""Setting papers: the fonts that lie beside this file, and the one function that makes a PDF."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

FONT_DIR = Path(__file__).parent / "fonts"
PAPER_DIR = Path(__file__).parent / "paper"

Standard = Literal["ua-1", "a-2a"]


def typeset(source_name: str, data: Mapping[str, object], title: str, lang: str, made_on: dt.date) -> bytes:
    """The PDF of the template `source_name` in `PAPER_DIR`, filled with `data`.

    `data` reaches the template as JSON values (`#import "base.typ": data`), never as source, so
    whatever a person typed is printed and nothing of it is run. `title` and `lang` (a code such
    as "fr") become the document's own. Same arguments and same typst: same bytes, since the only
    date in the file is `made_on` and the PC's own fonts are not looked at.

    The file is tagged and claims PDF/UA-1 and PDF/A-2a. A character that no font here has (an
    emoji, a Chinese letter) is printed as an empty box, and that file claims neither.

    Raises `FileNotFoundError` for an unknown template and `typst.TypstError` for a broken one.
    """
    import typst  # loaded with the first paper: an idle server need not carry it

    source = PAPER_DIR / source_name
    if not source.is_file():
        raise FileNotFoundError(source)
    inputs = {"data": json.dumps(data, ensure_ascii=False), "title": title, "lang": lang}
    midnight = dt.datetime.combine(made_on, dt.time(), dt.UTC)

    def pdf(*standards: Standard) -> bytes:
        return typst.compile(
            str(source),
            root=str(PAPER_DIR),
            font_paths=[str(FONT_DIR)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=list(standards),
            timestamp=midnight,
        )

    try:
        return pdf("ua-1", "a-2a")
    except typst.TypstError as error:
        if "could not be displayed with" not in str(error):
            raise
        return pdf()
