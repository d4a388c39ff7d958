"""What staff read last, and whether anybody but its author has read it."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import Incident


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """The latest update that says something, who looked at it since, and whether this person may."""
    update = incident.updates.filter(is_routine=False).order_by("-number").first()
    looks = list(update.looks.select_related("by")) if update else []
    is_reader = update is not None and update.author_id != person.pk
    return {
        "update": update,
        "looks": looks,
        "may_look": is_reader and not any(look.by_id == person.pk for look in looks),
    }
