"""Whose attempts are whose, where somebody said "This was not me". Pure.

A claim changes nothing by itself; a decision does, and the other person's entry `attempt.taken_over` stands
alone, so that each person's rows follow from that person's entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fold_person import Told

OPEN, THEIRS, NOT_THEIRS = "open", "theirs", "not-theirs"


@dataclass(slots=True)
class Claim:
    """What is known of an attempt besides itself. `state`: "" (nobody said anything), "open", "theirs" or
    "not-theirs"; `at`: when it was said; `taken_from`: who had it before."""

    state: str = ""
    at: str = ""
    taken_from: str = ""
    rank: int = 0

    @property
    def counts(self) -> bool:
        return self.state != NOT_THEIRS

    def disputed(self, item: Told) -> None:
        """Said once; what was decided stays decided."""
        if not self.state:
            self.state, self.at = OPEN, item.entry.happened_at

    def settled(self, item: Told) -> None:
        """The higher authority decides, then the later decision."""
        if item.rank >= self.rank and item.facts["outcome"] in (THEIRS, NOT_THEIRS):
            self.state, self.rank = item.facts["outcome"], item.rank

    def taken_over(self, item: Told) -> None:
        """It is this person's from here on, who may say in turn that it is not."""
        if item.rank >= self.rank:
            self.state, self.at, self.taken_from, self.rank = "", "", item.facts["from"], item.rank


def fold_claims(in_order: Iterable[Told]) -> dict[str, Claim]:
    """attempt -> what was said and decided about it, from the entries of one person in their order."""
    claims: dict[str, Claim] = {}
    for item in in_order:
        match item.entry.kind:
            case "attempt.disputed":
                claims.setdefault(item.entry.subject, Claim()).disputed(item)
            case "attempt.dispute_settled":
                claims.setdefault(item.entry.subject, Claim()).settled(item)
            case "attempt.taken_over":
                claims.setdefault(item.entry.subject, Claim()).taken_over(item)
            case "person.dossier":
                for kept in item.facts["attempts"]:
                    if kept.get("disputed_at"):  # said at the old home and not decided there
                        claims.setdefault(kept["id"], Claim(OPEN, kept["disputed_at"]))
    return claims
