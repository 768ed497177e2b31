"""From a `###` block in a quiz to a question. Each kind is read in a module of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from anhnh_lms.content.course import Answer, Prose, Question, Survey
from anhnh_lms.content.document import Block, title_line
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.prose import Renderer, joined
from anhnh_lms.content.questions.asked import Asked
from anhnh_lms.content.questions.blanks import has_blank, is_free, read_blanks
from anhnh_lms.content.questions.choice import is_marked, read_choice, read_survey
from anhnh_lms.content.questions.scenario import is_choices, read_scenario
from anhnh_lms.content.questions.tables import (
    is_marked_table,
    is_two_columns,
    read_likert,
    read_match,
    read_order,
    read_rows,
)
from anhnh_lms.content.questions.tolerate import tolerate
from anhnh_lms.content.questions.typed import read_number, read_short, split_typed, typed_sort
from anhnh_lms.content.scan import Chunk, scan
from anhnh_lms.content.settings import QuestionSettings
from anhnh_lms.content.tree import box_name

_NEEDS: Final = {
    "match": "a table of two columns",
    "order": "a numbered list",
    "scenario": "- [choice](#step)",
    "survey": "- ( ), - [ ], [[___]]",
    "likert": "- statement",
}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Chunks that could be the answer: from `start` up to, not including, `end`."""

    what: str
    start: int
    end: int
    line: int


def read_question(block: Block, settings: QuestionSettings, renderer: Renderer, problems: Problems) -> Question | None:
    """The question in `block`; None (with a problem) where it has no answer that can be read."""
    if has_blank(Chunk("paragraph", title_line(block))):
        problems.add(block.line, "E240")
    if settings.type != "scenario":
        for child in block.children:
            problems.add(child.line, "E225")
    body = tolerate(block.body, problems, any_item=settings.type == "scenario")
    chunks = [part for chunk in scan(body) for part in split_typed(chunk)]
    chosen = _choose(_candidates(chunks, settings.type), block, settings.type, problems)
    if chosen is None:
        return None
    before, after = chunks[: chosen.start], chunks[chosen.end :]
    hints = [chunk for chunk in before if box_name(chunk) == "TIP"]
    stem = renderer.blocks(chunk for chunk in before if chunk not in hints)
    asked = Asked(block, settings, tuple(chunks[chosen.start : chosen.end]), renderer, problems)
    scenario = chosen.what == "scenario"
    answer = read_scenario(asked, stem) if scenario else _READERS[chosen.what](asked)
    if answer is None:
        return None
    title = renderer.phrase(title_line(block))
    return Question(
        id=settings.id,
        title=title.plain,
        answer=answer,
        title_html=title.html(),
        stem=Prose() if scenario else stem,
        hint=joined(*(renderer.prose(hint.inner[1:]) for hint in hints)),
        explanation=renderer.blocks(after),
        points=settings.points,
        objective=settings.objective,
        pool=settings.pool,
        tags=settings.tags,
        path=problems.path,
        line=block.line,
    )


def _read_free(asked: Asked) -> Survey | None:
    if asked.settings.type == "survey":
        return Survey()
    asked.problems.add(asked.line, "E215")
    return None


def _read_or(asked: Asked) -> None:
    asked.problems.add(asked.line, "E235")


_READERS: Final[dict[str, Callable[[Asked], Answer | None]]] = {
    "choice": read_choice,
    "survey": read_survey,
    "rows": read_rows,
    "=": read_number,
    "s=": read_short,
    "or=": _read_or,
    "blanks": read_blanks,
    "free": _read_free,
    "match": read_match,
    "order": read_order,
    "likert": read_likert,
}


def _candidates(chunks: list[Chunk], kind: str) -> list[_Candidate]:
    found: list[_Candidate] = []
    for at, chunk in enumerate(chunks):
        what = _what(chunk, kind)
        last = found[-1] if found else None
        if what == "blanks" and last and last.what == "blanks" and _between_is_text(chunks[last.end : at]):
            found[-1] = replace(last, end=at + 1)
        elif what:
            found.append(_Candidate(what, at, at + 1, chunk.line))
    return found


def _between_is_text(chunks: list[Chunk]) -> bool:
    """Text between two paragraphs with blanks belongs to the sentence that has them."""
    return all(chunk.kind in ("paragraph", "list", "table") for chunk in chunks)


def _what(chunk: Chunk, kind: str) -> str:
    """Which kind of answer the chunk could be, "" for plain text."""
    if kind == "scenario" and is_choices(chunk):
        return "scenario"
    if is_marked(chunk):
        return "survey" if kind == "survey" else "choice"
    if is_marked_table(chunk):
        return "rows"
    if sort := typed_sort(chunk):
        return sort
    if has_blank(chunk):
        return "free" if is_free(chunk) else "blanks"
    if kind == "match" and is_two_columns(chunk):
        return "match"
    if kind == "order" and chunk.kind == "list" and chunk.ordered:
        return "order"
    if kind == "likert" and chunk.kind == "list":
        return "likert"
    return ""


def _choose(found: list[_Candidate], block: Block, kind: str, problems: Problems) -> _Candidate | None:
    """The one candidate; None with E201, E202 or E218."""
    if not found:
        if kind:
            problems.add(block.line, "E218", type=kind, what=_NEEDS[kind])
        else:
            problems.add(block.line, "E201")
        return None
    if len(found) > 1:
        problems.add(found[1].line, "E202", other=found[0].line)
        return None
    if kind and found[0].what != kind and not (kind == "survey" and found[0].what == "free"):
        problems.add(found[0].line, "E218", type=kind, what=_NEEDS[kind])
        return None
    return found[0]
