"""Days of a calendar: which a view shows, and which of them a span touches. Pure: no Django, no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from psycopg.types.range import Range

from continuity.core.clock import local_day
from continuity.core.spoken import MONTHS
from continuity.core.wording import is_midnight, time_words, times_words
from releases.schedule import ends

T = TypeVar("T")
DAY, WEEK = timedelta(days=1), 7
# The list looks so far ahead: the longest notice that a rule asks for, and two weeks.
LISTED = 8 * WEEK


class View(Enum):
    """How much of a calendar is seen at once."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"

    @property
    def words(self) -> str:
        return self.value.capitalize()


@dataclass
class Day(Generic[T]):
    """One day of a calendar, and what it holds in the order of its beginning."""

    on: date
    is_outside: bool = False
    entries: list[tuple[str, T]] = field(default_factory=list)


def days_of(view: View, on: date) -> list[date]:
    """The days a view shows around `on`: whole weeks from Monday that hold its month, its week, or 8 weeks from it."""
    if view is View.LIST:
        return _days(on, LISTED)
    first = on.replace(day=1) if view is View.MONTH else on
    last = _next_month(first) - DAY if view is View.MONTH else on
    first -= timedelta(days=first.weekday())
    last += timedelta(days=WEEK - 1 - last.weekday())
    return _days(first, (last - first).days + 1)


def before(view: View, on: date) -> date:
    """A day in the view before this one."""
    if view is View.MONTH:
        return (on.replace(day=1) - DAY).replace(day=1)
    return on - timedelta(days=WEEK if view is View.WEEK else LISTED)


def after(view: View, on: date) -> date:
    """A day in the view after this one."""
    if view is View.MONTH:
        return _next_month(on)
    return on + timedelta(days=WEEK if view is View.WEEK else LISTED)


def laid_out(view: View, on: date, spans: Iterable[tuple[Range[datetime], T]]) -> list[Day[T]]:
    """The view's days, each with what touches it and from when to when on that day, in words.

    A span that ends at midnight does not touch the day that begins then.
    """
    days = {
        day: Day[T](day, is_outside=view is View.MONTH and day.month != on.month) for day in days_of(view, on)
    }
    for span, thing in spans:
        for day in touched(span):
            if day in days:
                days[day].entries.append((hours_on(day, span), thing))
    return list(days.values())


def touched(span: Range[datetime]) -> Iterator[date]:
    """The days in London that a span shares any time with."""
    first, last = _days_at(span)
    day = first
    while day <= last:
        yield day
        day += DAY


def hours_on(day: date, span: Range[datetime]) -> str:
    """What of a span lies on a day: "4pm to 6pm", "from 4pm", "until 12:44am" or "all day"."""
    first, last = _days_at(span)
    start, end = ends(span)
    begins, finishes = first == day and not is_midnight(start), last == day and not is_midnight(end)
    if first == day == last:
        return times_words(start, end) if begins or finishes else "all day"
    if begins:
        return f"from {time_words(start)}"
    return f"until {time_words(end)}" if finishes else "all day"


def month_words(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _days_at(span: Range[datetime]) -> tuple[date, date]:
    """The first and the last day that a half-open span touches."""
    start, end = ends(span)
    return local_day(start), local_day(max(end - timedelta(microseconds=1), start))


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
