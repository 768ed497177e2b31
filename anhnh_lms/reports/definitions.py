"""What every figure means: its name, what is counted, and out of what. Shown and printed beside the figures.

The formulas are those of the field's indicators: coverage is out of the staff in post (not of the enrolled),
the completion rate out of those whose date has passed (not of the not-yet-due), the gain out of matched pairs
only (Kirkpatrick, level 2). All texts speak the language of whoever reads them at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` of a figure, `text`: what is counted, `of`: out of what ("" where it is out of nothing)."""

    name: Any
    text: Any
    of: Any = ""


DEFINITIONS: dict[str, Definition] = {
    "must": Definition(
        _("Must take"),
        _("Active staff of the establishment to whom the course is assigned today: as everybody, by function or in"
          " person. Whoever left is not counted."),
    ),
    "completed": Definition(
        _("Completed"),
        _("Those who passed every module and, where there is one, the final test."),
        _("all who must take the course"),
    ),
    "in-progress": Definition(
        _("In progress"),
        _("Those who opened the course and have not completed it."),
        _("all who must take the course"),
    ),
    "not-started": Definition(
        _("Not started"),
        _("Those who have not begun the course. Completed, in progress and not started add up to must take."),
        _("all who must take the course"),
    ),
    "overdue": Definition(
        _("Overdue"),
        _("Those whose due date lies before today, on the calendar of the establishment, and who have not completed"
          " the course. On the due date itself nobody is overdue. They are also counted in progress or not started."),
        _("all who must take the course"),
    ),
    "on-track": Definition(
        _("On track"),
        _("A course is on track when nobody is overdue."),
        _("the courses that somebody here must take"),
    ),
    "unasked": Definition(
        _("Take it without being asked"),
        _("Active staff who began or completed the course though it is not assigned to them. They are in no other"
          " figure of the course, except in the coverage."),
    ),
    "staff": Definition(
        _("Staff in post"),
        _("Everybody who is registered in an establishment and has not left, as the register stands now."),
    ),
    "coverage": Definition(
        _("Coverage"),
        _("Staff in post who have completed the course, whether it was assigned to them or not."),
        _("all staff in post"),
    ),
    "completion-rate": Definition(
        _("Completion rate"),
        _("Those who have completed the course, among those whose due date has passed."),
        _("those who must take the course and whose due date lies before today"),
    ),
    "persons-trained": Definition(
        _("Persons trained"),
        _("Persons who completed at least one course in the period. Each person counts once, also after a transfer;"
          " who has left since is counted too."),
    ),
    "training-actions": Definition(
        _("Training actions"),
        _("Completions in the period: a person who completed two courses counts twice."),
    ),
    "training-hours": Definition(
        _("Training hours"),
        _("The hours that a completed course stands for, added up over the training actions. Time in front of a"
          " screen is not measured."),
    ),
    "gain": Definition(
        _("Gain"),
        _("How many points of 100 the first final test is above the first test before the course, for the same"
          " person. Only persons with both tests (matched pairs) who completed the course in the period. The mean of"
          " the differences stands with the interval that holds the true mean in 95 of 100 such samples:"
          " mean ± t × s / √n, where s is the standard deviation of the differences, n the number of pairs and t"
          " the 0.975 quantile of Student's distribution with n − 1 degrees of freedom."),
        _("persons with both tests; those without one are not in it"),
    ),
    "uncertain": Definition(
        _("Date uncertain"),
        _("A completion that was recorded while the clock of the server was wrong. It counts in the coverage; in a"
          " period it counts only if the date that the clock wrote falls in it."),
    ),
}  # fmt: skip

DIRECTOR = ("must", "completed", "in-progress", "not-started", "overdue", "on-track", "completion-rate", "coverage",
            "unasked")  # fmt: skip
COUNTRY = ("must", "completed", "overdue", "on-track")
AGGREGATES = ("persons-trained", "training-actions", "training-hours", "staff", "coverage", "completion-rate", "gain",
              "uncertain")  # fmt: skip


def of_figures(*names: str) -> list[Definition]:
    """The definitions of these figures, in this order."""
    return [DEFINITIONS[name] for name in names]
