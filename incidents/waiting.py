"""Offers and handovers that wait for one person's answer. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from continuity.accounts.models import User
from incidents.models import Handover, Incident, RoleAssignment


@dataclass(frozen=True)
class Waiting:
    """What somebody is asked at an instant, the most urgent first."""

    offers: list[RoleAssignment]
    handovers: list[Handover]

    def __bool__(self) -> bool:
        return bool(self.offers or self.handovers)


def waiting_for(person: User, at: datetime, incident: Incident | None = None) -> Waiting:
    """What waits for this person, in one incident or in all. Two queries."""
    offers = RoleAssignment.objects.standing(at).filter(person=person)
    handovers = Handover.objects.standing(at).filter(to=person)
    if incident:
        offers = offers.filter(incident=incident)
        handovers = handovers.filter(assignment__incident=incident)
    return Waiting(
        list(offers.select_related("incident", "role", "site", "offered_by").order_by("lapses_at")),
        list(
            handovers.select_related(
                "assignment__incident", "assignment__role", "assignment__site", "assignment__person"
            ).order_by("expires_at")
        ),
    )
