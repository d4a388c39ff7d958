"""Windows between two moments of a record, with a sentence for each that cannot be."""

from datetime import datetime

from psycopg.types.range import Range

from continuity.core.clock import ClockError, window
from continuity.intake.shapes import Record

Window = Range[datetime]


def window_of(record: Record, start: str, end: str) -> Window | None:
    """The half-open window between two keys; None when both are missing, or with a fault."""
    opens, closes = record.moment_if(start), record.moment_if(end)
    for key, other in ((start, end), (end, start)):
        if record.has(other) and not record.has(key):
            record.fault(key, f"This is missing, but {other} is there.")
    if opens is None or closes is None:
        return None
    try:
        return window(opens, closes)
    except ClockError as error:
        record.fault(end, f"{error.sentence}.")
        return None


def actual_of(record: Record, start: str, end: str) -> Window | None:
    """What happened, from one key to another; without an end while it lasts. None when it never began."""
    if not record.has(end):
        opens = record.moment_if(start)
        return Range(opens, None, "[)") if opens else None
    return window_of(record, start, end)


def is_inside(inner: Window, outer: Window) -> bool:
    """Whether one window lies within another; both have both ends."""
    return bool(outer.lower <= inner.lower and inner.upper <= outer.upper)  # type: ignore[operator]
