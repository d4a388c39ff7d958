"""Time lost, per service, month and day. Pure: spans in, lengths out; exact over clock changes, since spans are UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from psycopg.types.range import Range

from continuity.core.clock import at_local
from continuity.core.spans import NOTHING, Span, time_lost


@dataclass(frozen=True)
class Lost:
    """How long a service could not be used in a month or a day, by whether staff had been told of it before."""

    planned: timedelta = NOTHING
    unplanned: timedelta = NOTHING

    def __bool__(self) -> bool:
        return bool(self.planned or self.unplanned)

    def __add__(self, other: "Lost") -> "Lost":
        return Lost(self.planned + other.planned, self.unplanned + other.unplanned)


def month_of(day: date) -> Span:
    """The month in London that the day is in, from its first midnight to the next month's."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return Range(at_local(first, time(0)), at_local(after, time(0)), "[)")


def months_up_to(day: date, count: int) -> list[date]:
    """The first days of the last `count` months, the newest first, this month included."""
    found = [day.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def days_up_to(day: date, count: int) -> list[date]:
    """The last `count` days, the oldest first, this one included."""
    return [day - timedelta(days=back) for back in reversed(range(count))]


def lost_within(planned: Iterable[Span], unplanned: Iterable[Span], window: Span, at: datetime) -> Lost:
    """What the spans of either kind cover of a window; where both are at once, it counts as both."""
    return Lost(time_lost(planned, window, at), time_lost(unplanned, window, at))
