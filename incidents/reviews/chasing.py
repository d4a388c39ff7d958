"""When the people of an action are reminded, and who is told when nothing happens. Pure: days in, a rung out."""

from datetime import date, timedelta
from enum import StrEnum

from continuity.core.working_days import is_working_day

ONE_DAY = timedelta(days=1)


class Rung(StrEnum):
    """How far it has come: each goes higher than the one before (reference: chasing of actions)."""

    WEEK = "7 days before"
    SOON = "2 days before"
    TODAY = "on the day"
    LATE = "3 days late"
    LONG = "14 days late"
    MONTH = "30 days late"


# Days from the due day, the lowest rung first.
OFFSETS = {Rung.WEEK: -7, Rung.SOON: -2, Rung.TODAY: 0, Rung.LATE: 3, Rung.LONG: 14, Rung.MONTH: 30}
# From here on it is in the list that the board is shown.
LONG_LATE = OFFSETS[Rung.MONTH] * ONE_DAY
# The last is made up for within so many days. What was long past when it was taken over is in the weekly letters alone.
MADE_UP_WITHIN = timedelta(days=14)
# How far from today a due day may lie for a rung to be reached: the furthest, a holiday of days, and what is made up.
AHEAD, BEHIND = timedelta(days=7 + 7), timedelta(days=30 + 7) + MADE_UP_WITHIN


def day_of(rung: Rung, due_on: date) -> date:
    """The working day of a rung: a reminder comes rather sooner, a complaint never too soon."""
    day = due_on + timedelta(days=OFFSETS[rung])
    step = -ONE_DAY if OFFSETS[rung] < 0 else ONE_DAY
    while not is_working_day(day):
        day += step
    return day


def reached(due_on: date, today: date) -> Rung | None:
    """The highest rung whose day has come; None before the first, and long after it.

    Only the highest: whoever is told of it learns all that lower ones would have said.
    """
    if today >= day_of(Rung.MONTH, due_on) + MADE_UP_WITHIN:
        return None
    return max((rung for rung in Rung if day_of(rung, due_on) <= today), key=list(Rung).index, default=None)


def is_chased_weekly(due_on: date, today: date) -> bool:
    """Whether every rung was climbed in an earlier week, so that it is in each week's letters until it is over."""
    return day_of(Rung.MONTH, due_on) < monday_of(today)


def is_day_of_letters(today: date) -> bool:
    """From the first working day of a week, so that what a stopped worker missed is made up for within it."""
    day = monday_of(today)
    while not is_working_day(day):
        day += ONE_DAY
    return today >= day


def monday_of(day: date) -> date:
    return day - day.weekday() * ONE_DAY
