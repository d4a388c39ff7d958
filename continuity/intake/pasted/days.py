"""Which days and instants are meant where a text says only part of them. Pure; nothing is made up silently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from continuity.core.clock import Zone, at_local, local_day, say_day
from continuity.core.spoken import YEARS
from continuity.intake.pasted.pieces import Day

DAY = timedelta(days=1)
YEAR = timedelta(days=366)
# How far from now a weekday may tell the year.
YEARS_AROUND = 3
# A notice of last month may still be pasted; what is older without a year is meant for next year.
RECENT = timedelta(days=31)
NO_SUCH_DAY = "The text holds a day that does not exist."
ZONES: dict[str, Zone] = {"BST": "BST", "GMT": "GMT"}

Notes = tuple[str, ...]


@dataclass(frozen=True)
class Around:
    """What tells more about a day without its year: now, years named in the text, the nearest day in it."""

    at: datetime
    years: Sequence[int]
    nearest: Day | None


def days_of(
    first: Day | None, last: Day | None, passes_midnight: bool, around: Around
) -> tuple[tuple[date, date] | None, Notes]:
    """The days a window begins and ends on, and what was taken for granted."""
    given = first or last or around.nearest
    if given is None:
        return None, ("The text gives times but no day.",)
    opening, notes = _resolved(given, around)
    if opening is None:
        return None, notes
    if first and last:
        closing, more = _resolved(last, around)
        days = _in_order(opening, closing, first, last) if closing else None
        return days, tuple(dict.fromkeys((*notes, *more)))
    if passes_midnight and last:
        notes = (*notes, f"The times pass midnight, so they were taken to begin on {say_day(opening)}.")
    return (opening, opening + DAY if passes_midnight else opening), notes


def instant_of(day: date, wall: time, zone: str) -> datetime:
    """The instant of a day and time: in London, or in UTC or at an offset where that is said."""
    if zone in {"UTC", "Z"}:
        return datetime.combine(day, wall, UTC)
    if zone.startswith("+"):
        ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return datetime.combine(day, wall, timezone(ahead)).astimezone(UTC)
    return at_local(day, wall, fold=ZONES.get(zone))


def _in_order(opening: date, closing: date, first: Day, last: Day) -> tuple[date, date]:
    """Over the turn of a year only one of two days may say its year: the other follows or precedes it."""
    if opening <= closing:
        return opening, closing
    if not first.year and first.day:
        return _moved(opening, -1), closing
    if not last.year and last.day:
        return opening, _moved(closing, 1)
    return opening, closing


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day


def _resolved(said: Day, around: Around) -> tuple[date | None, Notes]:
    """The day that is meant, and what had to be taken for granted; None for a day that does not exist."""
    today = local_day(around.at)
    if said.near:
        found = today + DAY if said.near == "tomorrow" else today
        return found, (f"{said.near.capitalize()} was taken as {say_day(found)}.",)
    if not said.day:
        found = today + timedelta(days=(said.weekday - today.weekday()) % 7)
        return found, (f"Only a weekday is given. It was taken as {say_day(found)}.",)
    if said.year:
        day = _day_of(said.year, said)
        return day, _weekday_note(day, said) if day else (NO_SUCH_DAY,)
    return _guessed(said, around.years, today)


def _guessed(said: Day, years: Sequence[int], today: date) -> tuple[date | None, Notes]:
    """A day without its year: in a year that the text names, else where the weekday fits, else the next to come."""
    named = [day for year in years if (day := _day_of(year, said)) and not _weekday_note(day, said)]
    if named:
        return named[0], ()
    nearby = range(today.year - YEARS_AROUND, today.year + YEARS_AROUND + 1)
    possible = [day for year in nearby if (day := _day_of(year, said))]
    if not possible:
        return None, (NO_SUCH_DAY,)
    fitting = [day for day in possible if not _weekday_note(day, said)] or possible
    coming = [day for day in fitting if today - RECENT <= day <= today + YEAR]
    found = coming[0] if coming else min(fitting, key=lambda day: abs(day - today))
    return found, (f"No year is given, so {found.year} was taken.", *_weekday_note(found, said))


def _weekday_note(day: date, said: Day) -> Notes:
    return () if said.weekday in {-1, day.weekday()} else (f"Check the weekday: the date is {say_day(day)}.",)


def _day_of(year: int, said: Day) -> date | None:
    try:
        return date(year, said.month, said.day) if year in YEARS else None
    except ValueError:
        return None
