"""Where an incident stands, what is missing, and what may be pressed next."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import ACTIVE, BACK, Incident, State
from incidents.outstanding import outstanding
from incidents.severity import FULL_PATH


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Its state and severity, everything outstanding, and the presses that make sense now."""
    state, is_light = incident.state, incident.severity not in FULL_PATH
    return {
        "outstanding": outstanding(incident, at),
        "is_active": state in ACTIVE,
        "is_back": state in BACK,
        "is_light": is_light,
        "may_mitigate": state in {State.DECLARED, State.RESPONDING},
        "may_recover": state == State.RESTORED,
        "may_close": state == State.STOOD_DOWN,
        "agreement": incident.safety_agreements.standing().first() if state not in ACTIVE else None,
    }
