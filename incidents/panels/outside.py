"""Bodies outside the trust: told, still to be told, and suggested by the record."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from incidents.models import ENDED, Incident
from incidents.outside import suggested
from incidents.wording import countdown_words


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Every body on the list with how far off its limit is, and those that the record suggests beside."""
    bodies = list(incident.outside_bodies.select_related("told_by"))
    return {
        "bodies": [(body, countdown_words(body.due_at, at) if body.due_at else "") for body in bodies],
        "suggestions": [] if incident.state in ENDED else suggested(incident, [body.name for body in bodies]),
        "may_change": incident.state not in ENDED and person.may(Permission.INCIDENT_RUN),
    }
