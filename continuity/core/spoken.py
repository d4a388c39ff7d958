"""Wall-clock times and days as people write them and as the portal says them. Pure, without any zone."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, time
from typing import Literal

Zone = Literal["BST", "GMT"]
Code = Literal["repeated", "never", "zone", "twelve", "unreadable", "reversed", "empty"]

# A year outside these is a slip of the hand (2204, 1024), not a plan or a memory of this hospital.
YEARS = range(2000, 2100)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST_NAME = len("Nov")

_NAMED_TIMES = {
    "midday": time(12), "noon": time(12), "12 midday": time(12), "12 noon": time(12),
    "midnight": time(0), "12 midnight": time(0),
}  # fmt: skip
_HALF_DAY = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))? ?([ap])\.?m\.?")
_WHOLE_DAY = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})")
_DAY_IN_WORDS = re.compile(r"(?:([a-z]{3,}) )?([0-9]{1,2})(?:st|nd|rd|th)? ([a-z]{3,})(?: ([0-9]+))?")
_DAY_IN_FIGURES = re.compile(r"([0-9]{1,2})([/.\- ])([0-9]{1,2})(?:\2([0-9]+))?")
_DAY_IN_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SHORT_NUMBER = re.compile(r"[0-9]{1,2}")
_YEAR = re.compile(r"[0-9]{4}")

UNREADABLE_TIME = "Write the time like 4pm, 4:30pm or 16:00"
UNREADABLE_DAY = "Write the date like 1 November 2024"


class ClockError(ValueError):
    """A time that cannot be taken as written. `sentence` says what is wrong and how to mend it.

    `code` is `repeated` (happens twice: BST or GMT?), `never` (skipped when clocks go forward), `zone` (BST
    in winter, GMT in summer), `twelve` (12am, 12pm), `unreadable`, or of a window `reversed` or `empty`.
    """

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(sentence)
        self.code: Code = code
        self.sentence = sentence


def say_time(wall: time) -> str:
    """A wall-clock time in NHS style, to the minute below: 4pm, 5:30pm, 12:36am, midday, midnight."""
    if wall.minute == 0 and wall.hour in (0, 12):
        return "midday" if wall.hour else "midnight"
    minutes = f":{wall.minute:02}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall < time(12) else 'pm'}"


def say_day(day: date) -> str:
    """A day in full: Friday 1 November 2024."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def parse_time(text: str) -> time:
    """The wall-clock time that a person wrote: 4pm, 4.30 PM, 12:36am, 16:00, 1600, noon, midday or midnight.

    Raises ClockError: `twelve` for 12am and 12pm, which people read both ways, otherwise `unreadable`.
    """
    said = _plain(text)
    if said in _NAMED_TIMES:
        return _NAMED_TIMES[said]
    if half := _HALF_DAY.fullmatch(said):
        return _half_day_time(int(half[1]), int(half[2] or 0), afternoon=half[3] == "p")
    if whole := _WHOLE_DAY.fullmatch(said):
        return _whole_day_time(whole[1], whole[2])
    raise ClockError("unreadable", UNREADABLE_TIME)


def split_zone(text: str) -> tuple[str, Zone | None]:
    """A written time and the zone said after it: "1:30am GMT" is "1:30am" in GMT, "4pm" in neither."""
    said, _, last = _plain(text).rpartition(" ")
    zones: dict[str, Zone] = {"bst": "BST", "gmt": "GMT"}
    return (said, zones[last]) if last in zones else (text, None)


def parse_day(text: str) -> date:
    """The day that a person wrote: 1 November 2024, Fri 1 Nov 2024, 1/11/2024 (day first) or 2024-11-01.

    Raises ClockError `unreadable`, also for a day that does not exist and a weekday that is not that day's.
    """
    said = _plain(text).replace(",", " ").replace("  ", " ")
    if iso := _DAY_IN_ISO.fullmatch(said):
        return day_of(iso[3], iso[2], iso[1])
    if figures := _DAY_IN_FIGURES.fullmatch(said):
        return day_of(figures[1], figures[3], figures[4] or "")
    if words := _DAY_IN_WORDS.fullmatch(said):
        day = day_of(words[2], words[3], words[4] or "")
        return _on_weekday(day, words[1])
    raise ClockError("unreadable", UNREADABLE_DAY)


def day_of(day: str, month: str, year: str) -> date:
    """The day whose parts a person wrote, the month as a number or a name.

    Raises ClockError `unreadable` for parts that make no day, and for a year of 2 digits.
    """
    which = int(month) if _SHORT_NUMBER.fullmatch(month) else _place(month, MONTHS)
    if which not in range(1, 13) or not _SHORT_NUMBER.fullmatch(day):
        raise ClockError("unreadable", UNREADABLE_DAY)
    if not _YEAR.fullmatch(year):
        raise ClockError("unreadable", "Write the year with 4 digits, like 1 November 2024")
    if int(year) not in YEARS:
        raise ClockError("unreadable", f"The year must be between {YEARS[0]} and {YEARS[-1]}")
    try:
        return date(int(year), which, int(day))
    except ValueError:
        unknown = f"{int(day)} {MONTHS[which - 1]} {year}"
        raise ClockError("unreadable", f"Check the date because there is no {unknown}") from None


def _half_day_time(hour: int, minute: int, *, afternoon: bool) -> time:
    if hour not in range(1, 13) or minute not in range(60):
        raise ClockError("unreadable", UNREADABLE_TIME)
    if (hour, minute) == (12, 0):
        said = "12pm" if afternoon else "12am"
        raise ClockError("twelve", f"To be clear, write midnight or midday instead of {said}")
    return time(hour % 12 + 12 * afternoon, minute)


def _whole_day_time(hours: str, minutes: str) -> time:
    hour, minute = int(hours), int(minutes)
    if (hour, minute) == (24, 0):
        raise ClockError("unreadable", "Write midnight, with the date of the day that begins then")
    if hour not in range(24) or minute not in range(60):
        raise ClockError("unreadable", UNREADABLE_TIME)
    # 4:30 is half past four in the afternoon to many who write it; 04:30 is nobody's afternoon.
    if len(hours) == 1 and hour:
        morning, evening = say_time(time(hour, minute)), say_time(time(hour + 12, minute))
        raise ClockError("unreadable", f"Write {morning} or {evening}")
    return time(hour, minute)


def _on_weekday(day: date, named: str | None) -> date:
    if named and _place(named, WEEKDAYS) != day.isoweekday():
        raise ClockError("unreadable", f"Check the day of the week because the date is {say_day(day)}")
    return day


def _place(word: str, names: Sequence[str]) -> int:
    """The place, from 1, of the name that a word of 3 letters or more begins; 0 if it begins none."""
    if len(word) < SHORTEST_NAME:
        return 0
    return next((place for place, name in enumerate(names, 1) if name.lower().startswith(word.lower())), 0)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
