"""Finds the windows that running text speaks of: two moments with "to" between them, and what they are about.

Nothing is made up: where a day, a year or a half of the day is missing, what was taken is said, and what cannot be
known stays open. Pure; never raises; the text's length bounds the work.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum

from psycopg.types.range import Range

from continuity.core.clock import ClockError, Zone, at_local, local_day, say_day, window
from continuity.core.spoken import YEARS
from continuity.intake.pasted.pieces import Day, Piece, pieces_of

DAY = timedelta(days=1)
YEAR = timedelta(days=366)
# How far from now a weekday may tell the year.
YEARS_AROUND = 3
# A notice of last month may still be pasted; what is older without a year is meant for next year.
RECENT = timedelta(days=31)
LONGEST_GAP = 90
# How far around a window the words tell what it is about, in characters.
CLAUSES = 600

_LABELS = (
    *(
        "work",
        "working",
        "works",
        "outage",
        "window",
        "maintenance",
        "downtime",
        "planned",
        "scheduled",
        "change",
    ),
    *(
        "service",
        "services",
        "system",
        "unavailable",
        "unavailability",
        "expected",
        "estimated",
        "approximate",
    ),
)
_BETWEEN = {
    *(
        "on",
        "at",
        "of",
        "the",
        "from",
        "by",
        "time",
        "times",
        "date",
        "day",
        "in",
        "and",
        "approx",
        "approximately",
    ),
    *(
        "around",
        "about",
        "circa",
        "local",
        "hours",
        "hrs",
        "uk",
        "start",
        "starts",
        "starting",
        "begin",
        "begins",
    ),
    *(
        "beginning",
        "commencing",
        "next",
        "following",
        "same",
        "morning",
        "evening",
        "afternoon",
        "night",
        "is",
        "be",
    ),
    *("will", "should", "it", "we", "expect", *_LABELS),
}
_ENDS = {
    *(
        "to",
        "until",
        "till",
        "til",
        "through",
        "end",
        "ends",
        "ending",
        "ended",
        "finish",
        "finishes",
        "finishing",
    ),
    *(
        "finished",
        "complete",
        "completes",
        "completed",
        "completion",
        "close",
        "closes",
        "restored",
        "back",
        "up",
        "-",
    ),
    "|",
}
_WORD = re.compile(r"[a-z]+|[-|]|[^\s\w,:;.()*/]|\d")
_CLAUSE = re.compile(r"[.;!?]\s|\n")
_OUTAGE = re.compile(
    r"outage|unavailab|not (?:be )?(?:available|accessible|working|able)|down(?:time)?\b|off-?\s?line|cannot|can't|"
    r"no access|inaccessible|out of (?:service|action|use)|switched off|interrupt|disrupt|loss of|unable to|stops?\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\bwork|maintenance|\bwindow|planned|scheduled|upgrad|deploy|implement|\bchange|\brelease|engineer|take place",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"check|verif|test|desk|support|office|contact|phone|ring|call|open|available (?:again|from)|sent:|"
    r"monday to friday",
    re.IGNORECASE,
)


Window = Range[datetime]
Notes = tuple[str, ...]
ZONES: dict[str, Zone] = {"BST": "BST", "GMT": "GMT"}
NO_SUCH_DAY = "The text holds a day that does not exist."


@dataclass(frozen=True)
class Around:
    """What tells more about a day without its year: now, years named in the text, the nearest day in it."""

    at: datetime
    years: Sequence[int]
    nearest: Day | None


class About(Enum):
    """What a window is about, by the words around it."""

    OUTAGE = "outage"
    WORK = "work"
    OTHER = "other"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class Said:
    """A window of the text, and what must be told about how it was understood."""

    about: About
    window: Window | None
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moment:
    """A day and a time that stand together; either may be missing."""

    start: int
    end: int
    day: Piece | None = None
    wall: Piece | None = None
    zone: str = ""

    def takes(self, piece: Piece) -> bool:
        if piece.kind == "zone":
            return self.wall is not None and not self.zone
        return (self.day if piece.kind == "day" else self.wall) is None

    def with_(self, piece: Piece) -> "Moment":
        if piece.kind == "zone":
            return replace(self, end=piece.end, zone=piece.text)
        if piece.kind == "day":
            return replace(self, end=piece.end, day=piece)
        return replace(self, end=piece.end, wall=piece)


def spans_said(text: str, at: datetime) -> Iterator[Said]:
    """The windows of a straightened text, in order, read at the instant `at`."""
    moments = list(_moments(text))
    days = [(moment.start, moment.day.day) for moment in moments if moment.day]
    years = [day.year for _, day in days if day.year]
    pairs = list(_pairs(text, moments))
    edges = [0, *(end.end for _, end in pairs)]
    for place, (start, end) in enumerate(pairs):
        following = pairs[place + 1][0].start if place + 1 < len(pairs) else len(text)
        about = _about(text[edges[place] : start.start], text[end.end : following])
        before = [day for where, day in days if where < start.start]
        after = [day for where, day in days if where > end.start]
        found, notes = _span(start, end, Around(at, years, next(iter(before[-1:] or after), None)))
        yield Said(about, found, " ".join(text[start.start : end.end].split()), notes)


def _moments(text: str) -> Iterator[Moment]:
    """Days and times that belong together, as one moment each."""
    open_moment: Moment | None = None
    for piece in pieces_of(text):
        if (
            open_moment
            and open_moment.takes(piece)
            and _joins(text[open_moment.end : piece.start], open_moment, piece)
        ):
            open_moment = open_moment.with_(piece)
            continue
        if open_moment:
            yield open_moment
        open_moment = None
        if piece.kind != "zone":
            open_moment = Moment(piece.start, piece.end).with_(piece)
    if open_moment:
        yield open_moment


def _joins(gap: str, moment: Moment, piece: Piece) -> bool:
    """Whether two pieces are one moment: only small words between them, on one line or with a label."""
    if len(gap) > LONGEST_GAP:
        return False
    if piece.kind == "zone":
        return not gap.strip(" (")
    words = _WORD.findall(gap.lower())
    if "-" in words and moment.wall is None and piece.kind == "time":
        words = [word for word in words if word != "-"]
    # A line may be wrapped after "on", or a label such as "Time:" begin the next one.
    if "\n" in gap and ("\n\n" in gap or not words):
        return False
    return all(word in _BETWEEN for word in words)


def _pairs(text: str, moments: Sequence[Moment]) -> Iterator[tuple[Moment, Moment]]:
    place = 0
    while place + 1 < len(moments):
        start, end = moments[place], moments[place + 1]
        if start.wall and end.wall and _spans(text, start, end):
            yield start, end
            place += 2
        else:
            place += 1


def _spans(text: str, start: Moment, end: Moment) -> bool:
    """Whether "to", a dash or a word such as "ends" stands between two moments, and nothing else of weight."""
    gap = text[start.end : end.start].lower()
    if len(gap) > LONGEST_GAP or gap.count("\n") > 1:
        return False
    words = _WORD.findall(gap)
    if words == ["and"]:
        return "between" in text[max(0, start.start - LONGEST_GAP) : start.start].lower()
    if "\n" in gap and not {"end", "ends", "finish", "finishes", "to", "until"} & set(words):
        return False
    return any(word in _ENDS for word in words) and all(word in _ENDS or word in _BETWEEN for word in words)


def _about(before: str, after: str) -> About:
    """The nearest clause that says what a window is about: its own, what follows it, then those before."""
    clauses = _CLAUSE.split(before[-CLAUSES:])
    own = clauses.pop() if clauses else ""
    heading = next((clause for clause in reversed(clauses) if clause.strip()), "")
    following = _CLAUSE.split(after[:CLAUSES])[0]
    for clause in (own, following, heading):
        for pattern, about in ((_OUTAGE, About.OUTAGE), (_WORK, About.WORK), (_OTHER, About.OTHER)):
            if pattern.search(clause):
                return about
    return About.UNSAID


def _span(start: Moment, end: Moment, around: Around) -> tuple[Window | None, Notes]:
    """The window between two moments, and what must be told about it."""
    walls = [moment.wall for moment in (start, end) if moment.wall]
    faults = tuple(_sentence(wall.fault) for wall in walls if wall.fault)
    opens, closes = (wall.wall for wall in walls) if len(walls) == len((start, end)) else (None, None)
    if faults or opens is None or closes is None:
        return None, faults
    first, last = (moment.day.day if moment.day else None for moment in (start, end))
    days, notes = _days(first, last, closes <= opens, around)
    if days is None:
        return None, notes
    try:
        return window(_opening(days[0], opens, start, end), _instant(days[1], closes, end.zone)), notes
    except ClockError as error:
        return None, (*notes, _sentence(error.sentence))
    except (ValueError, OverflowError):
        return None, (*notes, "The time cannot be read.")


def _days(
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


def _opening(day: date, wall: time, start: Moment, end: Moment) -> datetime:
    """The start: a zone said only at the end counts for it too, where London alone leaves a doubt."""
    if start.zone or end.zone in {"", "BST", "GMT"}:
        try:
            return _instant(day, wall, start.zone)
        except ClockError as error:
            if error.code != "repeated":
                raise
    return _instant(day, wall, end.zone)


def _instant(day: date, wall: time, zone: str) -> datetime:
    """The instant of a day and time: in London, or in UTC or at an offset where that is said."""
    if zone in {"UTC", "Z"}:
        return datetime.combine(day, wall, UTC)
    if zone.startswith("+"):
        ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return datetime.combine(day, wall, timezone(ahead)).astimezone(UTC)
    return at_local(day, wall, fold=ZONES.get(zone))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."
