"""Where planned work stands at an instant, from its times alone. Pure: no Django, no database, no worker.

Starts happen by the clock, ends never do: past its planned end an outage is `UNCONFIRMED` until a person says
that the service is back. So the board is right even when nothing runs that would write a row.

When an outage truly begins: at its planned start, or when the work was started if that was later. Work that
the clock started, started as planned.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from psycopg.types.range import Range

from continuity.core.clock import length

PLANNED = "published"
RUNNING = frozenset({"in_progress", "checking"})
NO_TIME = timedelta(0)


class Phase(Enum):
    """How far one outage is: what the board makes of it."""

    AHEAD = "ahead"
    RUNNING = "running"
    UNCONFIRMED = "unconfirmed"
    CHECKING = "checking"
    OVER = "over"


# The phases in which an outage hits its service.
HITTING = frozenset({Phase.RUNNING, Phase.UNCONFIRMED})


@dataclass(frozen=True)
class Now:
    """An outage at an instant: its phase, since when (UTC), and its planned end."""

    phase: Phase
    since: datetime | None
    until: datetime

    @property
    def is_hitting(self) -> bool:
        return self.phase in HITTING


def disruption_now(
    state: str, is_held: bool, span: Range[datetime], actual: Range[datetime] | None, at: datetime
) -> Now:
    """Where one outage of a release in `state` stands at `at`.

    `span` is planned, `actual` what happened (without an end while it lasts; None until the work was started).
    Drafts, and work that is cancelled, postponed or at its end, hit nothing: `OVER`.
    """
    start, end = ends(span)
    if state == PLANNED and is_held:
        return Now(Phase.AHEAD, None, end)
    if state != PLANNED and state not in RUNNING:
        return Now(Phase.OVER, None, end)
    if actual and actual.upper:
        return Now(Phase.CHECKING if state == "checking" else Phase.OVER, actual.upper, end)
    since = actual.lower if actual and actual.lower else start
    if at < since:
        return Now(Phase.AHEAD, None, end)
    return Now(Phase.RUNNING if at < end else Phase.UNCONFIRMED, since, end)


def next_change(
    state: str, is_held: bool, span: Range[datetime], actual: Range[datetime] | None, at: datetime
) -> datetime | None:
    """The first instant after `at` at which `disruption_now` answers otherwise by itself; None if it will not."""
    now = disruption_now(state, is_held, span, actual, at)
    if now.phase is Phase.RUNNING:
        return now.until
    if now.phase is Phase.AHEAD and not (state == PLANNED and is_held):
        return actual.lower if actual and actual.lower else ends(span)[0]
    return None


class Standing(Enum):
    """How far a whole release is, as its tag says it: the words and the NHS colour."""

    DRAFT = "Draft", "grey"
    IN_REVIEW = "In review", "grey"
    PLANNED = "Planned", "blue"
    HELD = "On hold", "yellow"
    IN_PROGRESS = "In progress", "blue"
    UNCONFIRMED = "Planned end passed, not confirmed", "orange"
    CHECKING = "Back and being checked", "aqua-green"
    COMPLETED = "Completed", "green"
    ROLLED_BACK = "Rolled back", "orange"
    CANCELLED = "Cancelled", "grey"
    POSTPONED = "Postponed", "yellow"

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def colour(self) -> str:
        return self.value[1]


def standing(
    state: str, is_held: bool, work: Range[datetime], at: datetime, phases: Collection[Phase] = ()
) -> Standing:
    """How far a release is at `at`: begun by the clock at its planned start unless held, never ended by it.

    `phases` are those of its outages: one that is past its planned end marks the whole release.
    """
    if state == PLANNED and is_held:
        return Standing.HELD
    start, end = ends(work)
    if state == PLANNED and at < start:
        return Standing.PLANNED
    if state in {PLANNED, "in_progress"}:
        is_late = at >= end or Phase.UNCONFIRMED in phases
        return Standing.UNCONFIRMED if is_late else Standing.IN_PROGRESS
    return Standing[state.upper()]


def overrun(planned: Range[datetime], actual: Range[datetime] | None, at: datetime) -> timedelta:
    """How long something lasted past its planned end, up to `at` while it lasts; zero when it did not."""
    if actual is None or actual.isempty:
        return NO_TIME
    return max(NO_TIME, length(ends(planned)[1], actual.upper or at))


def moved(span: Range[datetime], by: timedelta) -> Range[datetime]:
    """The same window so much later, as long as it was; ValueError for one that is open or empty."""
    start, end = ends(span)
    return Range(start + by, end + by, "[)")


def ends(span: Range[datetime]) -> tuple[datetime, datetime]:
    """Start and end of a window that has both; ValueError for one that is open or empty."""
    if span.lower is None or span.upper is None:
        raise ValueError("A planned window needs both its ends.")
    return span.lower, span.upper
