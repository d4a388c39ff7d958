"""How the run of planned work keeps to its sheet, from times alone. Pure: no Django, no database.

A step waits for its planned start and for every step that was planned to be over by then; steps planned side by
side do not wait for each other. So a delay goes on to what follows, and a gap in the plan takes it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from continuity.core.clock import length

NO_TIME = timedelta(0)
# Less than a minute is what a tick takes.
PUNCTUAL = timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    """A step as planned, and when it was done; one that was not needed takes no time and holds up nobody."""

    starts_at: datetime
    lasts: timedelta
    done_at: datetime | None = None
    is_skipped: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.lasts

    @property
    def is_over(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True)
class Pace:
    """Where a run stands: when its last step was planned to end, when it is expected to, and how many are over."""

    planned_end: datetime
    expected_end: datetime
    over: int
    count: int

    @property
    def behind(self) -> timedelta:
        """How much later than planned the last step is expected to end; none while that is less than a minute."""
        late = length(self.planned_end, self.expected_end)
        return late if late >= PUNCTUAL else NO_TIME

    @property
    def is_over(self) -> bool:
        return self.over == self.count


def pace_of(steps: Sequence[Step], at: datetime) -> Pace | None:
    """Where the run stands at `at`; None without steps.

    What is not done is expected to take its planned length, and to end no earlier than now.
    """
    if not steps:
        return None
    ended: list[tuple[datetime, datetime]] = []
    for step in sorted(steps, key=lambda each: (each.starts_at, each.ends_at)):
        if step.is_skipped:
            continue
        ended.append((step.ends_at, _end(step, ended, at)))
    planned = max(step.ends_at for step in steps)
    expected = max((end for _, end in ended), default=planned)
    return Pace(planned, expected, sum(step.is_over for step in steps), len(steps))


def _end(step: Step, ended: Sequence[tuple[datetime, datetime]], at: datetime) -> datetime:
    """When a step ended or is expected to; `ended` are the planned and expected ends of those before it."""
    if step.done_at:
        return step.done_at
    waited_for = (really for planned, really in ended if planned <= step.starts_at)
    return max(max([step.starts_at, *waited_for]) + step.lasts, at)


class Turn(Enum):
    """Whether the work can still be undone in time."""

    OPEN = "open"
    SOON = "soon"
    PASSED = "passed"


# From then on somebody decides: go on, or begin the rollback.
SOON = timedelta(minutes=30)


def turn_of(rollback_by: datetime, at: datetime) -> tuple[Turn, timedelta]:
    """How long it is to the last moment at which the rollback may begin, or how long that has passed."""
    left = length(at, rollback_by)
    if left < NO_TIME:
        return Turn.PASSED, -left
    return (Turn.SOON if left <= SOON else Turn.OPEN), left
