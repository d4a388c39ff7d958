"""Instants, spans and lengths in the words of the NHS content style, as clocks in London show them.

Midnight belongs to two days in people's minds: "midnight on Friday" may be the night before or the night
after. So a midnight that stands with a day says whether it starts or ends that day, except where a span of
one day leaves no doubt: "8pm to midnight on Friday" can only be the end of Friday.
"""

from datetime import date, datetime, timedelta

from psycopg.types.range import Range

from continuity.core.clock import (
    clock_change_inside,
    is_repeated_hour,
    length,
    local,
    local_day,
    say_day,
    say_time,
)
from continuity.core.spoken import MONTHS

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def time_words(at: datetime) -> str:
    """4pm, 5:30pm, midday, midnight, to the minute below; with BST or GMT in the hour that happens twice."""
    return _timed(at, zoned=is_repeated_hour(at))


def times_words(start: datetime, end: datetime) -> str:
    """What of a span on one day is said beside that day: 2am to 6am, 1:30am BST to 1:30am GMT."""
    zoned = _needs_zone(start, end)
    return f"{_timed(start, zoned=zoned)} to {_timed(end, zoned=zoned)}"


def is_midnight(at: datetime) -> bool:
    """Whether clocks show midnight; the seconds, which nobody is told, do not count."""
    return say_time(local(at).time()) == "midnight"


def date_words(day: date) -> str:
    """1 November 2024; an instant counts as its day in London."""
    day = _as_day(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_words(day: date) -> str:
    """Friday 1 November 2024, for a day on which people must act."""
    return say_day(_as_day(day))


def moment_words(at: datetime) -> str:
    """4pm on Friday 1 November 2024."""
    return f"{_starting(at, zoned=is_repeated_hour(at))} {say_day(local_day(at))}"


def span_words(start: datetime, end: datetime) -> str:
    """4pm on Friday 1 November to 12:36am on Saturday 2 November 2024; 2am to 6am on Sunday 20 October 2024.

    Both ends say BST or GMT when the clocks change in between or an end is in the hour that happens twice.
    """
    first, last = local_day(start), _last_day(start, end)
    if first == last:
        return f"{times_words(start, end)} on {say_day(first)}"
    zoned = _needs_zone(start, end)
    year = f" {first.year}" if first.year != last.year else ""
    opening = f"{_starting(start, zoned=zoned)} {_day_without_year(first)}{year}"
    return f"{opening} to {_ending(end, zoned=zoned)} {say_day(last)}"


def window_words(window: Range[datetime]) -> str:
    """The words of a window's span; ValueError for a window that is empty or open at an end."""
    return span_words(*_ends(window))


def until_words(at: datetime, now: datetime) -> str:
    """What follows "until": 12:36am, 12:36am tomorrow, or 12:36am on Saturday 2 November.

    The midnight that ends today is "midnight tonight"; a later one names the day that it ends. The year is
    said when it is not this one.
    """
    if at <= now:
        return since_words(at, now)
    if (days := (local_day(at) - local_day(now)).days) == 0:
        return time_words(at)
    if is_midnight(at):
        near = {1: "midnight tonight", 2: "midnight at the end of tomorrow"}
    else:
        near = {1: f"{time_words(at)} tomorrow"}
    far = f"{_ending(at, zoned=is_repeated_hour(at))} {_day_seen_from(_last_day(now, at), now)}"
    return near.get(days, far)


def since_words(at: datetime, now: datetime) -> str:
    """What follows "since": 4pm, 4pm yesterday, or 4pm on Friday 1 November (with its year, if another)."""
    if at > now:
        return until_words(at, now)
    if (days := (local_day(now) - local_day(at)).days) == 0:
        return time_words(at)
    if days == 1:
        return "midnight at the start of yesterday" if is_midnight(at) else f"{time_words(at)} yesterday"
    return f"{_starting(at, zoned=is_repeated_hour(at))} {_day_seen_from(local_day(at), now)}"


def ago_words(at: datetime, now: datetime) -> str:
    """How old news is: less than a minute ago, 3 minutes ago, 2 hours 5 minutes ago, 4 days ago.

    A clock that is a little ahead is no news from the future; what lies further ahead is "in 3 minutes".
    """
    age = length(at, now)
    if abs(age) < _MINUTE:
        return "less than a minute ago"
    words = length_words(abs(age) if abs(age) < _DAY else abs(age) // _DAY * _DAY)
    return f"{words} ago" if age > timedelta(0) else f"in {words}"


def length_words(span: timedelta) -> str:
    """8 hours 36 minutes, 1 day 2 hours, 1 minute: whole minutes, a started one not counted.

    ValueError for a negative length: say which way round instead.
    """
    if span < timedelta(0):
        raise ValueError("A length is not negative.")
    if timedelta(0) < span < _MINUTE:
        return "less than a minute"
    days, rest = divmod(span, _DAY)
    hours, rest = divmod(rest, _HOUR)
    parts = ((days, "day"), (hours, "hour"), (rest // _MINUTE, "minute"))
    return " ".join(count_words(count, unit) for count, unit in parts if count) or "0 minutes"


def window_length_words(window: Range[datetime]) -> str:
    """How long a window truly is: 9 hours for 10pm on 26 October to 6am on 27 October 2024."""
    return length_words(length(*_ends(window)))


def number_words(count: int) -> str:
    """A number in figures, with a comma from 1,000."""
    return f"{count:,}"


def count_words(count: int, one: str, many: str = "") -> str:
    """1 hour, 2 hours, 1,440 minutes; `many` where the plural is not made by an s."""
    return f"{number_words(count)} {one if count == 1 else many or one + 's'}"


def _needs_zone(start: datetime, end: datetime) -> bool:
    """Whether clocks alone mislead: they change in between, or an end is in the hour that happens twice."""
    return clock_change_inside(start, end) or is_repeated_hour(start) or is_repeated_hour(end)


def _timed(at: datetime, *, zoned: bool) -> str:
    there = local(at)
    return f"{say_time(there.time())} {there.tzname()}" if zoned else say_time(there.time())


def _starting(at: datetime, *, zoned: bool) -> str:
    joint = "at the start of" if is_midnight(at) else "on"
    return f"{_timed(at, zoned=zoned)} {joint}"


def _ending(at: datetime, *, zoned: bool) -> str:
    joint = "at the end of" if is_midnight(at) else "on"
    return f"{_timed(at, zoned=zoned)} {joint}"


def _last_day(start: datetime, end: datetime) -> date:
    """The day in London on which a span ends: the one that is over, when it ends at midnight."""
    ends_with_day = is_midnight(end) and local_day(start) < local_day(end)
    return local_day(end) - _DAY if ends_with_day else local_day(end)


def _day_without_year(day: date) -> str:
    return say_day(day).removesuffix(f" {day.year}")


def _day_seen_from(day: date, now: datetime) -> str:
    return _day_without_year(day) if day.year == local_day(now).year else say_day(day)


def _as_day(day: date) -> date:
    return local_day(day) if isinstance(day, datetime) else day


def _ends(window: Range[datetime]) -> tuple[datetime, datetime]:
    if window.lower is None or window.upper is None:
        raise ValueError("A window needs both its ends.")
    return window.lower, window.upper
