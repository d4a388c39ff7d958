"""The advisor: of every start on a grid of 15 minutes, the three windows that hurt least, and why.

Exact, not sampled: each sum over a window is the difference of two running totals, so that 5,376 starts are
weighed one by one in a fraction of a second.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from continuity.catalogue.graph import all_reached, turned
from continuity.core.clock import local_day
from continuity.core.working_days import bank_holiday, working_days_between
from releases.weighing.facts import Ground, Plan, Span, joined
from releases.weighing.week import HOURS_A_WEEK, at_wall, busy_spans, hour_of_week, hours_of, week_of

STEP = timedelta(minutes=15)
HORIZON = timedelta(weeks=8)
STARTS = HORIZON // STEP
OFFERED = 3
AN_HOUR = 3600


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
    return Scale(plan, ground, told_at=told_at, first=plan.start, starts=1).cost_at(0)


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
        pieces = list(pieces) or [(0, 0)]
        self.edges, self.rates = [edge for edge, _ in pieces], [rate for _, rate in pieces]
        self.sums = [0]
        for (edge, rate), (following, _) in pairwise(pieces):
            self.sums.append(self.sums[-1] + rate * (following - edge))

    def before(self, at: int) -> int:
        place = bisect_right(self.edges, at) - 1
        return 0 if place < 0 else self.sums[place] + self.rates[place] * (at - self.edges[place])


class Crowd:
    """Spans of which only the number matters that a window touches."""

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        both = [(_seconds(start), _seconds(end)) for start, end in spans]
        self.starts, self.ends = sorted(start for start, _ in both), sorted(end for _, end in both)

    def touched(self, start: int, end: int) -> int:
        """Those that share time with the window: all that began before it ends, less those over by its start."""
        return bisect_left(self.starts, end) - bisect_right(self.ends, start)


class Scale:
    """Weighs a plan at every start of a grid."""

    def __init__(
        self, plan: Plan, ground: Ground, *, told_at: datetime, first: datetime, starts: int
    ) -> None:
        self.first, self.starts = first, starts
        self.length = _seconds(plan.end) - _seconds(plan.start)
        reach: Span = (first, first + (starts - 1) * STEP + timedelta(seconds=self.length))
        self.freezes = Crowd((each.start, each.end) for each in ground.freezes)
        related = blocking(plan, ground)
        self.others = Crowd((each.start, each.end) for each in ground.others if each.services & related)
        self.days_short = _days_short(told_at, ground.asked_days(plan), reach)
        self.busy = _busy(ground, reach)
        self.outages = [
            _offsets(plan, span) for span in joined([(hit.start, hit.end) for hit in plan.outages])
        ]
        self.people = list(_people(plan, ground, reach))

    def costs(self) -> Iterator[Cost]:
        return map(self.cost_at, range(self.starts))

    def cost_at(self, step: int) -> Cost:
        """What the window costs that starts so many steps into the grid."""
        at = self.first + step * STEP
        start = _seconds(at)
        end = start + self.length
        return Cost(
            self.freezes.touched(start, end) > 0,
            self.others.touched(start, end),
            self.days_short(start),
            sum(self.busy.before(start + to) - self.busy.before(start + since) for since, to in self.outages),
            sum(
                totals.before(start + to) - totals.before(start + since)
                for (since, to), totals in self.people
            ),
            at,
        )


def _busy(ground: Ground, reach: Span) -> Totals:
    spans = [span for each in ground.busy for span in busy_spans(each, *reach)]
    return Totals(
        piece for start, end in joined(spans) for piece in ((_seconds(start), 1), (_seconds(end), 0))
    )


def _people(plan: Plan, ground: Ground, reach: Span) -> Iterator[tuple[tuple[int, int], Totals]]:
    """For the outages that last alike: from where to where in the plan, and the people they hit, added up."""
    hours = [(_seconds(hour), hour_of_week(hour), local_day(hour)) for hour in hours_of(*reach)]
    alike: dict[Span, set[int]] = {}
    for hit in plan.outages:
        alike.setdefault((hit.start, hit.end), set()).add(hit.service)
    for span, services in alike.items():
        yield _offsets(plan, span), _used(services, ground, hours)


def _used(services: Iterable[int], ground: Ground, hours: Sequence[tuple[int, int, date]]) -> Totals:
    known = [ground.services[each] for each in services if each in ground.services]
    on_holidays = [each for each in known if not each.opening or each.opening.on_bank_holidays]
    every_day, holidays = (
        [sum(numbers) for numbers in zip(*map(week_of, chosen), strict=True)] or [0] * HOURS_A_WEEK
        for chosen in (known, on_holidays)
    )
    return Totals((at, (holidays if bank_holiday(day) else every_day)[hour]) for at, hour, day in hours)


def _days_short(told_at: datetime, asked: int, reach: Span) -> Callable[[int], int]:
    """Working days of notice that are missing at a start."""
    first, last = local_day(reach[0]), local_day(reach[1])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    midnights = [at_wall(day, datetime.min.time()) for day in days]
    edges = [_seconds(each) for each in midnights]
    short = [max(0, asked - working_days_between(told_at, each)) for each in midnights]
    return lambda start: short[bisect_right(edges, start) - 1]


def _offsets(plan: Plan, span: Span) -> tuple[int, int]:
    """From where to where in the plan a span lies, in seconds."""
    start = _seconds(plan.start)
    return _seconds(span[0]) - start, _seconds(span[1]) - start


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
