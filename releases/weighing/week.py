"""The week as clocks in London show it: busy times and opening hours on real days, people by the hour."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from continuity.core.clock import at_wall, local, local_day
from continuity.core.working_days import SATURDAY, bank_holiday
from releases.weighing.facts import Busy, Opening, Served, Span

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS_A_DAY, MINUTES_AN_HOUR = 24, 60
HOURS_A_WEEK = 7 * HOURS_A_DAY
# People an hour at the busiest, where nobody has counted them: enough to tell a good hour from a bad one.
BY_TIER = {1: 80, 2: 40, 3: 20, 4: 10}
# Of what is open day and night: the share of the busiest hour, by the hour from which it holds.
SHARE = ((0, 30), (7, 100), (19, 60), (23, 30))
AT_WEEKENDS = 70  # per cent of a weekday


def hour_of_week(at: datetime) -> int:
    """0 to 167; 0 is the hour from midnight on Monday in London."""
    there = local(at)
    return there.weekday() * HOURS_A_DAY + there.hour


def hours_of(start: datetime, end: datetime) -> Iterator[datetime]:
    """The whole hours, in UTC, that a window has a part of. Clocks in London change by whole hours."""
    here = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while here < end:
        yield here
        here += HOUR


def busy_spans(busy: Busy, start: datetime, end: datetime) -> list[Span]:
    """When it is that busy time within the window; whole, also where the window begins or ends inside."""
    spans = [
        (begins, begins + timedelta(minutes=busy.minutes))
        for day in _days(start, end)
        if day.weekday() in busy.days
        for begins in [at_wall(day, busy.starts)]
    ]
    return [span for span in spans if span[0] < end and start < span[1]]


def open_spans(opening: Opening, start: datetime, end: datetime) -> list[Span]:
    """When a service is open within the window; one that closes at or before it opens, closes the next day."""
    following = DAY if opening.closes <= opening.opens else timedelta(0)
    spans = [
        (at_wall(day, opening.opens), at_wall(day + following, opening.closes))
        for day in _days(start, end)
        if day.weekday() in opening.days and (opening.on_bank_holidays or not bank_holiday(day))
    ]
    return [span for span in spans if span[0] < end and start < span[1]]


def people_in(service: Served, hour: datetime) -> int:
    """People expected to use a service in an hour; none on a bank holiday on which it is closed."""
    opening = service.opening
    if opening and not opening.on_bank_holidays and bank_holiday(local_day(hour)):
        return 0
    return week_of(service)[hour_of_week(hour)]


def week_of(service: Served) -> tuple[int, ...]:
    """People by the hour of the week: as they were counted, else as tier and opening hours suggest."""
    return service.week or _guess(service)


def _guess(service: Served) -> tuple[int, ...]:
    most = BY_TIER.get(service.tier, min(BY_TIER.values()))
    share = _share_open if service.opening else _share_always
    return tuple(most * share(hour, service.opening) // 100 for hour in range(HOURS_A_WEEK))


def _share_always(hour: int, _: Opening | None) -> int:
    day, of_day = divmod(hour, HOURS_A_DAY)
    share = [percent for since, percent in SHARE if since <= of_day][-1]
    return share * AT_WEEKENDS // 100 if day >= SATURDAY else share


def _share_open(hour: int, opening: Opening | None) -> int:
    """How much of an hour of the week a service is open, per cent."""
    assert opening  # noqa: S101
    first = hour * MINUTES_AN_HOUR
    return (
        sum(_shared(first, begins, ends) for begins, ends in _open_minutes(opening)) * 100 // MINUTES_AN_HOUR
    )


def _open_minutes(opening: Opening) -> Iterator[tuple[int, int]]:
    """Minutes of the week between which it is open; the last day's night also as it comes before Monday."""
    a_day, a_week = HOURS_A_DAY * MINUTES_AN_HOUR, HOURS_A_WEEK * MINUTES_AN_HOUR
    opens, closes = (each.hour * MINUTES_AN_HOUR + each.minute for each in (opening.opens, opening.closes))
    for day in opening.days:
        begins, ends = day * a_day + opens, day * a_day + closes + (a_day if closes <= opens else 0)
        yield begins, ends
        yield begins - a_week, ends - a_week


def _shared(first: int, begins: int, ends: int) -> int:
    return max(0, min(first + MINUTES_AN_HOUR, ends) - max(first, begins))


def _days(start: datetime, end: datetime) -> Iterator[date]:
    """The days in London that a window has a part of, and the one before, whose night may reach into it."""
    day, last = local_day(start) - DAY, local_day(end)
    while day <= last:
        yield day
        day += DAY
