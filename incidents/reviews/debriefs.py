"""Hot debriefs that are offered: right after an incident of the full path is over, for a day."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from incidents.models import Incident, SeverityChange
from incidents.reviews.subjects import INCIDENT_IS_OVER, ended_at
from incidents.severity import FULL_PATH

# While people still know how it was (reference: reviews, hot debrief).
OFFERED_FOR = timedelta(hours=24)


def offered(person: Any, at: datetime) -> list[tuple[Incident, datetime]]:
    """Incidents this person may know of whose hot debrief is offered at `at`, and until when. One query."""
    ended = Coalesce("stood_down_at", "closed_at")
    seen = Incident.objects.live().visible_to(person).filter(state__in=INCIDENT_IS_OVER, hot_debrief=None)
    lately = seen.alias(ended=ended).filter(ended__gt=at - OFFERED_FOR).filter(_was_on_full_path())
    found = [(incident, offered_until(incident)) for incident in lately.order_by("ended", "pk")]
    return [(incident, until) for incident, until in found if until]


def is_offered(incident: Incident, at: datetime) -> bool:
    """Whether it is offered for this incident at `at`, unless it was held or skipped. A query at most."""
    until = offered_until(incident)
    if incident.is_exercise or incident.state not in INCIDENT_IS_OVER or until is None or until <= at:
        return False
    return incident.severity in FULL_PATH or incident.severity_changes.exists()


def offered_until(incident: Incident) -> datetime | None:
    """When the offer ends; None while the incident goes on."""
    ended = ended_at(incident)
    return ended + OFFERED_FOR if ended else None


def _was_on_full_path() -> Q:
    """Severity 1 or 2 at its end, or lowered from there before."""
    return Q(severity__in=FULL_PATH) | Q(pk__in=SeverityChange.objects.values("incident"))
