"""`make bench`: every figure that the project promises, as a ratio or a count, in one run, as a table."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import exam, measures
from .measures import Line, Place

MEASURES: dict[str, Callable[[Place], list[Line]]] = {
    "page": measures.module_page,
    "answer": measures.saving_an_answer,
    "director": measures.directors_page,
    "sign-in": measures.sign_ins,
    "exam": exam.exam,
    "first": measures.first_visit,
    "start": measures.start_and_memory,
    "back": measures.coming_back,
    "courses": measures.reading_courses,
    "rebuild": measures.rebuilding,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *MEASURES], help="measure these alone")
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries for the rebuilding of views")
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="anhnh-bench-"))
    try:
        place = Place(folder, wanted.entries)
        lines = [line for name, measure in MEASURES.items() if not wanted.only or name in wanted.only
                 for line in _told(measure, place)]  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    missed = [line for line in lines if line.holds is False]
    print(f"\n{len(lines)} figures, {len(missed)} below what is promised.")


def _told(measure: Callable[[Place], list[Line]], place: Place) -> list[Line]:
    lines = measure(place)
    for line in lines:
        mark = {True: "holds", False: "MISSED", None: ""}[line.holds]
        print(f"{line.what:48} {line.got:>34}   {line.wanted:>26}   {mark}", flush=True)
    return lines


main()
