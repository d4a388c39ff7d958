"""The timeline in the room."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import Incident
from incidents.timeline import timeline


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Everything that happened, the latest first."""
    return {"timeline": timeline(incident, incident.updates.all())[::-1]}
