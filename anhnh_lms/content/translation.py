"""The state of every translation, block by block, and how a block is marked as done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from anhnh_lms.content.compose import head_is_stale, is_stale
from anhnh_lms.content.document import WELCOME, Block, every
from anhnh_lms.content.draft import Draft, block_hashes, head_hash
from anhnh_lms.content.formatter import Wishes, format_text
from anhnh_lms.content.lines import without_refused
from anhnh_lms.content.material import Material, gather

State = Literal["missing", "stale", "done"]
HEAD = ""
"""The id of what stands above the first heading: front matter and opening text."""


class NotATranslation(ValueError):
    """The path is no readable translation in this course. `args[0]` is the path."""


class NoSuchBlock(KeyError):
    """The translation has no block with that id. `args[0]` is the id."""


@dataclass(frozen=True, slots=True)
class BlockState:
    """One block of the source in one other language. A block is `done` if its `src` is the hash of
    its source as it is now; one that was never marked counts as `stale`. `line` is where it stands
    in `path`, 0 if it is missing."""

    lang: str
    path: str
    id: str
    state: State
    line: int
    source_path: str
    source_line: int


def states(files: Mapping[str, bytes]) -> tuple[BlockState, ...]:
    """Every block of the course in every language but the source's, in the order of the course."""
    material = gather(files)
    found: list[BlockState] = []
    for lang in material.manifest.languages:
        if lang == material.manifest.source:
            continue
        for stem in (WELCOME, *material.shown):
            if source := material.source(stem):
                found.extend(_of_file(source, material.drafts.get((stem, lang)), f"{stem}.{lang}.md", lang))
    return tuple(found)


def _of_file(source: Draft, own: Draft | None, path: str, lang: str) -> list[BlockState]:
    source_path = source.document.path
    head: State = "missing"
    if own:
        head = "stale" if head_is_stale(own.document, source.document) else "done"
    found = [BlockState(lang, path, HEAD, head, 1 if own else 0, source_path, 1)]
    here = {block.id: block for block in every(own.document.blocks)} if own else {}
    hashes = block_hashes(source)
    for block in every(source.document.blocks):
        if block.id:
            state, line = _state(here.get(block.id), hashes.get(block.id, ""))
            found.append(BlockState(lang, path, block.id, state, line, source_path, block.line))
    return found


def _state(block: Block | None, source_hash: str) -> tuple[State, int]:
    if block is None:
        return "missing", 0
    return ("stale" if is_stale(block, source_hash) else "done"), block.line


def mark_done(files: Mapping[str, bytes], path: str, block: str | None = None) -> str:
    """The text of the translation at `path` with `src` written for `block` (HEAD: the front matter and
    opening text; None: everything in the file), in the formatter's form.

    Raises NotATranslation, NoSuchBlock."""
    material = gather(files)
    own, source = _pair(material, path)
    hashes = block_hashes(source)
    here = {found.id for found in every(own.document.blocks) if found.id in hashes}
    if block is not None and block != HEAD and block not in here:
        raise NoSuchBlock(block)
    wanted = here if block is None else here & {block}
    wishes = Wishes(
        src={name: hashes[name] for name in wanted},
        src_head=head_hash(source.document) if block in (None, HEAD) else "",
    )
    text = without_refused(files[path].decode("utf-8-sig"))
    return format_text(text, own.document.lang, wishes, own.document.stem == WELCOME)


def _pair(material: Material, path: str) -> tuple[Draft, Draft]:
    for (stem, lang), own in material.drafts.items():
        if own.document.path == path and lang != material.manifest.source:
            source = material.source(stem)
            if source:
                return own, source
    raise NotATranslation(path)
