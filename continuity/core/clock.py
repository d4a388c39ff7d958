"""Time: UTC inside, Europe/London only at the edges, and one now.

Everything but `now()` is a pure function. How people write a time stands in `spoken` and is offered here too.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from psycopg.types.range import Range

from continuity.core.spoken import (
    YEARS,
    ClockError,
    Zone,
    parse_day,
    parse_time,
    say_day,
    say_time,
    split_zone,
)

__all__ = [
    "LONDON",
    "ClockError",
    "Zone",
    "at_local",
    "at_wall",
    "clock_change_inside",
    "days_before",
    "days_window",
    "is_repeated_hour",
    "length",
    "local",
    "local_day",
    "next_clock_change",
    "now",
    "parse_day",
    "parse_time",
    "read_instant",
    "say_day",
    "say_time",
    "split_zone",
    "window",
]  # fmt: skip

LONDON = ZoneInfo("Europe/London")
# Shorter than the shortest summer or winter time, so that a stride never hides two changes.
_STRIDE = timedelta(days=30)
_STRIDES = 13


def now() -> datetime:
    """This instant in UTC, moved by the one shift that every process of a test portal shares."""
    return datetime.now(UTC) + settings.CLOCK_OFFSET


def local(at: datetime) -> datetime:
    """The same instant as clocks in London show it; ValueError for a datetime without a zone."""
    if at.tzinfo is None:
        raise ValueError("An instant needs its zone.")
    return at.astimezone(LONDON)


def local_day(at: datetime) -> date:
    """The day in London at this instant: not the UTC day, which is wrong at half past midnight in summer."""
    return local(at).date()


def at_local(day: date, wall: time, *, fold: Zone | None = None) -> datetime:
    """The instant, in UTC, at which clocks in London show `wall` on `day`.

    `fold` says which of two is meant where a time happens twice. Raises ClockError: `repeated` where `fold`
    is needed, `never` for a time that the clocks skip, `zone` where `fold` contradicts the day.
    """
    first, second = (datetime.combine(day, wall, LONDON).replace(fold=turn) for turn in (0, 1))
    # PEP 495: of a skipped time the first reading has the smaller offset, of a repeated one the larger.
    if _offset(first) < _offset(second):
        raise ClockError("never", _skipped(first))
    if _offset(first) > _offset(second) and fold is None:
        raise ClockError("repeated", f"{say_time(wall)} on {say_day(day)} happens twice. BST or GMT?")
    for reading in (first, second):
        if fold in (None, reading.tzname()):
            return reading.astimezone(UTC)
    raise ClockError("zone", f"{say_time(wall)} on {say_day(day)} is {first.tzname()}, not {fold}")


def at_wall(day: date, wall: time) -> datetime:
    """The instant, in UTC, at which clocks in London show a time, for what comes back by the clock and asks nobody.

    Of a time that happens twice the first; of one that is skipped, when it would have come (RFC 5545, 3.3.5).
    """
    return datetime.combine(day, wall, LONDON).replace(fold=0).astimezone(UTC)


def read_instant(text: str | None) -> datetime | None:
    """An ISO 8601 instant in UTC; None for other words, without its offset, or in a year that no form takes."""
    try:
        said = datetime.fromisoformat(text or "")
        at = said.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if said.utcoffset() is not None and at.year in YEARS else None


def length(start: datetime, end: datetime) -> timedelta:
    """How long it truly is from start to end, negative if the end is first.

    Two datetimes of one zone would be subtracted as wall time, an hour wrong across a clock change.
    """
    return local(end).astimezone(UTC) - local(start).astimezone(UTC)


def window(start: datetime, end: datetime) -> Range[datetime]:
    """The half-open span from start up to, not including, end, in UTC, as PostgreSQL's `tstzrange` keeps it.

    Raises ClockError: `empty` when both are one instant, `reversed` when the end comes first.
    """
    span = length(start, end)
    if span > timedelta(0):
        return Range(start.astimezone(UTC), end.astimezone(UTC), "[)")
    if _midnight_too_early(end, span):
        raise ClockError("reversed" if span else "empty", _next_midnight(local_day(end)))
    if not span:
        raise ClockError("empty", "The end must be later than the start, not the same time")
    raise ClockError("reversed", "The end must be later than the start")


def days_window(first: date, days: int = 1) -> Range[datetime]:
    """From the first moment of a day in London to the end of that many days: 23 to 25 hours for one."""
    return window(at_local(first, time(0)), at_local(first + timedelta(days=days), time(0)))


def days_before(at: datetime, days: int) -> datetime:
    """The instant so many days earlier at which clocks in London show the same time as at `at`.

    Of a time that happens twice that day, the first; in place of one that the clocks skip, the time to which
    they have jumped when it would have come.
    """
    there = local(at)
    return at_wall(there.date() - timedelta(days=days), there.time())


def next_clock_change(at: datetime) -> datetime | None:
    """The first instant after `at` at which London clocks change; None if they do not within a year."""
    before = at.astimezone(UTC).replace(microsecond=0)
    for _ in range(_STRIDES):
        after = before + _STRIDE
        if _offset(local(before)) != _offset(local(after)):
            return _change_between(before, after)
        before = after
    return None


def clock_change_inside(start: datetime, end: datetime) -> bool:
    """Whether the clocks change after start and not after end, so that the wall-clock difference misleads."""
    if length(start, end) <= _STRIDE:
        return _offset(local(start)) != _offset(local(end))
    change = next_clock_change(start)
    return change is not None and change <= end


def is_repeated_hour(at: datetime) -> bool:
    """Whether the time London clocks show at this instant happens twice that day."""
    first, second = (local(at).replace(fold=turn) for turn in (0, 1))
    return _offset(first) != _offset(second)


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta(0)


def _change_between(before: datetime, after: datetime) -> datetime:
    """The second in (before, after] from which the clocks differ, where they change once."""
    old = _offset(local(before))
    while (gap := int((after - before).total_seconds())) > 1:
        middle = before + timedelta(seconds=gap // 2)
        before, after = (middle, after) if _offset(local(middle)) == old else (before, middle)
    return after


def _skipped(first: datetime) -> str:
    """Why a skipped wall-clock time is refused, with the jump of that day."""
    change = _change_between(*(first.astimezone(UTC) + timedelta(hours=hours) for hours in (-2, 2)))
    gone, to = (change + _offset(first)).time(), local(change).time()
    said, day = say_time(first.time()), say_day(first.date())
    return f"{said} on {day} does not happen because the clocks go from {say_time(gone)} to {say_time(to)}"


def _midnight_too_early(end: datetime, span: timedelta) -> bool:
    """Whether the end is a midnight that would have been right one day later."""
    return local(end).time() == time(0) and -span < timedelta(days=1)


def _next_midnight(day: date) -> str:
    """What to write instead of a midnight that was meant to end its day, where it begins it."""
    following = say_day(day + timedelta(days=1))
    return f"For the end of {say_day(day)}, write midnight on {following}"
