"""Alarms in the room: whom each has told, what comes next, and who sees to it."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.alarms import alarms_of
from incidents.forms.alarms import PauseForm
from incidents.models import Incident


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Every alarm of the incident, those that stand apart from those that are over."""
    alarms = alarms_of(incident, person, at)
    standing = [alarm for alarm in alarms if not alarm.row.ended_at]
    return {
        "alarms": [(alarm, PauseForm(incident=incident, alarm=alarm.row)) for alarm in standing],
        "over": [alarm for alarm in alarms if alarm.row.ended_at],
    }
