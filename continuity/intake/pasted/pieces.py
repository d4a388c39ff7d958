"""Finds dates and times in running text, as people and suppliers write them. Pure; never raises."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Literal

from continuity.core.spoken import MONTHS, WEEKDAYS, ClockError, parse_time

# Two digits of a year mean this century: no notice is older, or plans further ahead.
CENTURY = 2000
_MONTH = (
    "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in MONTHS if len(name) > len("June"))
    + "|May|June?|July?|Sept"
)
_WEEKDAY = "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in WEEKDAYS) + "|Tues|Thurs?|Weds"
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>\d{{4}}|'?\d{{2}}(?![\d:.]|\s?(?:[ap]\.?m|noon|mid|hrs|hours)))"
PIECE = re.compile(
    rf"""
    (?P<iso>(?P<iso_y>\d{{4}})-(?P<iso_m>\d{{1,2}})-(?P<iso_d>\d{{1,2}}))(?:T(?=\d))?
  | (?<![\d/])(?P<figures>(?P<fig_d>\d{{1,2}})/(?P<fig_m>\d{{1,2}})(?:/(?P<fig_y>\d{{4}}|\d{{2}}))?)(?![\d/])
  | (?<![\d.])(?P<dotted>(?P<dot_d>\d{{1,2}})[.-](?P<dot_m>\d{{1,2}})[.-](?P<dot_y>\d{{4}}))(?![\d.])
  | \b(?P<words>(?:(?P<w_day>{_WEEKDAY})\b[.,]?\s+(?:the\s+)?)?(?P<w_d>\d{{1,2}}){_ORDINAL}(?:\s+of)?[\s-]+
        (?P<w_m>{_MONTH})\b[.,]?(?:[\s-]+{_YEAR.format("w_y")})?)\b
  | \b(?P<american>(?:(?P<a_day>{_WEEKDAY})\b[.,]?\s+)?(?P<a_m>{_MONTH})\b[.]?\s+(?P<a_d>\d{{1,2}}){_ORDINAL}
        (?:,?\s+(?P<a_y>\d{{4}}))?)(?![\d:])
  | \b(?P<half>\d{{1,2}}(?:[:.]\d{{2}})?\s?[ap](?:\.\s?m\.|m\b\.?|\.m\b))
  | (?<![\d:.,/])(?P<bare>\d{{1,2}}(?:[:.]\d{{2}})?)(?=\s?(?:-|to|until|till)\s?\d{{1,2}}(?:[:.]\d{{2}})?\s?[ap]\.?m)
  | (?<![\d:.])(?P<whole>\d{{1,2}}:\d{{2}})(?::\d{{2}}(?:\.\d+)?)?(?:\s?(?:hrs?|hours|h)\b)?(?![\d])
  | \b(?P<suffixed>\d{{1,2}}[.:]?\d{{2}})\s?(?:hrs?|hours|h)\b
  | \b(?P<named>(?:12\s)?(?:noon|midday|midnight))\b
  | \b(?P<zone>BST|GMT|UTC)\b
  | (?<=\d)(?P<offset>Z\b|\+\d{{2}}:?\d{{2}})(?!\d)
  | \b(?P<near>today|tonight|tomorrow)\b
  | \b(?P<weekday>{_WEEKDAY})\b
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


@dataclass(frozen=True)
class Day:
    """A day as it is written: parts that are missing are 0, -1 for no weekday, or a word like "tomorrow"."""

    day: int = 0
    month: int = 0
    year: int = 0
    weekday: int = -1
    near: str = ""


@dataclass(frozen=True)
class Piece:
    """A day, a time or a zone of the text, from one place to another. A time that cannot be read keeps its fault."""

    kind: Literal["day", "time", "zone"]
    start: int
    end: int
    text: str
    day: Day = Day()
    wall: time | None = None
    fault: str = ""


def straightened(text: str) -> str:
    """The text with plain spaces, dashes and line ends, so that one way to look suffices."""
    flat = unicodedata.normalize("NFKC", text).translate(_DASHES).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[^\S\n]", " ", flat)


def pieces_of(text: str) -> Iterator[Piece]:
    """Every day, time and zone of a straightened text, in order."""
    for match in PIECE.finditer(text):
        kind = match.lastgroup and _kind(match)
        if kind == "day":
            yield Piece("day", match.start(), match.end(), match[0], day=_day(match))
        elif kind == "zone":
            yield Piece("zone", match.start(), match.end(), match[0].upper())
        elif kind == "time":
            wall, fault = _wall(match, text)
            yield Piece("time", match.start(), match.end(), match[0], wall=wall, fault=fault)


def _kind(match: re.Match[str]) -> str:
    if match["zone"] or match["offset"]:
        return "zone"
    times = ("half", "bare", "whole", "suffixed", "named")
    return "time" if any(match[name] for name in times) else "day"


def _day(match: re.Match[str]) -> Day:
    for name, prefix in (("iso", "iso"), ("figures", "fig"), ("dotted", "dot")):
        if match[name]:
            day, month = int(match[f"{prefix}_d"]), int(match[f"{prefix}_m"])
            return Day(day, month, _year(match[f"{prefix}_y"]))
    for name, prefix in (("words", "w"), ("american", "a")):
        if match[name]:
            return Day(
                int(match[f"{prefix}_d"]),
                _place(match[f"{prefix}_m"], MONTHS) + 1,
                _year(match[f"{prefix}_y"]),
                _place(match[f"{prefix}_day"] or "?", WEEKDAYS),
            )
    return (
        Day(near=match["near"].lower()) if match["near"] else Day(weekday=_place(match["weekday"], WEEKDAYS))
    )


def _wall(match: re.Match[str], text: str) -> tuple[time | None, str]:
    said = next(match[name] for name in ("half", "bare", "whole", "suffixed", "named") if match[name])
    if match["bare"]:
        return _like_its_end(said, text[match.end() :])
    if match["suffixed"]:
        said = said.replace(".", ":").zfill(len("1600") + (":" in said.replace(".", ":")))
    return _read(said)


def _like_its_end(said: str, rest: str) -> tuple[time | None, str]:
    """ "4" of "4 to 6pm": the same half of the day as the end, or the other one when it would come later."""
    end = re.search(r"(\d{1,2}(?:[:.]\d{2})?)\s?([ap])", rest, re.ASCII | re.IGNORECASE)
    if end is None:
        return None, ""
    half = end[2].lower()
    closing, _ = _read(f"{end[1]}{half}m")
    same, fault = _read(f"{said}{half}m")
    if same and closing and same > closing:
        return _read(f"{said}{'a' if half == 'p' else 'p'}m")
    return same, fault


def _read(said: str) -> tuple[time | None, str]:
    try:
        return parse_time(said.replace(". ", ".")), ""
    except ClockError as error:
        return None, error.sentence


def _year(text: str | None) -> int:
    if not text:
        return 0
    year = int(text.lstrip("'"))
    return year if len(text.lstrip("'")) > 2 else CENTURY + year  # noqa: PLR2004 - two digits


def _place(word: str, names: tuple[str, ...]) -> int:
    """The place of the name that a word begins, from 0; -1 for none."""
    start = word.lower()[:3]
    return next((place for place, name in enumerate(names) if name.lower().startswith(start)), -1)
