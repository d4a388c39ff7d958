"""What a new incident may belong to: open incidents on the same services, and releases that touched them lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.types.range import Range

from continuity.accounts.models import User
from incidents.models import Incident
from releases.models import Release

# Most of what planned work breaks shows within two working days.
LATELY = timedelta(hours=48)
# More than these in one sentence are read by nobody.
A_FEW = 3


@dataclass(frozen=True)
class Fits:
    """Open incidents that may be the same problem, and releases that may have caused it."""

    incidents: list[Incident]
    releases: list[Release]

    def __bool__(self) -> bool:
        return bool(self.incidents or self.releases)

    @property
    def words(self) -> str:
        """It may be the same problem as INC-2026-101. REL-2026-100 hit the same services lately."""
        same, work = (", ".join(map(str, found[:A_FEW])) for found in (self.incidents, self.releases))
        parts = [
            same and f"It may be the same problem as {same}.",
            work and f"Planned work on the same services lately: {work}.",
        ]
        return " ".join(part for part in parts if part)


def fits(*, services: Collection[int], person: User, at: datetime, besides: Incident | None = None) -> Fits:
    """What fits an incident that hits these services (primary keys), as far as the person may know of it.

    Releases are those that were to disturb one of them in the last 48 hours. Two queries, none without services.
    """
    if not services:
        return Fits([], [])
    open_ones = Incident.objects.live().open().visible_to(person).hitting_now(set(services))
    lately = Range(at - LATELY, at, "[]")
    touched = Release.objects.told().filter(
        disruptions__service__in=services, disruptions__span__overlap=lately
    )
    others = open_ones.exclude(pk=besides.pk) if besides else open_ones
    return Fits(list(others), list(touched.distinct()))
