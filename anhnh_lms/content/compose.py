"""What one language's reader sees: the translation where there is one, else the source, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from anhnh_lms.content.course import (
    Blanks,
    CourseText,
    Gap,
    Module,
    Objective,
    Question,
    Quiz,
    Section,
    ShortText,
    Template,
)
from anhnh_lms.content.document import WELCOME, Block, Document
from anhnh_lms.content.draft import (
    Draft,
    Piece,
    QuestionDraft,
    QuizDraft,
    SectionDraft,
    duration,
    head_hash,
    review_by,
)
from anhnh_lms.content.material import Material
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.prose import in_language, joined
from anhnh_lms.content.words import direction


def compose(material: Material, lang: str) -> CourseText:
    """The course as a reader of `lang` sees it."""
    source = material.source(WELCOME)
    own = material.drafts.get((WELCOME, lang)) or source
    modules = {
        stem: _Composer(material, stem, lang, draft).module()
        for stem in material.shown
        if (draft := material.source(stem))
    }
    return CourseText(
        lang=lang,
        title=own.title if own else "",
        welcome=own.intro if own else joined(),
        welcome_lang=own.document.lang if own else material.manifest.source,
        modules=tuple(modules[stem] for stem in material.stems if stem in modules),
        assessment=modules.get(material.assessment),
        summary=own.document.front.text("summary") if own else "",
    )


def is_stale(block: Block, source_hash: str) -> bool:
    """Was the translation of this block not marked as done for this very source?"""
    return block.comment.get("src") != source_hash


def head_is_stale(document: Document, source: Document) -> bool:
    """The same for title, front matter and opening text."""
    return document.front.text("src-head") != head_hash(source)


class _Composer:
    """One module in one language."""

    def __init__(self, material: Material, stem: str, lang: str, source: Draft) -> None:
        self.material, self.stem, self.lang, self.source = material, stem, lang, source
        own = material.drafts.get((stem, lang)) if lang != source.document.lang else None
        self.own = own
        parts = own.parts if own else ()
        self.sections = {part.id: part for part in parts if isinstance(part, SectionDraft)}
        self.quizzes = {part.id: part for part in parts if isinstance(part, QuizDraft)}
        self.questions = {draft.id: draft for draft in own.questions} if own else {}
        self.everywhere: dict[str, list[Question]] = {}
        for language in material.manifest.languages:
            draft = material.drafts.get((stem, language))
            for found in draft.questions if draft else ():
                if found.question:
                    self.everywhere.setdefault(found.id, []).append(found.question)

    def module(self) -> Module:
        source, own = self.source, self.own
        front = source.document.front
        unheard = Problems(source.document.path)
        texts = {objective.id: objective.text for objective in own.objectives} if own else {}
        parts = [self._section(part) if isinstance(part, SectionDraft) else self._quiz(part) for part in source.parts]
        return Module(
            id=self.material.module_id(self.stem),
            title=(own.title if own else "") or source.title,
            lang=(own or source).document.lang,
            parts=tuple(part for part in with_shared_pools(parts) if not _is_store(part)),
            intro=(own or source).intro,
            duration_minutes=duration(front, unheard),
            objectives=tuple(Objective(o.id, texts.get(o.id) or o.text) for o in source.objectives),
            keypoints=(own.keypoints if own else ()) or source.keypoints,
            rules=front.values("rules"),
            review_by=review_by(front, unheard),
            stale=bool(own and head_is_stale(own.document, source.document)),
            path=(own or source).document.path,
        )

    def _section(self, source: SectionDraft) -> Section:
        own = self.sections.get(source.id)
        if own is None:
            return _section(source.pieces, self.source.document.lang, False)
        pieces = {piece.id: piece for piece in own.pieces}
        shown: list[Piece] = []
        stale = False
        for piece in source.pieces:
            translated = pieces.get(piece.id)
            if translated is None:
                lang = self.source.document.lang
                shown.append(replace(piece, prose=in_language(piece.prose, lang, direction(lang))))
            else:
                shown.append(translated)
                stale = stale or is_stale(translated.block, piece.hash)
        return _section(tuple(shown), self.lang, stale)

    def _quiz(self, source: QuizDraft) -> Quiz:
        own = self.quizzes.get(source.id)
        settings = source.settings
        return Quiz(
            id=source.id,
            title=(own.title if own else "") or source.title,
            questions=tuple(question for draft in source.questions if (question := self._question(draft))),
            intro=own.intro if own else source.intro,
            role=settings.role,
            pass_mark=settings.pass_mark,
            attempts=settings.attempts,
            wait_minutes=settings.wait_minutes,
            draws=settings.draws,
            shuffle_answers=settings.shuffle_answers,
            shuffle_questions=settings.shuffle_questions,
            graded=settings.graded,
            private=settings.private,
            stale=bool(own and is_stale(own.block, source.hash)),
            path=(self.own if own and self.own else self.source).document.path,
            line=(own or source).block.line,
        )

    def _question(self, source: QuestionDraft) -> Question | None:
        if source.question is None:
            return None
        draft = self.questions.get(source.id)
        shown, stale = source.question, False
        if draft and draft.question and draft.question.kind == shown.kind:
            shown = replace(draft.question, digest=source.question.digest)
            stale = question_is_stale(draft, source)
        others = self.everywhere.get(source.id, [])
        return replace(shown, answer=accepting(shown, others).answer, stale=stale)


def question_is_stale(draft: QuestionDraft, source: QuestionDraft) -> bool:
    """Is the question's block or the block of one of its steps stale?"""
    blocks = {block.id: block for block in (draft.block, *draft.block.children)}
    return any(key not in blocks or is_stale(blocks[key], value) for key, value in source.hashes.items())


def _section(pieces: tuple[Piece, ...], lang: str, stale: bool) -> Section:
    templates: list[Template] = []
    for template in (template for piece in pieces for template in piece.templates):
        templates.append(replace(template, index=len(templates)))
    return Section(
        id=pieces[0].id,
        title=pieces[0].title.plain,
        prose=joined(*(piece.prose for piece in pieces)),
        templates=tuple(templates),
        lang=lang,
        stale=stale,
        line=pieces[0].block.line,
    )


def accepting(question: Question, others: list[Question]) -> Question:
    """`question` accepting what the key of any language accepts (a person may type in either)."""
    answer = question.answer
    if isinstance(answer, ShortText):
        lists = [o.answer.accepted for o in others if isinstance(o.answer, ShortText)]
        return replace(question, answer=replace(answer, accepted=_union([answer.accepted, *lists])))
    if isinstance(answer, Blanks):
        same = [
            o.answer.gaps for o in others if isinstance(o.answer, Blanks) and len(o.answer.gaps) == len(answer.gaps)
        ]
        gaps = tuple(_gap(gap, [gaps[at] for gaps in same]) for at, gap in enumerate(answer.gaps))
        return replace(question, answer=replace(answer, gaps=gaps))
    return question


def _gap(gap: Gap, others: list[Gap]) -> Gap:
    return replace(gap, accepted=_union([gap.accepted, *(o.accepted for o in others)])) if gap.accepted else gap


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in lists for text in one))


def with_shared_pools(parts: list[Section | Quiz]) -> list[Section | Quiz]:
    """Pools belong to the file: a quiz that draws from a pool also holds its questions that stand in
    another quiz of the file, so that pre-test and post-test draw from one pool."""
    pools: dict[str, list[Question]] = {}
    for part in parts:
        for question in part.questions if isinstance(part, Quiz) else ():
            pools.setdefault(question.pool, []).append(question)
    return [_with_pools(part, pools) if isinstance(part, Quiz) and part.draws else part for part in parts]


def _with_pools(quiz: Quiz, pools: Mapping[str, list[Question]]) -> Quiz:
    here = {question.id for question in quiz.questions}
    more = [q for draw in quiz.draws for q in pools.get(draw.pool, ()) if draw.pool and q.id not in here]
    return replace(quiz, questions=(*quiz.questions, *more)) if more else quiz


def _is_store(part: Section | Quiz) -> bool:
    """A quiz that only keeps questions for others to draw: never shown by itself."""
    if not isinstance(part, Quiz) or part.draws or part.role or not part.questions:
        return False
    return all(question.pool for question in part.questions)
