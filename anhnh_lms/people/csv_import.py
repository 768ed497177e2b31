"""From a list of staff to persons: what it would change, then all of it in one unit of work, or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace

from ..record.canonical import sha256
from ..record.fold_person import staff_key
from ..record.log import Fact, new_id, recording
from ..record.tables_of_views import PersonRow
from .access import User
from .csv_read import Line, StaffFile
from .details import Details, details_of, problems_of
from .persons import with_keys
from .staff import correction, differing, registration

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"


@dataclass(frozen=True, slots=True)
class Row:
    """What a line would do. `problems`: codes of `words.PROBLEMS`; `changed`: field -> new value."""

    line: int
    state: str
    details: Details
    problems: tuple[str, ...]
    changed: dict[str, str]
    person: str  # "" for somebody new


@dataclass(frozen=True, slots=True)
class Plan:
    """What a whole list would do, read at one moment."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]

    def count(self, state: str) -> int:
        return sum(1 for row in self.rows if row.state == state)

    @property
    def possible(self) -> bool:
        """No line is wrong, and something would change."""
        return not self.count(WRONG) and self.count(UNCHANGED) < len(self.rows)

    def digest(self) -> str:
        """Names exactly this plan: the page that was confirmed and the import agree, or nothing happens."""
        told = [f"{r.state}\0{r.person}\0{sorted(r.changed.items())}\0{asdict(r.details)}" for r in self.rows]
        return sha256("\n".join(told))


class PlanChanged(RuntimeError):
    """What the list would do is not what was confirmed any more; `plan` is what it would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the plan changed")
        self.plan = plan


def plan(home: str, country: str, file: StaffFile, language: str) -> Plan:
    """What the list would do for staff of that home. Nobody is removed because the list leaves them out,
    and an empty cell changes nothing. `language` is for new persons whose line names none."""
    known = with_keys(country, (line.details.key for line in file.lines))
    times = Counter(line.details.key for line in file.lines)
    rows = [_row(home, line, known.get(line.details.key), times[line.details.key], language) for line in file.lines]
    return Plan(tuple(rows), file.ignored)


def _row(home: str, line: Line, there: PersonRow | None, times: int, language: str) -> Row:
    given, problems = line.details, []
    if line.rounded:
        problems.append("number-rounded")
    elif given.key and times > 1:
        problems.append("number-twice")
    if there is not None and there.establishment != home:
        problems.append("number-elsewhere")
    elif there is not None and not there.active:
        problems.append("number-left")
    if there is not None and not problems:
        now = details_of(there)
        said = {name: value for name, value in asdict(given).items() if value}
        if staff_key(now.staff_number) == given.key:
            said["staff_number"] = now.staff_number  # "A-12" and "A 12" are one number
        given = replace(now, **said)
    else:
        given = replace(given, language=given.language or language)
    problems += problems_of(given).values()
    changed = differing(there, given) if there is not None and not problems else {}
    state = WRONG if problems else NEW if there is None else CHANGED if changed else UNCHANGED
    return Row(line.number, state, given, tuple(dict.fromkeys(problems)), changed, there.id if there else "")


def carry_out(by: User, home: str, country: str, file: StaffFile, language: str, confirmed: str) -> Plan:
    """Do what was confirmed: `confirmed` is the plan's digest. All lines or none, and a second time
    nothing, for then every line is unchanged. Returns the plan that was carried out. Raises PlanChanged
    if the record changed since, or a line is wrong."""
    with recording() as record:
        now = plan(home, country, file, language)
        if now.digest() != confirmed or now.count(WRONG):
            raise PlanChanged(now)
        facts = [_fact(row, home, country, by) for row in now.rows if row.state in (NEW, CHANGED)]
        if facts:
            record.append(*facts)
    return now


def _fact(row: Row, home: str, country: str, by: User) -> Fact:
    if row.state == NEW:
        return registration(home, country, row.details, new_id(), by.id)
    return correction(home, country, row.person, row.changed, by.id)
