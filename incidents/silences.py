"""Whether staff heard as often as they were promised: the times they waited longer. Pure: no Django, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Told:
    """One update as it was published: what it promised for the next, and under which severity."""

    at: datetime
    severity: int
    next_due_at: datetime | None = None


@dataclass(frozen=True)
class Silence:
    """A promise that was not kept: due at, and when the next word came; None while it has not, or never did."""

    due_at: datetime
    came_at: datetime | None


def silences(
    updates: Iterable[Told], *, declared_at: datetime, restored_at: datetime | None, severity: int,
    every: Mapping[int, timedelta], at: datetime,
) -> list[Silence]:  # fmt: skip
    """Each promise that passed before the service was back with nothing published, in order.

    `updates` in the order of publication. An update promises what it says, else what its severity does (`every`);
    before the first, declaring under `severity` does. A promise ends when the service is back: whatever comes after
    `restored_at` is late for none. `at` is now, for an incident that goes on.
    """
    end = restored_at or at
    found = []
    due_at = declared_at + every[severity]
    for told in updates:
        if told.at > due_at and due_at < end:
            found.append(Silence(due_at, told.at))
        if told.at >= end:
            return found
        due_at = told.next_due_at or max(told.at, declared_at) + every[told.severity]
    return [*found, Silence(due_at, None)] if due_at < end else found
