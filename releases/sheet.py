"""The run sheet as people write it: a line a step, "4pm, 30, Network team, Switch the database off". Pure.

A time is the first such time at or after the line above, so a night needs no dates; the first line is the time
nearest to the start of the work. A day may be said: "4pm on 2 November 2024".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from continuity.core.clock import (
    LONDON,
    ClockError,
    Zone,
    at_local,
    is_repeated_hour,
    length,
    local,
    local_day,
    parse_day,
    parse_time,
    say_time,
    split_zone,
)
from continuity.core.wording import count_words, date_words

# A step that takes longer than a day is work of its own.
LONGEST_MIN = 24 * 60
# A time that seems to come so much later is more likely a line out of order.
FAR = timedelta(hours=12)
MOST = 100
LONGEST_TEXT, LONGEST_WHO = 300, 120
PARTS = ("time", "minutes", "who", "step")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A step as it is planned."""

    starts_at: datetime
    minutes: int
    who: str
    text: str


class SheetError(ValueError):
    """Lines that cannot be read: a sentence for each, which names the line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_sheet(text: str, *, begins: datetime) -> list[Line]:
    """The steps of a sheet for work that begins then; SheetError with every line that cannot be read."""
    lines: list[Line] = []
    faults: list[str] = []
    written = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(written) > MOST:
        raise SheetError([f"A run sheet has at most {MOST} steps"])
    for number, line in written:
        try:
            lines.append(_read(line, lines[-1].starts_at if lines else None, begins))
        except ValueError as error:
            faults.append(f"Line {number}: {error.sentence if isinstance(error, ClockError) else error}")
    if faults:
        raise SheetError(faults)
    return lines


def write_sheet(lines: Iterable[Line], *, begins: datetime) -> str:
    """The steps as `read_sheet` reads them; a day is said only where it would read another one."""
    said: list[str] = []
    above: datetime | None = None
    for line in lines:
        said.append(f"{_said(line.starts_at, above, begins)}, {line.minutes}, {line.who}, {line.text}")
        above = line.starts_at
    return "\n".join(said)


def _read(line: str, above: datetime | None, begins: datetime) -> Line:
    parts = [part.strip() for part in line.split(",", len(PARTS) - 1)]
    if len(parts) < len(PARTS):
        raise ValueError("Write the time, the minutes, who does it and the step, with commas between them")
    when, minutes, who, text = parts
    if not text:
        raise ValueError("Say what is done")
    for name, words, most in (("The step", text, LONGEST_TEXT), ("Who does it", who, LONGEST_WHO)):
        if len(words) > most:
            raise ValueError(f"{name} must be {most} characters or fewer")
    return Line(_moment(when, above, begins), _minutes(minutes), who, text)


def _minutes(said: str) -> int:
    figures = said.lower().removesuffix("minutes").removesuffix("minute").removesuffix("min").strip()
    if not (figures.isascii() and figures.isdigit() and len(figures) <= len(str(LONGEST_MIN))):
        raise ValueError(f"Write how many minutes it takes as a number, not '{said}'")
    if not 1 <= int(figures) <= LONGEST_MIN:
        raise ValueError("A step takes 1 minute to 24 hours")
    return int(figures)


def _moment(said: str, above: datetime | None, begins: datetime) -> datetime:
    wall_said, _, day_said = said.partition(" on ")
    wall_said, zone = split_zone(wall_said)
    wall = parse_time(wall_said)
    day = parse_day(day_said) if day_said else _day_of(wall, above, begins)
    at = at_local(day, wall, fold=zone)
    if above and at < above:
        raise ValueError("It starts before the line above. Write the steps in the order in which they start")
    if above and not day_said and length(above, at) > FAR:
        hours = count_words(length(above, at) // timedelta(hours=1), "hour")
        raise ValueError(
            f"{say_time(wall)} comes {hours} after the line above. Write the steps in order, "
            f"or say the day: {say_time(wall)} on {date_words(day)}"
        )
    return at


def _day_of(wall: time, above: datetime | None, begins: datetime) -> date:
    """The day that is meant by a time alone."""
    near = [local_day(above or begins) + days * DAY for days in (-1, 0, 1)]
    if above is None:
        return min(near, key=lambda day: abs(length(begins, _latest(day, wall))))
    return next(day for day in [*near, near[-1] + DAY] if _latest(day, wall) >= above)


def _latest(day: date, wall: time) -> datetime:
    """The instant of a wall-clock time; of two the later, of one that the clocks skip what they show instead."""
    return datetime.combine(day, wall, LONDON).replace(fold=1).astimezone(UTC)


def _said(at: datetime, above: datetime | None, begins: datetime) -> str:
    there = local(at)
    zone: Zone | None = "BST" if there.tzname() == "BST" else "GMT"
    wall = there.time().replace(second=0, microsecond=0)
    said = f"{say_time(wall)} {zone}" if is_repeated_hour(at) else say_time(wall)
    try:
        is_plain = _moment(said, above, begins) == at
    except ValueError:
        is_plain = False
    return said if is_plain else f"{said} on {date_words(at)}"
