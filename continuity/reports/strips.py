"""A strip of days, one bar each, and what it says in a sentence. Pure; the template draws it.

A day's bar is the taller the worse the day was, so that its kind is not told by colour alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from continuity.core.wording import count_words, date_words, length_words
from continuity.reports.figures import Lost

CALM, PLANNED, UNPLANNED = "calm", "planned", "unplanned"
HEIGHTS = {CALM: 14, PLANNED: 27, UNPLANNED: 40}
NAMES = {CALM: "No time lost", PLANNED: "Planned work", UNPLANNED: "Not planned"}
HEIGHT = max(HEIGHTS.values())
BAR, STEP = 6, 8


@dataclass(frozen=True)
class Bar:
    """One day: where its bar begins, and how the day was in words."""

    x: int
    y: int
    height: int
    kind: str
    words: str


@dataclass(frozen=True)
class Strip:
    """The days, the oldest first; `bad` are those on which time was lost, the newest first."""

    bars: list[Bar]
    bad: list[tuple[date, Lost]]
    says: str
    first: date
    last: date
    height: int = HEIGHT
    bar: int = BAR
    kinds: tuple[tuple[str, str], ...] = tuple(NAMES.items())

    @property
    def width(self) -> int:
        return len(self.bars) * STEP


def strip_of(days: Sequence[tuple[date, Lost]]) -> Strip:
    """The strip of days that follow one another, the oldest first."""
    bad = [(day, lost) for day, lost in reversed(days) if lost]
    says = sentence(sum((lost for _, lost in days), Lost()), len(days))
    return Strip(list(_bars(days)), bad, says, first=days[0][0], last=days[-1][0])


def kind_of(lost: Lost) -> str:
    """What a day's bar tells: planned work never hides what was not planned."""
    if lost.unplanned:
        return UNPLANNED
    return PLANNED if lost.planned else CALM


def sentence(lost: Lost, days: int) -> str:
    """How long it could not be used in the last so many days."""
    within = f"in the last {count_words(days, 'day')}"
    if not lost:
        return f"No time without it is recorded {within}."
    return f"It could not be used for {words_of(lost)} {within}."


def words_of(lost: Lost) -> str:
    """8 hours 36 minutes planned and 1 hour unplanned."""
    parts = ((lost.planned, "planned"), (lost.unplanned, "unplanned"))
    return " and ".join(f"{length_words(span)} {kind}" for span, kind in parts if span) or "no time"


def _bars(days: Sequence[tuple[date, Lost]]) -> Iterator[Bar]:
    for number, (day, lost) in enumerate(days):
        height = HEIGHTS[kind := kind_of(lost)]
        words = f"{date_words(day)}: {words_of(lost)}"
        yield Bar(number * STEP, HEIGHT - height, height, kind, words)
