"""A conversation that branches: the question's own block is its opening, each `####` below it a step."""

from __future__ import annotations

import re
from typing import Final

from anhnh_lms.content.comment import STEP_KEYS, check_keys
from anhnh_lms.content.course import Choice, Prose, Scenario, Step
from anhnh_lms.content.document import Block, title_line
from anhnh_lms.content.lines import Line, trimmed
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.prose import Renderer
from anhnh_lms.content.questions.asked import Asked
from anhnh_lms.content.questions.choice import note_repetition, read_item
from anhnh_lms.content.questions.tolerate import mark_of, tolerate, without_mark
from anhnh_lms.content.scan import Chunk, Item, scan
from anhnh_lms.content.settings import share

_LINK: Final = re.compile(r"\[(.+)\]\([ ]*#([^)\s]+)[ ]*\)[ ]*$", re.DOTALL)


def is_choices(chunk: Chunk) -> bool:
    """A list of links to steps, marked or not."""
    return chunk.kind == "list" and any(
        mark_of(item.inner[0].text) or re.match(r"\[.*\]\([ ]*#", item.inner[0].text) for item in chunk.items
    )


def read_scenario(asked: Asked, opening: Prose) -> Scenario | None:
    """The opening and its steps, every one reachable; None where choices or steps are missing."""
    first = Step(
        "", asked.renderer.plain(asked.block.title, asked.block.line), opening, _choices(asked, asked.chunks[0])
    )
    steps = [first, *(_step(block, asked) for block in asked.block.children)]
    known = {step.id for step in steps if step.id}
    lines = {block.id: block.line for block in asked.block.children}
    for step in steps:
        for choice in step.choices:
            if choice.to not in known:
                asked.problems.add(lines.get(step.id, asked.line), "E220", target=f"#{choice.to}")
    reached = _reached(steps)
    for block in asked.block.children:
        if block.id and block.id not in reached:
            asked.problems.add(block.line, "E221", step=block.id)
    if asked.block.children and not any(step.end for step in steps):
        asked.problems.add(asked.block.line, "E242")
    return Scenario(tuple(steps))


def _reached(steps: list[Step]) -> set[str]:
    by_id = {step.id: step for step in reversed(steps)}
    found, waiting = {""}, [steps[0]]
    while waiting:
        for choice in waiting.pop().choices:
            if choice.to in by_id and choice.to not in found:
                found.add(choice.to)
                waiting.append(by_id[choice.to])
    return found


def _step(block: Block, asked: Asked) -> Step:
    problems, comment = asked.problems, block.comment
    check_keys(comment, STEP_KEYS, problems)
    end = share(comment.get("end")) if "end" in comment.values else None
    if "end" in comment.values and end is None:
        problems.add(comment.line, "E116", key="end", value=comment.get("end"), form="pass, fail, 50 %")
    chunks = scan(tolerate(block.body, problems, any_item=True))
    lists = [number for number, chunk in enumerate(chunks) if is_choices(chunk)]
    choices: tuple[Choice, ...] = ()
    if lists:
        choices = _choices(asked, chunks[lists[0]])
        if len(lists) > 1:
            problems.add(chunks[lists[1]].line, "E202", other=chunks[lists[0]].line)
        elif lists[0] + 1 < len(chunks):
            problems.add(chunks[lists[0] + 1].line, "E241")
    if not lists and "end" not in comment.values:
        problems.add(block.line, "E222", step=block.id or block.title)
    if lists and "end" in comment.values:
        problems.add(block.line, "E223", step=block.id or block.title)
    text = asked.renderer.blocks(chunks[: lists[0]] if lists else chunks)
    title = asked.renderer.phrase(title_line(block)).plain
    return Step(block.id, title, text, choices, end)


def _choices(asked: Asked, chunk: Chunk) -> tuple[Choice, ...]:
    found: list[Choice] = []
    first_lines: dict[str, int] = {}
    for item in chunk.items:
        choice = _choice(item, asked.renderer, asked.problems)
        if choice:
            note_repetition(choice.text, item.line, first_lines, asked.problems)
            found.append(choice)
    return tuple(found)


def _choice(item: Item, renderer: Renderer, problems: Problems) -> Choice | None:
    mark = mark_of(item.inner[0].text)
    if mark and mark[0] == "[":
        problems.add(item.line, "E207")
    first = item.inner[0].text
    rest = without_mark(first) if mark else first
    lines = trimmed((Line(item.inner[0].no, rest), *item.inner[1:]))
    quotes_from = next((at for at, line in enumerate(lines) if line.text.lstrip().startswith(">")), len(lines))
    link = _LINK.match("\n".join(line.text.strip() for line in trimmed(lines[:quotes_from])))
    if not link:
        problems.add(item.line, "E224")
        return None
    words = tuple(Line(item.line + number, text) for number, text in enumerate(link[1].split("\n")))
    text, feedback = read_item(
        Item(item.line, item.marker, (*words, *lines[quotes_from:]), item.lazy), renderer, problems, keep=True
    )
    return Choice(text, link[2], mark[1] if mark else None, feedback)
