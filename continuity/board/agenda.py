"""What is planned, and what was restored lately: the board's two lists beside the services. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from continuity.board.known import Failure, Outage, Told, Work
from continuity.core.clock import local_day
from continuity.core.wording import span_words
from releases.schedule import PLANNED, RUNNING

DAYS_AHEAD = 7
LATELY = timedelta(hours=24)
ENDED = frozenset({"completed", "rolled_back"})


class When(Enum):
    """The agenda's headings, in order."""

    UNDER_WAY = "Under way"
    TODAY = "Today"
    SOON = f"Next {DAYS_AHEAD} days"


@dataclass(frozen=True)
class Planned:
    """A piece of planned work as the agenda lists it. `is_held`: does not start by the clock."""

    when: When
    ref: str
    title: str
    url: str
    starts_at: datetime
    ends_at: datetime
    outages: tuple[Outage, ...] = ()
    is_held: bool = False

    @property
    def services(self) -> frozenset[str]:
        return frozenset(outage.service.key for outage in self.outages)

    @property
    def span(self) -> str:
        """4pm on Friday 1 November to 12:36am on Saturday 2 November 2024."""
        return span_words(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Restored:
    """Something that ended in the last 24 hours, and what staff may do with it now."""

    at: datetime
    title: str
    url: str
    words: str
    services: frozenset[str] = frozenset()
    areas: tuple[Told, ...] = ()

    def at_place(self, area: str) -> "Restored":
        """The same with what one area, by its key, was told."""
        own = next((told.instruction for told in self.areas if told.area == area), self.words)
        return replace(self, words=own, areas=())


def agenda_at(works: Iterable[Work], at: datetime) -> tuple[Planned, ...]:
    """Work under way, today and in the next 7 days (days in London), the earliest first."""
    entries = [_planned(work, when) for work in works if (when := _when(work, at))]
    return tuple(sorted(entries, key=lambda entry: (entry.starts_at, entry.ref)))


def restored_at(works: Iterable[Work], failures: Iterable[Failure], at: datetime) -> tuple[Restored, ...]:
    """What ended in the 24 hours before an instant, the newest first."""
    ended = [_ended(work) for work in works if work.state in ENDED and work.outages]
    back = [_back(failure) for failure in failures if not failure.is_active]
    lately = [one for one in (*ended, *back) if one and one.at <= at < one.at + LATELY]
    return tuple(sorted(lately, key=lambda one: (one.at, one.title), reverse=True))


def _when(work: Work, at: datetime) -> When | None:
    start = work.work.lower
    if start is None or work.state not in {PLANNED, *RUNNING}:
        return None
    if work.state in RUNNING or (start <= at and not work.is_held):
        return When.UNDER_WAY
    days = (local_day(start) - local_day(at)).days
    if days <= 0:  # held past its start counts as today's
        return When.TODAY
    return When.SOON if days <= DAYS_AHEAD else None


def _planned(work: Work, when: When) -> Planned:
    """Told by its outages where it has some: that is what staff must plan for."""
    spans = [outage.span for outage in work.outages] or [work.work]
    starts = [span.lower for span in spans if span.lower]
    ends = [span.upper for span in spans if span.upper]
    return Planned(
        when=when,
        ref=work.ref,
        title=work.title,
        url=work.url,
        starts_at=min(starts),
        ends_at=max(ends),
        outages=work.outages,
        is_held=work.is_held,
    )


def _ended(work: Work) -> Restored | None:
    """Planned work that ended: the service was back when the last outage truly ended."""
    backs = [outage.actual.upper for outage in work.outages if outage.actual and outage.actual.upper]
    at = max(backs, default=work.ended_at)
    if at is None:
        return None
    services = frozenset(outage.service.key for outage in work.outages)
    return Restored(at, work.title, work.url, work.outcome, services)


def _back(failure: Failure) -> Restored | None:
    if failure.restored_at is None:
        return None
    services = frozenset(hit.service.key for hit in failure.hits)
    return Restored(
        failure.restored_at, failure.title, failure.url, failure.instruction, services, failure.areas
    )
