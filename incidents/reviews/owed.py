"""Incidents that are over and must be looked back at, and have no review yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from continuity.core.clock import local_day
from incidents.models import Incident, SeverityRule
from incidents.reviews.subjects import INCIDENT_IS_OVER, ended_at
from incidents.severity import FULL_PATH


@dataclass(frozen=True)
class Owed:
    """An incident whose review nobody has begun, and by when it is due."""

    incident: Incident
    due_on: date | None

    def is_overdue(self, on: date) -> bool:
        return self.due_on is not None and self.due_on < on


def owed(person: Any) -> list[Owed]:
    """Severity 1 and 2, and those somebody asked a review for, the most urgent first. Two queries."""
    over = Incident.objects.live().visible_to(person).filter(state__in=INCIDENT_IS_OVER, reviews=None)
    days = dict(SeverityRule.objects.values_list("severity", "review_within_days"))
    found = [
        Owed(incident, _due(incident, days.get(incident.severity)))
        for incident in over.filter(Q(severity__in=FULL_PATH) | Q(needs_review=True))
    ]
    return sorted(found, key=lambda each: each.due_on or date.max)


def _due(incident: Incident, days: int | None) -> date | None:
    ended = ended_at(incident)
    return local_day(ended) + timedelta(days=days) if ended and days else None
