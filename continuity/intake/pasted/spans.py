"""Finds the windows that running text speaks of: two moments with "to" between them, and what they are about.

Nothing is made up: where a day, a year or a half of the day is missing, what was taken is said, and what cannot be
known stays open. Pure; never raises; the text's length bounds the work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from psycopg.types.range import Range

from continuity.core.clock import ClockError, window
from continuity.intake.pasted.about import BETWEEN, ENDS, WORD, About, about_of
from continuity.intake.pasted.days import Around, Notes, days_of, instant_of
from continuity.intake.pasted.pieces import Piece, pieces_of

Window = Range[datetime]
# Between two parts of one window stand a few words, not a paragraph; in characters.
LONGEST_GAP = 90


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
        about = about_of(text[edges[place] : start.start], text[end.end : following])
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
    words = WORD.findall(gap.lower())
    if "-" in words and moment.wall is None and piece.kind == "time":
        words = [word for word in words if word != "-"]
    # A line may be wrapped after "on", or a label such as "Time:" begin the next one.
    if "\n" in gap and ("\n\n" in gap or not words):
        return False
    return all(word in BETWEEN for word in words)


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
    words = WORD.findall(gap)
    if words == ["and"]:
        return "between" in text[max(0, start.start - LONGEST_GAP) : start.start].lower()
    if "\n" in gap and not {"end", "ends", "finish", "finishes", "to", "until"} & set(words):
        return False
    return any(word in ENDS for word in words) and all(word in ENDS or word in BETWEEN for word in words)


def _span(start: Moment, end: Moment, around: Around) -> tuple[Window | None, Notes]:
    """The window between two moments, and what must be told about it."""
    walls = [moment.wall for moment in (start, end) if moment.wall]
    faults = tuple(_sentence(wall.fault) for wall in walls if wall.fault)
    opens, closes = (wall.wall for wall in walls) if len(walls) == len((start, end)) else (None, None)
    if faults or opens is None or closes is None:
        return None, faults
    first, last = (moment.day.day if moment.day else None for moment in (start, end))
    days, notes = days_of(first, last, closes <= opens, around)
    if days is None:
        return None, notes
    try:
        return window(_opening(days[0], opens, start, end), instant_of(days[1], closes, end.zone)), notes
    except ClockError as error:
        return None, (*notes, _sentence(error.sentence))
    except (ValueError, OverflowError):
        return None, (*notes, "The time cannot be read.")


def _opening(day: date, wall: time, start: Moment, end: Moment) -> datetime:
    """The start: a zone said only at the end counts for it too, where London alone leaves a doubt."""
    if start.zone or end.zone in {"", "BST", "GMT"}:
        try:
            return instant_of(day, wall, start.zone)
        except ClockError as error:
            if error.code != "repeated":
                raise
    return instant_of(day, wall, end.zone)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."
