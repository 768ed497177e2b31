"""One file read for itself: every block rendered, nothing merged with other languages yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from anhnh_lms.content.canonical import block_text, body_text, question_hashes, short_hash
from anhnh_lms.content.comment import SECTION_KEYS, check_keys
from anhnh_lms.content.course import Objective, Prose, Question, Template
from anhnh_lms.content.document import Block, Document, title_line
from anhnh_lms.content.frontmatter import FrontMatter
from anhnh_lms.content.lines import Line
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.prose import Renderer
from anhnh_lms.content.questions import read_question
from anhnh_lms.content.settings import QuestionSettings, QuizSettings, day, minutes, question_settings, quiz_settings
from anhnh_lms.content.site import Site

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a section: the `##` block itself or a subheading with its text."""

    id: str
    block: Block
    title: Prose
    prose: Prose
    templates: tuple[Template, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class SectionDraft:
    pieces: tuple[Piece, ...]

    @property
    def id(self) -> str:
        return self.pieces[0].id

    @property
    def block(self) -> Block:
        return self.pieces[0].block


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """`question` is None where its answer could not be read. `hashes`: of its block and of each step."""

    id: str
    block: Block
    settings: QuestionSettings
    question: Question | None
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuizDraft:
    id: str
    block: Block
    settings: QuizSettings
    title: str
    intro: Prose
    questions: tuple[QuestionDraft, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One file. `hash` is of its front matter and opening text."""

    document: Document
    title: str
    intro: Prose
    parts: tuple[SectionDraft | QuizDraft, ...]
    objectives: tuple[Objective, ...]
    keypoints: tuple[str, ...]

    @property
    def questions(self) -> tuple[QuestionDraft, ...]:
        return tuple(q for part in self.parts if isinstance(part, QuizDraft) for q in part.questions)

    @property
    def problems(self) -> Problems:
        return self.document.problems


class DraftReader:
    """Reads one document. `source` holds the settings of the source's questions for a translation."""

    def __init__(
        self, document: Document, site: Site, module: str, source: Mapping[str, QuestionSettings] | None = None
    ) -> None:
        self.document = document
        self.problems = document.problems
        self.source = source
        self.lang = document.lang
        self.renderer = Renderer(site, document.lang, module, document.problems)

    def read(self) -> Draft:
        """Everything in the file; what is wrong goes to the document's problems."""
        front = self.document.front
        duration(front, self.problems)
        review_by(front, self.problems)
        parts: list[SectionDraft | QuizDraft] = []
        for block in self.document.blocks:
            parts.append(self._quiz(block) if block.comment.quiz else self._section(block))
        return Draft(
            self.document,
            self._plain(front, "title"),
            self.renderer.prose(self.document.opening),
            tuple(parts),
            self._objectives(front),
            tuple(self.renderer.plain(text, front.line("keypoints")) for text in front.values("keypoints")),
        )

    def _plain(self, front: FrontMatter, key: str) -> str:
        return self.renderer.plain(front.text(key), front.line(key))

    def _objectives(self, front: FrontMatter) -> tuple[Objective, ...]:
        entry = front.entries.get("objectives")
        if entry is None:
            return ()
        if not entry.named:
            self.problems.add(entry.line, "E112", key="objectives", value=entry.text or "-", form="O1: text")
        return tuple(Objective(name, self.renderer.plain(line.text, line.no)) for name, line in entry.named)

    def _section(self, block: Block) -> SectionDraft:
        pieces: list[Piece] = []
        title = self.renderer.phrase(title_line(block))
        count = 0
        for number, part in enumerate((block, *_deep(block))):
            check_keys(part.comment, SECTION_KEYS, self.problems)
            if part.comment.quiz:
                self.problems.add(part.comment.line, "E113", key="quiz", known="##")
            lines = part.body
            if number:
                head = Line(part.line, f"{'#' * part.level} {part.title}")
                lines = (head, Line(part.line, ""), *part.body)
            templates = self.renderer.templates(part.body, title.plain, count)
            count += len(templates)
            pieces.append(
                Piece(
                    part.id or f"line-{part.line}",
                    part,
                    title,
                    self.renderer.prose(lines),
                    templates,
                    self._hash(part),
                )
            )
        return SectionDraft(tuple(pieces))

    def _hash(self, block: Block) -> str:
        """Only what is translated needs one."""
        return short_hash(block_text(block, self.lang, question=False)) if self.source is None else ""

    def _quiz(self, block: Block) -> QuizDraft:
        settings = quiz_settings(block.comment, self.problems)
        questions: list[QuestionDraft] = []
        for child in block.children:
            if child.level != 3:
                self.problems.add(child.line, "E225")
                continue
            questions.append(self._question(child))
        return QuizDraft(
            block.id or f"line-{block.line}",
            block,
            settings,
            self.renderer.phrase(title_line(block)).plain,
            self.renderer.prose(block.body),
            tuple(questions),
            self._hash(block),
        )

    def _question(self, block: Block) -> QuestionDraft:
        settings = question_settings(block.comment, self.problems)
        if self.source is not None:
            own = settings
            settings = self.source.get(block.id, QuestionSettings(id=block.id, type=own.type, scale=own.scale))
        scenario = settings.type == "scenario"
        question = read_question(block, settings, self.renderer, self.problems)
        digest, hashes = question_hashes(block, self.lang, scenario) if self.source is None else ("", {})
        if question:
            question = replace(question, id=block.id or f"line-{block.line}", digest=digest, lang=self.lang)
        return QuestionDraft(block.id or f"line-{block.line}", block, settings, question, hashes)


def _deep(block: Block) -> list[Block]:
    found: list[Block] = []
    for child in block.children:
        found.append(child)
        found.extend(_deep(child))
    return found


def duration(front: FrontMatter, problems: Problems) -> int:
    """The module's `duration` in minutes, 0 where it is not given."""
    return _checked(front, "duration", minutes, "25 min", problems) or 0


def review_by(front: FrontMatter, problems: Problems) -> str:
    """The module's `review-by` as an ISO date, or ""."""
    found = _checked(front, "review-by", day, "2027-06-30", problems)
    return found.isoformat() if found else ""


def _checked(front: FrontMatter, key: str, read: Callable[[str], T | None], form: str, problems: Problems) -> T | None:
    text = front.text(key)
    value = read(text) if text else None
    if text and value is None:
        problems.add(front.line(key), "E112", key=key, value=text, form=form)
    return value


def block_hashes(draft: Draft) -> dict[str, str]:
    """The hash of every block of a source by its id: what `src` in a translation refers to."""
    found: dict[str, str] = {}
    for part in draft.parts:
        if isinstance(part, SectionDraft):
            found.update({piece.id: piece.hash for piece in part.pieces})
        else:
            found[part.id] = part.hash
            for question in part.questions:
                found.update(question.hashes)
    return found


def head_hash(document: Document) -> str:
    """The hash for `src-head`: what a translator translates above the first heading, that is title,
    summary, objectives, key points and prerequisites, and the opening text."""
    rows: list[str] = []
    for key in ("title", "summary", "objectives", "keypoints", "prerequisites"):
        entry = document.front.entries.get(key)
        if entry:
            named = tuple(f"{name}: {line.text}" for name, line in entry.named)
            rows.append(f"{key}: {' | '.join(named or entry.values)}")
    rows += ["", body_text(document.opening, document.lang, question=False), ""]
    return short_hash("\n".join(rows))
