"""Work that comes back by a rule (RRULE, RFC 5545, 3.3.10): read, refused, said in words, expanded. Pure.

A rule gives days; the work starts on each at the same local time, so 10pm stays 10pm when the clocks change
(RFC 5545, 3.3.10: a rule is expanded in the zone of its start). A time that the clocks skip moves as they do;
of a time that happens twice it is the first (RFC 5545, 3.3.5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, TypeVar

from dateutil.rrule import rrule, rrulestr

from continuity.core.clock import LONDON, at_wall
from continuity.core.spoken import say_day
from continuity.core.wording import count_words, date_words

Day = TypeVar("Day", date, datetime)
# Five years of monthly work; more drafts than that are nobody's plan.
MOST = 60
LEAST = 2
# Beyond it nobody knows the services, and a rule that gives nothing must end somewhere.
LONGEST_YEARS = 3
# After so many years the calendar repeats itself: leap days, days of the week, weeks of the year.
CYCLE = 400
LONGEST_TEXT = 200
# A rule without its end leaves room for the one that is chosen beside it, such as ;UNTIL=20251231.
LONGEST_STEM = 185
LONGEST_PAUSE = 366
PLAIN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_BY_MONTH = frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})
# What may narrow each down. Less than the standard: a day or week that is only filtered may never come, and whoever
# expands such a rule looks through ten thousand years of them.
NARROWED = {
    "DAILY": frozenset[str](),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": _BY_MONTH,
    "YEARLY": _BY_MONTH | {"BYYEARDAY", "BYWEEKNO"},
}
TOO_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
HOURS = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
# What people choose without writing a rule; `kinds_for` says each of a certain day.
KINDS = {
    "week": "Every week on that weekday",
    "2_weeks": "Every 2 weeks on that weekday",
    "4_weeks": "Every 4 weeks on that weekday",
    "same_weekday": "Every month on the same weekday, such as the second Tuesday",
    "last_weekday": "Every month on the last such weekday",
    "same_day": "Every month on the same day of the month",
}
# For finding out whether a rule can be read at all.
SOME_DAY = datetime.combine(date(2024, 11, 1), time())
UNREADABLE = "This rule cannot be read. Write it like FREQ=MONTHLY;BYDAY=2TU;COUNT=12."
ENDLESS = "Say when the series ends: how many times the work takes place, or on which day at the latest."


class RuleError(ValueError):
    """A rule that gives no series; the sentence says what to change."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Rule:
    """The parts of a rule, by their names in RFC 5545."""

    parts: Mapping[str, str]

    def __str__(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.parts.items())

    @property
    def stem(self) -> str:
        """How often, without when it ends."""
        return str(self.without_end())

    def without_end(self) -> "Rule":
        return Rule({name: value for name, value in self.parts.items() if name not in {"COUNT", "UNTIL"}})

    def ending(self, *, times: int | None = None, last: date | None = None) -> "Rule":
        """The same, but so many times, or on no day after `last`."""
        end = {"COUNT": str(times)} if times else {"UNTIL": f"{last:%Y%m%d}"} if last else {}
        return Rule({**self.without_end().parts, **end})


def read_rule(text: str) -> Rule:
    """The parts of a rule's text, with or without `RRULE:`. Raises RuleError; whether it ends is for `starts_of`."""
    said = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").rstrip(";")
    if len(said) > LONGEST_TEXT:
        raise RuleError(f"A rule has at most {LONGEST_TEXT} characters.")
    pairs = [part.partition("=")[::2] for part in said.split(";")]
    parts = dict(pairs)
    if len(parts) < len(pairs) or not all(name and value for name, value in pairs):
        raise RuleError(UNREADABLE)
    _refuse_parts(parts)
    rule = Rule(parts)
    if len(rule.stem) > LONGEST_STEM:
        raise RuleError(f"A rule has at most {LONGEST_STEM} characters without its end.")
    return rule


def starts_of(rule: Rule, *, first: date, wall: time) -> list[datetime]:
    """Every start in UTC, the first on `first`, each when clocks in London show `wall`.

    Raises RuleError for a rule without an end, of more than MOST or fewer than LEAST occurrences, that lasts
    longer than LONGEST_YEARS, or that does not give `first`.
    """
    times, last = _end_of(rule)
    horizon = _years_later(first)
    if last and last > datetime.combine(horizon, time.max):
        raise RuleError(f"{_too_long(horizon)} This one would go on until {date_words(last.date())}.")
    dates = _dates(
        rule, first, wall, last or datetime.combine(horizon, time.max), min(times or MOST, MOST) + 1
    )
    _refuse_first(dates, first)
    if (times or 0) > MOST or (not times and len(dates) > MOST):
        raise RuleError(f"A series has at most {MOST} occurrences. Choose an earlier end.")
    if times and len(dates) < times:
        raise RuleError(f"{_too_long(horizon)} Choose fewer times.")
    dates = dates[:times] if times else dates
    if len(dates) < LEAST:
        raise RuleError("The rule gives this one time only. Choose a later end, or leave the draft as it is.")
    return [at_wall(day, wall) for day in dates]


def rule_like(kind: str, first: date) -> Rule:
    """The rule of one of KINDS, without an end, for a series that starts that day."""
    day, place = DAYS[first.weekday()], (first.day - 1) // 7 + 1
    stems = {
        "week": f"FREQ=WEEKLY;BYDAY={day}",
        "2_weeks": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        "4_weeks": f"FREQ=WEEKLY;INTERVAL=4;BYDAY={day}",
        "same_weekday": f"FREQ=MONTHLY;BYDAY={place}{day}",
        "last_weekday": f"FREQ=MONTHLY;BYDAY=-1{day}",
        "same_day": f"FREQ=MONTHLY;BYMONTHDAY={first.day}",
    }
    return read_rule(stems[kind])


def kind_of(rule: Rule, first: date) -> str:
    """Which of KINDS a rule is, whatever its end; nothing for one that somebody wrote."""
    return next((kind for kind in KINDS if rule_like(kind, first).stem == rule.stem), "")


def kinds_for(first: date) -> dict[str, str]:
    """What a series that starts that day may do without writing a rule, in words that name the day."""
    is_last = (first + timedelta(days=7)).month != first.month
    unfit = set() if is_last else {"last_weekday"}
    unfit |= {"same_weekday"} if first.day > _SHORTEST_MONTH else set()
    unfit |= {"same_day"} if first.day > _SHORTEST_MONTH else set()
    return {kind: rule_words(rule_like(kind, first)) for kind in KINDS if kind not in unfit}


def rule_words(rule: Rule) -> str:
    """How often, and how it ends: 'Every month on the second Tuesday, 12 times'. A rule of another kind is quoted."""
    how = _often_words(rule.without_end().parts) or f"By the rule {rule.stem}"
    if times := rule.parts.get("COUNT"):
        return f"{how}, {count_words(int(times), 'time')}"
    last = rule.parts.get("UNTIL")
    return f"{how}, until {date_words(_until(last).date())}" if last else how


_SHORTEST_MONTH = 28
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


def _refuse_parts(parts: Mapping[str, str]) -> None:
    often = parts.get("FREQ", "")
    if often in TOO_OFTEN or HOURS & parts.keys():
        raise RuleError(
            "The work comes back at most once a day, at the same time. Take hours out of the rule."
        )
    if often not in NARROWED or parts.keys() - PLAIN - NARROWED["YEARLY"]:
        raise RuleError(UNREADABLE)
    if unfit := sorted(parts.keys() - PLAIN - NARROWED[often]):
        instead = "FREQ=WEEKLY" if unfit == ["BYDAY"] else "FREQ=MONTHLY or FREQ=YEARLY"
        raise RuleError(f"{unfit[0]} does not go with FREQ={often}. Write the rule with {instead}.")
    for name, most in (("INTERVAL", LONGEST_PAUSE), ("COUNT", 10**6)):
        if name in parts and not re.fullmatch(r"[1-9]\d*", parts[name]):
            raise RuleError(f"Write {name} as a whole number from 1.")
        if int(parts.get(name, "1")[:9]) > most:
            raise RuleError(f"{name} is at most {LONGEST_PAUSE if name == 'INTERVAL' else MOST}.")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise RuleError("Write COUNT or UNTIL, not both.")
    if "UNTIL" in parts:
        _until(parts["UNTIL"])
    _rrule(parts, SOME_DAY, SOME_DAY)


def _end_of(rule: Rule) -> tuple[int | None, datetime | None]:
    times, last = rule.parts.get("COUNT"), rule.parts.get("UNTIL")
    if not times and not last:
        raise RuleError(ENDLESS)
    return (int(times) if times else None), (_until(last) if last else None)


def _until(text: str) -> datetime:
    """The last moment of a rule as clocks in London show it; a day counts to its end."""
    found = _UNTIL.fullmatch(text)
    try:
        day, hour, zone = found.groups() if found else ("", "", "")
        if not hour:
            return datetime.combine(datetime.strptime(day, "%Y%m%d").date(), time.max)  # noqa: DTZ007
        said = datetime.strptime(f"{day}{hour}", "%Y%m%d%H%M%S")  # noqa: DTZ007
        return said.replace(tzinfo=UTC).astimezone(LONDON).replace(tzinfo=None) if zone else said
    except (ValueError, OverflowError) as error:
        raise RuleError("Write the last day of a rule like UNTIL=20251231.") from error


def _rrule(parts: Mapping[str, str], start: datetime, until: datetime) -> rrule:
    bare = ";".join(f"{name}={value}" for name, value in parts.items() if name not in {"COUNT", "UNTIL"})
    try:
        found: Any = rrulestr(bare, dtstart=start)
        bounded = found.replace(until=until)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise RuleError(UNREADABLE) from error
    assert isinstance(bounded, rrule)  # noqa: S101
    return bounded


def _dates(rule: Rule, first: date, wall: time, until: datetime, most: int) -> list[date]:
    """The days that a rule gives, at most so many, none after `until`, which lies a few years ahead.

    Where a rule gives no day, whoever expands it looks through all years up to the last that there is. So it is
    expanded near there, where the same days fall, and taken back.
    """
    later = (MAXYEAR - LONGEST_YEARS - 1 - first.year) // CYCLE * CYCLE
    start = datetime.combine(_years_on(first, later), wall)
    try:
        found = islice(_rrule(rule.parts, start, _years_on(until, later)), most)
        return [_years_on(each.date(), -later) for each in found]
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise RuleError(UNREADABLE) from error


def _years_on(day: Day, years: int) -> Day:
    """The same day whole cycles later or earlier: a leap day where it was one."""
    return day.replace(year=day.year + years)


def _refuse_first(dates: list[date], first: date) -> None:
    if not dates:
        raise RuleError("The rule gives no day at all. Change the rule, or choose a later end.")
    if dates[0] != first:
        raise RuleError(
            f"The work starts on {say_day(first)}, and the rule does not give that day. The first that it gives "
            f"is {say_day(dates[0])}. Change the rule or the start."
        )


def _years_later(first: date) -> date:
    try:
        return first.replace(year=first.year + LONGEST_YEARS)
    except ValueError:  # 29 February
        return first.replace(year=first.year + LONGEST_YEARS, day=_SHORTEST_MONTH)


def _too_long(horizon: date) -> str:
    return f"A series lasts at most {LONGEST_YEARS} years, here until {date_words(horizon)}."


def _often_words(parts: Mapping[str, str]) -> str:
    """The words of the rules that people choose without writing them; nothing for another."""
    pause = int(parts.get("INTERVAL", "1"))
    named = parts.keys() - {"INTERVAL", "WKST"}
    every = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}[parts["FREQ"]]
    how = f"Every {every}" if pause == 1 else f"Every {count_words(pause, every)}"
    if named == {"FREQ"}:
        return how
    if named == {"FREQ", "BYMONTHDAY"} and every == "month" and parts["BYMONTHDAY"].isdecimal():
        return f"{how} on day {parts['BYMONTHDAY']}"
    if named == {"FREQ", "BYDAY"}:
        on = [_day_words(each, every) for each in parts["BYDAY"].split(",")]
        return f"{how} on {' and '.join(on)}" if all(on) else ""
    return ""


def _day_words(text: str, every: str) -> str:
    found = re.fullmatch(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)", text)
    place = int(found[1]) if found and found[1] else 0
    if not found or (place and (every != "month" or place not in ORDINALS)):
        return ""
    name = DAY_NAMES[DAYS.index(found[2])]
    return f"the {ORDINALS[place]} {name}" if place else f"a {name}"
