"""Each translated file beside its source: the same blocks, the same key, and what is missing or old."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anhnh_lms.content.checks.keys import compare_answers
from anhnh_lms.content.compose import head_is_stale, is_stale
from anhnh_lms.content.document import NAME, WELCOME, Block, every
from anhnh_lms.content.draft import Draft, QuestionDraft, block_hashes
from anhnh_lms.content.files import MANIFEST
from anhnh_lms.content.material import Material
from anhnh_lms.content.problem import Problem

_SOURCE_ONLY = ("type", "points", "objective", "pool", "scale", "tags")
_SOURCE_ONLY_QUIZ = ("pass", "attempts", "wait", "draw", "shuffle", "graded", "private", "role")
_FROM_SOURCE = ("duration", "audience", "rules", "review-by", "license")


def check_translations(material: Material) -> Iterator[Problem]:
    """Every language but the source's."""
    source_lang = material.manifest.source
    for (stem, lang), document in material.documents.items():
        if lang not in material.manifest.languages and material.manifest.languages:
            expected = ", ".join(material.manifest.languages)
            yield Problem.at(document.path, 1, "E140", lang=lang, expected=expected)
        elif lang != source_lang and (stem, source_lang) not in material.documents and material.manifest.source:
            yield Problem.at(document.path, 1, "E125", name=stem)
    for lang in material.manifest.languages:
        if lang == source_lang:
            continue
        for stem in (WELCOME, *material.shown):
            source, own = material.source(stem), material.drafts.get((stem, lang))
            if source and own:
                yield from _Pair(source, own).problems()
            elif source and not any(
                (name := NAME.match(path)) and name["stem"] == stem and name["lang"] == lang
                for path in material.site.files
            ):
                yield Problem.at(MANIFEST, material.manifest.line("languages"), "W401", name=stem, lang=lang)


class _Pair:
    """One file and its translation."""

    def __init__(self, source: Draft, own: Draft) -> None:
        self.source, self.own = source, own
        self.path, self.source_path = own.document.path, source.document.path
        self.lang = own.document.lang

    def _at(self, line: int, code: str, **params: object) -> Problem:
        return Problem.at(self.path, line, code, **params)

    def _there(self, block: Block) -> str:
        return f"{self.source_path}:{block.line}"

    def problems(self) -> Iterator[Problem]:
        unmarked = not self.own.document.front.text("src-head") and not any(
            block.comment.get("src") for block in every(self.own.document.blocks)
        )
        if unmarked:
            yield self._at(1, "W408")
        yield from self._front(unmarked)
        yield from self._blocks(unmarked)
        questions = {draft.id: draft for draft in self.own.questions}
        for draft in self.source.questions:
            if draft.id in questions:
                yield from self._question(draft, questions[draft.id])

    def _front(self, unmarked: bool) -> Iterator[Problem]:
        front, source = self.own.document.front, self.source.document
        if front.text("source") != self.source_path:
            yield self._at(front.line("source"), "E407", value=front.text("source") or "-", expected=self.source_path)
        if source.id and self.own.document.id and source.id != self.own.document.id:
            yield self._at(
                front.line("id"), "E410", here=self.own.document.id, there=source.id, source=self.source_path
            )
        for key in _FROM_SOURCE:
            if key in front.entries and source.stem != WELCOME:
                yield self._at(front.line(key), "W105", key=key)
        if unmarked:
            pass  # W408 says it once for all
        elif not front.text("src-head"):
            yield self._at(1, "W407")
        elif not _is_hash(front.text("src-head")):
            yield self._at(front.line("src-head"), "E408", value=front.text("src-head"))
        elif head_is_stale(self.own.document, source):
            yield self._at(front.line("src-head"), "W406", source=f"{self.source_path}:1")
        known = {objective.id for objective in self.source.objectives}
        for objective in self.own.objectives:
            if objective.id not in known:
                yield self._at(front.line("objectives"), "E401", id=objective.id, source=self.source_path)

    def _blocks(self, unmarked: bool) -> Iterator[Problem]:
        hashes, here = block_hashes(self.source), {b.id: b for b in every(self.own.document.blocks) if b.id}
        there = {block.id: block for block in every(self.source.document.blocks) if block.id}
        for block in here.values():
            if block.id not in there:
                yield self._at(block.line, "E401", id=block.id, source=self.source_path)
            elif _sort(block) != _sort(there[block.id]):
                sorts = {"here": _sort(block), "there": _sort(there[block.id])}
                yield self._at(block.line, "E402", id=block.id, source=self._there(there[block.id]), **sorts)
            else:
                yield from self._state(block, there[block.id], hashes.get(block.id, ""), unmarked)
        for block in there.values():
            if block.id not in here:
                yield self._at(0, "W402", id=block.id, lang=self.lang, source=self._there(block))

    def _state(self, block: Block, source: Block, source_hash: str, unmarked: bool) -> Iterator[Problem]:
        src = block.comment.get("src")
        for key in (*_SOURCE_ONLY, *_SOURCE_ONLY_QUIZ):
            if key in block.comment.values:
                yield self._at(block.comment.line, "W105", key=key)
        if not src and unmarked:
            return
        if not src:
            yield self._at(block.comment.line, "W404", id=block.id)
        elif not _is_hash(src):
            yield self._at(block.comment.line, "E408", value=src)
        elif is_stale(block, source_hash):
            yield self._at(block.line, "W403", id=block.id, source=self._there(source))

    def _question(self, source: QuestionDraft, own: QuestionDraft) -> Iterator[Problem]:
        if source.question is None or own.question is None:
            return
        there, line = self._there(source.block), own.block.line
        if own.question.kind != source.question.kind:
            kinds = {"here": own.question.kind, "there": source.question.kind}
            yield self._at(line, "E402", id=source.id, source=there, **kinds)
            return
        for code, params in compare_answers(own.question.answer, source.question.answer):
            yield self._at(line, code, source=there, **params)
        for what in _missing(own, source):
            yield self._at(line, "W405", what=what, id=source.id, source=there)


def _missing(own: QuestionDraft, source: QuestionDraft) -> Iterator[str]:
    """Explanation, hint and feedbacks that the source has and the translation lacks."""
    assert own.question
    assert source.question
    for what in ("explanation", "hint"):
        if getattr(source.question, what) and not getattr(own.question, what):
            yield what
    theirs = getattr(source.question.answer, "options", ())
    ours = getattr(own.question.answer, "options", ())
    if any(there.feedback and not here.feedback for here, there in zip(ours, theirs, strict=False)):
        yield "feedback"


def _is_hash(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}", text) is not None


def _sort(block: Block) -> str:
    return f"{'#' * block.level} quiz" if block.comment.quiz else "#" * block.level
