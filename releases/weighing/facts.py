"""What the weighing is told: the plan on the desk, and the ground it would stand on. Services go by number."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from continuity.core.clock import length
from continuity.core.level import Effect
from releases.lead import Asks, first_noticed, notice_asked

Span = tuple[datetime, datetime]
Needs = Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Hit:
    """One service is hit from start up to end."""

    service: int
    effect: Effect
    start: datetime
    end: datetime

    @property
    def is_outage(self) -> bool:
        """Whether people notice for certain: a risk is no outage."""
        return self.effect is not Effect.AT_RISK

    def later(self, by: timedelta) -> "Hit":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True)
class Plan:
    """Work that is being written: its window, what it hits inside it, and every service it hits or names."""

    start: datetime
    end: datetime
    hits: tuple[Hit, ...] = ()
    services: frozenset[int] = frozenset()

    @property
    def outages(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if hit.is_outage)

    @property
    def is_noticed_at(self) -> datetime:
        """Up to when notice counts: when the first outage starts, else the work."""
        return first_noticed((hit.start for hit in self.outages), work=self.start)

    def moved(self, start: datetime) -> "Plan":
        """The same work from another start, every hit as far into it as before."""
        by = length(self.start, start)
        return replace(self, start=start, end=self.end + by, hits=tuple(hit.later(by) for hit in self.hits))


@dataclass(frozen=True)
class Opening:
    """The days of the week (0 is Monday) and the local times at which a service is open."""

    days: Collection[int]
    opens: time
    closes: time
    on_bank_holidays: bool
    words: str = ""


@dataclass(frozen=True)
class Served:
    """A service: whose it is, how much it may be down in a year, and how many use it by the hour of the week."""

    name: str
    team: str
    tier: int
    allowance: timedelta
    opening: Opening | None = None  # None: all day, every day
    week: tuple[int, ...] = ()  # 168 numbers; none where nothing is known


@dataclass(frozen=True)
class Other:
    """Work that is planned already."""

    ref: str
    title: str
    start: datetime
    end: datetime
    services: frozenset[int]
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Frozen:
    """A freeze: the trust changes nothing that can wait."""

    title: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Busy:
    """A time of the day, as clocks in London show it, at which planned work hurts more."""

    kind: str
    starts: time
    minutes: int
    days: Collection[int]  # 0 is Monday


@dataclass(frozen=True)
class Place:
    """An area and the services it uses."""

    name: str
    services: frozenset[int]


@dataclass(frozen=True)
class Ground:
    """Everything that the weighing compares a plan with."""

    services: Mapping[int, Served]
    needs: Needs = field(default_factory=dict)
    stops: Needs = field(default_factory=dict)  # by service: those that stop when it is gone
    others: tuple[Other, ...] = ()
    freezes: tuple[Frozen, ...] = ()
    busy: tuple[Busy, ...] = ()
    places: tuple[Place, ...] = ()
    rules: Mapping[int, Asks] = field(default_factory=dict)
    # Outages of the plan's services in the year in which it starts, as they happened or else as planned.
    spent: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)

    def named(self, services: Collection[int]) -> list[str]:
        """Names of the services that are known, in order."""
        return sorted(self.services[each].name for each in services if each in self.services)

    def asked_days(self, plan: Plan) -> int:
        """Working days of notice that the strictest tier asks which the plan hits; a risk hits nothing."""
        known = [hit for hit in plan.outages if hit.service in self.services]
        hits = [(self.services[hit.service].tier, length(hit.start, hit.end)) for hit in known]
        return notice_asked(hits, self.rules)


def overlapping(start: datetime, end: datetime, spans: Collection[Span]) -> Iterator[Span]:
    """What the spans share with a window, each cut to it."""
    for begins, finishes in spans:
        if begins < end and start < finishes:
            yield max(begins, start), min(finishes, end)


def joined(spans: Collection[Span]) -> list[Span]:
    """The same time in spans that neither overlap nor touch, the earliest first."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def total(spans: Collection[Span]) -> timedelta:
    """How long the spans last together, time that they share counted once."""
    return sum((length(start, end) for start, end in joined(spans)), timedelta(0))
