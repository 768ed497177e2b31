"""One file, cut at its headings: front matter, opening text, blocks. Nothing is interpreted yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from anhnh_lms.content.comment import Comment, is_comment, read_comment
from anhnh_lms.content.frontmatter import FrontMatter, read_front_matter
from anhnh_lms.content.limits import MARKDOWN_LINES
from anhnh_lms.content.lines import Fence, Line, Lines, cut_long, decode, is_blank, to_lines, trimmed
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.scan import heading_title

NAME: Final = re.compile(r"(?P<stem>[^/]+)\.(?P<lang>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\.md\Z")
WELCOME: Final = "course"
"""`course.LANG.md` is one text: its headings are only headings, no blocks of their own."""
_HEADING: Final = re.compile(r"(#{1,6})(?=[ \u00a0\u202f]|$)(.*)$")
_GLUED: Final = re.compile(r"#{2,6}[^#\s\u00a0]")
_UNDERLINE: Final = re.compile(r" {0,3}(=+|-+) *$")


@dataclass(frozen=True, slots=True)
class Block:
    """From a heading to the next of level 2 to 4. `body` begins after heading and comment line;
    `children` are the deeper blocks up to the next of the same level."""

    level: int
    title: str
    line: int
    comment: Comment
    body: Lines
    children: tuple[Block, ...] = ()

    @property
    def id(self) -> str:
        return self.comment.get("id")


@dataclass(frozen=True, slots=True)
class Document:
    """One Markdown file of a course. `stem` and `lang` come from its name."""

    path: str
    stem: str
    lang: str
    front: FrontMatter
    opening: Lines
    blocks: tuple[Block, ...] = ()
    problems: Problems = field(default_factory=lambda: Problems(""))

    @property
    def id(self) -> str:
        return self.front.text("id")


def read_document(path: str, data: bytes, known: tuple[str, ...], problems: Problems) -> Document | None:
    """The file cut into blocks; None (with a problem) where nothing in it can be trusted."""
    text = decode(data, problems)
    if text is None:
        return None
    name = NAME.search(path)
    assert name is not None
    lines = cut_long(to_lines(text), problems)
    if len(lines) > MARKDOWN_LINES:
        problems.add(0, "E152", lines=len(lines), limit=MARKDOWN_LINES)
        return None
    front = read_front_matter(lines, known, problems)
    if front is None:
        return None
    below = lines[front.end :]
    if not is_closed(below, problems):
        return None
    if name["stem"] == WELCOME:
        _headings(below, problems)
        return Document(path, WELCOME, name["lang"], front, trimmed(below), (), problems)
    opening, blocks = cut(below, problems)
    return Document(path, name["stem"], name["lang"], front, opening, tuple(blocks), problems)


def is_closed(lines: Lines, problems: Problems) -> bool:
    """Are all code blocks and comments closed? If not, what follows cannot be told apart."""
    fence, fence_line, comment_line = Fence(), 0, 0
    for line in lines:
        if comment_line:
            if "-->" in line.text:
                if not line.text.rstrip().endswith("-->"):
                    problems.add(comment_line, "E137")
                comment_line = 0
            continue
        was_open = fence.open
        if fence.inside(line.text):
            fence_line = fence_line if was_open else line.no
        elif is_comment(line.text) and "-->" not in line.text:
            comment_line = line.no
        elif is_comment(line.text) and not line.text.rstrip().endswith("-->"):
            problems.add(line.no, "E137")
    if fence.open:
        problems.add(fence_line, "E136")
    if comment_line:
        problems.add(comment_line, "E137")
    return not fence.open and not comment_line


def cut(lines: Lines, problems: Problems) -> tuple[Lines, list[Block]]:
    """The text before the first heading, and the tree of blocks."""
    marks = _headings(lines, problems)
    opening = trimmed(lines[: marks[0][0]] if marks else lines)
    flat: list[Block] = []
    for number, (at, level, title) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(lines)
        flat.append(_block(lines[at:end], level, title, problems))
    return opening, _tree(flat, 2)


def _headings(lines: Lines, problems: Problems) -> list[tuple[int, int, str]]:
    """Index, level and title of every heading of level 2 to 4 that stands at the margin."""
    found: list[tuple[int, int, str]] = []
    fence = Fence()
    comment = False
    for at, line in enumerate(lines):
        if comment:
            comment = "-->" not in line.text
            continue
        if fence.inside(line.text):
            continue
        if is_comment(line.text):
            comment = "-->" not in line.text
            continue
        if heading := _HEADING.match(line.text):
            level = len(heading[1])
            if level == 1:
                problems.add(line.no, "E127")
            elif level <= 4:
                found.append((at, level, heading_title(heading[2])))
        elif _GLUED.match(line.text):
            problems.add(line.no, "E146")
        elif at and _UNDERLINE.match(line.text) and _is_text(lines[at - 1].text):
            problems.add(line.no, "E128")
    return found


def _is_text(text: str) -> bool:
    return not is_blank(text) and not re.match(r" {0,3}(?:[#>|]|[-*+•] |\d+[.)] |<!--|```|~~~|[-=*_ ]+$)", text)


def _block(lines: Lines, level: int, title: str, problems: Problems) -> Block:
    heading, body = lines[0], lines[1:]
    first = next((at for at, line in enumerate(body) if not is_blank(line.text)), None)
    if first is not None and is_comment(body[first].text):
        comment = read_comment(body[first], problems)
        end = first + 1
        if "-->" not in body[first].text:
            end = next(at for at in range(first, len(body)) if "-->" in body[at].text) + 1
            comment = replace(comment, raw="\n".join(line.text for line in body[first:end]))
        body = body[end:]
    else:
        comment = Comment(heading.no)
    return Block(level, title, heading.no, comment, trimmed(body))


def _tree(flat: list[Block], level: int) -> list[Block]:
    """Blocks of `level` with what is deeper below them; a deeper block without parent stands for itself."""
    found: list[Block] = []
    at = 0
    while at < len(flat):
        end = at + 1
        while end < len(flat) and flat[end].level > flat[at].level:
            end += 1
        block = flat[at]
        children = tuple(_tree(flat[at + 1 : end], level + 1))
        found.append(Block(block.level, block.title, block.line, block.comment, block.body, children))
        at = end
    return found


def every(blocks: tuple[Block, ...]) -> list[Block]:
    """All blocks in the order of the file."""
    found: list[Block] = []
    for block in blocks:
        found.append(block)
        found.extend(every(block.children))
    return found


def title_line(block: Block) -> Lines:
    """The title as a line, for rendering."""
    return (Line(block.line, block.title),)
