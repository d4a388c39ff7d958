"""Where an incident stands, and what is missing."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import Incident
from incidents.outstanding import outstanding


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Its state and severity, and everything outstanding."""
    return {"outstanding": outstanding(incident, at)}
