"""Must take, completed, in progress, not started, overdue: counted in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of persons. `must` = completed + in_progress + not_started; those overdue are also in one of the
    last two (`late_started` of them in progress). `due` is whose date has passed, `due_completed` who of
    them completed. Definitions: `reports.definitions`."""

    must: int = 0
    completed: int = 0
    in_progress: int = 0
    not_started: int = 0
    overdue: int = 0
    late_started: int = 0
    due: int = 0
    due_completed: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.must + other.must, self.completed + other.completed, self.in_progress + other.in_progress,
            self.not_started + other.not_started, self.overdue + other.overdue,
            self.late_started + other.late_started, self.due + other.due, self.due_completed + other.due_completed,
        )  # fmt: skip

    @property
    def on_track(self) -> bool:
        return self.overdue == 0

    @property
    def in_progress_in_time(self) -> int:
        return self.in_progress - self.late_started

    @property
    def not_started_in_time(self) -> int:
        return self.not_started - (self.overdue - self.late_started)


def counted(state: str, due: str, today: str, number: int) -> Figures:
    """The figures of `number` persons with the same progress ("completed", "in-progress" or "" for none) and
    due date ("" for none). Dates are ISO text; a due date has passed from the day after it."""
    passed = number if due and due < today else 0
    if state == "completed":
        return Figures(number, completed=number, due=passed, due_completed=passed)
    if state:
        return Figures(number, in_progress=number, overdue=passed, late_started=passed, due=passed)
    return Figures(number, not_started=number, overdue=passed, due=passed)
