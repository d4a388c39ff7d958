"""How much several spans of time cover together. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from psycopg.types.range import Range

Span = Range[datetime]
NOTHING = timedelta(0)
ALL_TIME: Span = Range(None, None, "[)")


def time_lost(spans: Iterable[Span], window: Span, at: datetime) -> timedelta:
    """How much of the window the spans cover together: two at once count once, one without an end lasts until `at`."""
    lost, reached = NOTHING, window.lower
    end = min(window.upper or at, at)
    for begun, ended in sorted((span.lower, span.upper or at) for span in spans if span.lower):
        start, stop = max(begun, reached or begun), min(ended, end)
        if stop > start:
            lost += stop - start
            reached = stop
    return lost
