"""Working days and bank holidays of England. Pure; the holidays are data of a library, no network is asked."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from holidays import country_holidays

from continuity.core.clock import local, local_day

SATURDAY = 5
# When offices are staffed, as London clocks show it.
WORK_BEGINS, WORK_ENDS = time(9), time(17)


def bank_holiday(day: date) -> str:
    """What the bank holiday on that day in England is called; nothing on other days."""
    return _of_year(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for bank holidays."""
    return day.weekday() < SATURDAY and not bank_holiday(day)


def is_working_time(at: datetime) -> bool:
    """9am to 5pm in London, Monday to Friday, but for bank holidays."""
    return is_working_day(local_day(at)) and WORK_BEGINS <= local(at).time() < WORK_ENDS


def working_days_between(told_at: datetime, starts_at: datetime) -> int:
    """Working days of notice: those after the day it was told and before the day it starts, in London.

    Told on Friday for Monday is none; told on Monday for Friday is 3. Negative spans are none.
    """
    first, last = local_day(told_at) + timedelta(days=1), local_day(starts_at)
    days = range(max((last - first).days, 0))
    return sum(is_working_day(first + timedelta(days=number)) for number in days)


def enough_notice_from(told_at: datetime, days: int) -> date:
    """The first day on which work may start with so many working days of notice."""
    day, counted = local_day(told_at) + timedelta(days=1), 0
    while counted < days:
        counted += is_working_day(day)
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _of_year(year: int) -> dict[date, str]:
    return dict(country_holidays("GB", subdiv="ENG", years=year, language="en_GB"))
