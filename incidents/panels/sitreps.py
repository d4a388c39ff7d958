"""Situation reports up the chain of command."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import ENDED, Incident, Sitrep


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Those that were authorised, the latest first, and the shapes in which another may be written."""
    return {
        "sitreps": incident.sitreps.order_by("-number"),
        "shapes": [] if incident.state in ENDED else Sitrep.Shape.choices,
    }
