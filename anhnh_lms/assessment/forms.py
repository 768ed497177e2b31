"""Parallel forms: which questions of a pool a person meets, and which they are spared.

Pre-test, post-test and later check are drawn from one pool. A form leaves out what this person saw
in earlier ones while enough remain, then takes what was seen longest ago (course format, "Forms").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anhnh_lms.assessment.chance import Chance
from anhnh_lms.content.course import Question

Seen = tuple[str, int]  # (question id, number of the sitting: larger is later)


@dataclass(frozen=True, slots=True)
class Form:
    """Ids of the chosen questions, in the order of choosing, and those of them that were seen before."""

    ids: tuple[str, ...]
    reused: tuple[str, ...] = ()


def choose(
    candidates: Sequence[Question],
    count: int,
    chance: Chance,
    seen: Sequence[Seen] = (),
    by_objective: bool = False,
) -> Form:
    """min(count, number of candidates) different questions of `candidates`.

    Without `by_objective`, nothing seen is taken while something unseen is left, and of what was
    seen the longest ago comes first; among equals chance decides. With it, the numbers per
    objective differ by at most one unless an objective has no more questions; the rule on what
    was seen then holds within each objective, because forms are parallel only if they measure
    the same things. Which objectives get one more is decided by what is unseen, then by chance.
    """
    last: dict[str, int] = {}
    for question_id, sitting in seen:
        last[question_id] = max(sitting, last.get(question_id, sitting))
    queues: dict[str, list[str]] = {}
    objectives = {q.id: q.objective if by_objective else "" for q in candidates}
    for question_id in chance.shuffled(list(objectives)):
        queues.setdefault(objectives[question_id], []).append(question_id)
    for queue in queues.values():
        queue.sort(key=lambda i: (i in last, last.get(i, 0)))

    ids: list[str] = []
    taken = dict.fromkeys(queues, 0)
    while len(ids) < count and (left := [o for o in queues if taken[o] < len(queues[o])]):
        objective = min(left, key=lambda o: (taken[o], queues[o][taken[o]] in last))
        ids.append(queues[objective][taken[objective]])
        taken[objective] += 1
    return Form(tuple(ids), tuple(i for i in ids if i in last))
