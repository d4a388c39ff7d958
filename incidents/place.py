"""Where an item stands on a timeline, as a key that an address carries. Pure: no Django, no database.

Items of several tables stand in one order: by the instant, then by what they are (at one instant: what was seen, what
was written down, what was done, what staff were told), then by their number in their table.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

_WRITTEN = re.compile(r"(-?[0-9]{1,17})\.([0-3])\.([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Rank(IntEnum):
    """What stands on the timeline, in the order it has at one instant."""

    START = 0
    ENTRY = 1
    LINE = 2
    UPDATE = 3


@dataclass(frozen=True, order=True)
class Place:
    """An item's key; the earlier is the less."""

    at: datetime
    rank: Rank
    number: int

    def __str__(self) -> str:
        """As an address carries it: microseconds since 1970, rank, number."""
        return f"{(self.at - _EPOCH) // _TICK}.{self.rank.value}.{self.number}"


def read_place(text: str) -> Place | None:
    """The key that an address carries; None for what is none."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        return None
    try:
        return Place(_EPOCH + int(found[1]) * _TICK, Rank(int(found[2])), int(found[3]))
    except OverflowError:
        return None
