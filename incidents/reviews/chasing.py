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


# Days from the due day, the lowest rung first.
OFFSETS = {Rung.WEEK: -7, Rung.SOON: -2, Rung.TODAY: 0, Rung.LATE: 3, Rung.LONG: 14}
# The last is made up for within so many days. So nobody is told of what was long past when it was taken over.
MADE_UP_WITHIN = timedelta(days=14)
# How far from today a due day may lie for a rung to be reached: the furthest, a holiday of days, and what is made up.
AHEAD, BEHIND = timedelta(days=7 + 7), timedelta(days=14 + 7) + MADE_UP_WITHIN


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
    if today >= day_of(Rung.LONG, due_on) + MADE_UP_WITHIN:
        return None
    return max((rung for rung in Rung if day_of(rung, due_on) <= today), key=list(Rung).index, default=None)
