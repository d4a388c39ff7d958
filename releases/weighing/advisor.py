"""The advisor: of every start on a grid of 15 minutes, the three windows that hurt least, and why.

Exact, not sampled: each sum over a window is the difference of two running totals, so that 5,376 starts are
weighed one by one in a fraction of a second.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from operator import sub
from typing import NamedTuple

from continuity.catalogue.graph import all_reached, turned
from continuity.core.clock import at_wall, local_day
from continuity.core.working_days import bank_holiday, working_days_between
from releases.weighing.facts import Ground, Plan, Span, joined
from releases.weighing.week import HOURS_A_WEEK, busy_spans, hour_of_week, hours_of, week_of

STEP = timedelta(minutes=15)
HORIZON = timedelta(weeks=8)
STARTS = HORIZON // STEP
OFFERED = 3
AN_HOUR, SECOND = 3600, timedelta(seconds=1)
MIDNIGHT = time(0)
LONG_AGO = -(1 << 40)  # seconds before any that is weighed


class Cost(NamedTuple):
    """How much a window hurts, the gravest first: of two windows the lesser tuple is the better one.

    No two starts cost the same, since the earlier is the better of two that are alike.
    """

    touches_freeze: bool
    clashes: int  # other work on the same services, on what they need or on what needs them
    days_short: int  # working days of notice that are missing
    busy_s: int  # seconds of outage in drug rounds, handovers and site meetings
    people_s: int  # people hit, times the seconds that each is hit
    start: datetime

    @property
    def hurt(self) -> tuple[int, ...]:
        """All of it but when it starts."""
        return self[:-1]

    @property
    def busy(self) -> timedelta:
        return timedelta(seconds=self.busy_s)

    @property
    def people(self) -> int:
        """People expected to be hit, one who is there for several hours counted in each."""
        return round(self.people_s / AN_HOUR)


class Window(NamedTuple):
    """A window on offer: the whole plan at its new start, and what it costs there."""

    plan: Plan
    cost: Cost


def advise(plan: Plan, ground: Ground, *, told_at: datetime, starts: int = STARTS) -> list[Window]:
    """The three best windows for the plan within `starts` steps of the grid after `told_at`, the best first.

    The first is the best of all. Each of the others is the best of those that share no time with the ones before
    it and start on another day in London than they: three windows of one night would be one offer.
    """
    scale = Scale(plan, ground, told_at=told_at, first=next_start(told_at), starts=starts)
    found: list[Window] = []
    for cost in sorted(scale.costs()):
        moved = plan.moved(cost.start)
        if all(is_apart(moved, window.plan) for window in found):
            found.append(Window(moved, cost))
        if len(found) == OFFERED:
            break
    return found


def cost_of(plan: Plan, ground: Ground, *, told_at: datetime) -> Cost:
    """What the plan costs as it stands, by the same scale."""
    return Scale(plan, ground, told_at=told_at, first=plan.start, starts=1).costs()[0]


def is_apart(one: Plan, other: Plan) -> bool:
    """Whether two windows share no time and start on different days in London."""
    shares = one.start < other.end and other.start < one.end
    return not shares and local_day(one.start) != local_day(other.start)


def next_start(at: datetime) -> datetime:
    """The first instant of the grid at or after `at`, in UTC; clocks in London show a quarter of an hour then."""
    step = STEP.total_seconds()
    return datetime.fromtimestamp(-(-at.timestamp() // step) * step, UTC)


def blocking(plan: Plan, ground: Ground) -> frozenset[int]:
    """The services on which other work clashes: the plan's own, what they need and what needs them, by any way."""
    own = plan.services
    return own | all_reached(ground.needs, own).keys() | all_reached(turned(ground.needs), own).keys()


class Totals:
    """A rate that changes at instants, added up: how much of it lies before any second, in two steps."""

    def __init__(self, pieces: Iterable[tuple[int, int]]) -> None:
        """`pieces` are instants in order, in seconds, and the rate from each on; before the first there is none."""
        pieces = [(LONG_AGO, 0), *pieces]
        self.edges, self.rates = [edge for edge, _ in pieces], [rate for _, rate in pieces]
        self.sums = [0]
        for (edge, rate), (following, _) in pairwise(pieces):
            self.sums.append(self.sums[-1] + rate * (following - edge))

    def before(self, instants: Iterable[int]) -> list[int]:
        edges, rates, sums = self.edges, self.rates, self.sums
        return [
            sums[place] + rates[place] * (at - edges[place])
            for at in instants
            for place in (bisect_right(edges, at) - 1,)
        ]

    def within(self, starts: Sequence[int], since: int, to: int) -> list[int]:
        """For each start how much lies between `since` and `to` seconds after it."""
        until, before = (self.before([start + offset for start in starts]) for offset in (to, since))
        return list(map(sub, until, before))


class Crowd:
    """Spans of which only the number matters that a window touches."""

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        both = [(_seconds(start), _seconds(end)) for start, end in spans]
        self.starts, self.ends = sorted(start for start, _ in both), sorted(end for _, end in both)

    def touched(self, starts: Sequence[int], length: int) -> list[int]:
        """For each start those that share time: all that began before the window's end, less those over by then."""
        begun, over = self.starts, self.ends
        return [bisect_left(begun, start + length) - bisect_right(over, start) for start in starts]


class Scale:
    """Weighs a plan at every start of a grid."""

    def __init__(
        self, plan: Plan, ground: Ground, *, told_at: datetime, first: datetime, starts: int
    ) -> None:
        self.plan, self.ground, self.told_at = plan, ground, told_at
        self.instants = [first + number * STEP for number in range(starts)]
        self.starts = [_seconds(first) + number * STEP // SECOND for number in range(starts)]
        self.length = _seconds(plan.end) - _seconds(plan.start)
        self.reach: Span = (first, self.instants[-1] + timedelta(seconds=self.length))

    def costs(self) -> list[Cost]:
        """What the plan costs at each start, in the order of the grid."""
        columns = (self._freezes(), self._clashes(), self._days_short(), self._busy(), self._people())
        return list(map(Cost._make, zip(*columns, self.instants, strict=True)))

    def _freezes(self) -> list[bool]:
        crowd = Crowd((each.start, each.end) for each in self.ground.freezes)
        return [count > 0 for count in crowd.touched(self.starts, self.length)]

    def _clashes(self) -> list[int]:
        related = blocking(self.plan, self.ground)
        crowd = Crowd((each.start, each.end) for each in self.ground.others if each.services & related)
        return crowd.touched(self.starts, self.length)

    def _days_short(self) -> list[int]:
        """Working days of notice that are missing: one number for each day in London."""
        asked, (start, end) = self.ground.asked_days(self.plan), self.reach
        later = _seconds(self.plan.is_noticed_at) - _seconds(self.plan.start)
        days = range((local_day(end) - local_day(start)).days + 1)
        midnights = [at_wall(local_day(start) + timedelta(days=number), MIDNIGHT) for number in days]
        edges = [_seconds(each) for each in midnights]
        short = [max(0, asked - working_days_between(self.told_at, each)) for each in midnights]
        return [short[bisect_right(edges, at + later) - 1] for at in self.starts]

    def _busy(self) -> list[int]:
        spans = joined([span for each in self.ground.busy for span in busy_spans(each, *self.reach)])
        busy = Totals(piece for start, end in spans for piece in ((_seconds(start), 1), (_seconds(end), 0)))
        outages = joined([(hit.start, hit.end) for hit in self.plan.outages])
        return self._added(busy.within(self.starts, *_offsets(self.plan, span)) for span in outages)

    def _people(self) -> list[int]:
        hours = [(_seconds(hour), hour_of_week(hour), local_day(hour)) for hour in hours_of(*self.reach)]
        alike: dict[Span, set[int]] = {}
        for hit in self.plan.outages:
            alike.setdefault((hit.start, hit.end), set()).add(hit.service)
        return self._added(
            _used(services, self.ground, hours).within(self.starts, *_offsets(self.plan, span))
            for span, services in alike.items()
        )

    def _added(self, columns: Iterable[list[int]]) -> list[int]:
        return [sum(row) for row in zip([0] * len(self.starts), *columns, strict=True)]


def _used(services: Iterable[int], ground: Ground, hours: Sequence[tuple[int, int, date]]) -> Totals:
    known = [ground.services[each] for each in services if each in ground.services]
    on_holidays = [each for each in known if not each.opening or each.opening.on_bank_holidays]
    every_day, holidays = (
        [sum(numbers) for numbers in zip(*map(week_of, chosen), strict=True)] or [0] * HOURS_A_WEEK
        for chosen in (known, on_holidays)
    )
    return Totals((at, (holidays if bank_holiday(day) else every_day)[hour]) for at, hour, day in hours)


def _offsets(plan: Plan, span: Span) -> tuple[int, int]:
    """From where to where in the plan a span lies, in seconds."""
    start = _seconds(plan.start)
    return _seconds(span[0]) - start, _seconds(span[1]) - start


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
