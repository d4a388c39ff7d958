"""What staff read last, and whether anybody but its author has read it."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from incidents.models import Incident


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """The latest update that says something, who looked at it since, and whether this person may."""
    update = incident.updates.filter(is_routine=False).order_by("-number").first()
    looks = list(update.looks.select_related("by")) if update else []
    read_by = {look.by_id for look in looks}
    is_other = update is not None and person.pk not in {update.author_id, *read_by}
    return {
        "update": update,
        "looks": looks,
        "may_look": is_other and person.may(Permission.INCIDENT_RUN),
    }
