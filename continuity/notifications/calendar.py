"""The calendar entry of planned work (RFC 5545): one entry a piece of work, which updates and cancels itself."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True)
class Entry:
    """What stands in a calendar. `uid` stays the same for one piece of work, `sequence` rises with each change."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    is_cancelled: bool = False

    def stored(self) -> dict[str, Any]:
        """As a message keeps it."""
        return {**asdict(self), "start": self.start.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """As a message kept it."""
        start, end = (datetime.fromisoformat(stored[name]) for name in ("start", "end"))
        return cls(**{**stored, "start": start, "end": end})
