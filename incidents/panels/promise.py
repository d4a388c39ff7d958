"""The promise of the next update, and how long is left to keep it."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import ACTIVE, Incident, Snooze
from incidents.wording import countdown_words


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """When staff were promised news, how far off that is, and whether its alarm rests."""
    due = incident.next_update_due_at if incident.state in ACTIVE else None
    return {
        "due": due,
        "countdown": countdown_words(due, at) if due else "",
        "is_overdue": incident.is_overdue(at),
        "rest": Snooze.objects.resting(at).filter(incident=incident).select_related("by").last(),
    }
