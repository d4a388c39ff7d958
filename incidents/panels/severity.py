"""How severe the incident is, what is not known of it yet, and a lower severity that waits for a second person."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from incidents.models import Incident, SeverityChange, SeverityRule
from incidents.severity import IMPACTS, URGENCIES


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """The severity in words with impact and urgency, and the change to confirm with whether this person may."""
    change = SeverityChange.objects.waiting().filter(incident=incident).select_related("changed_by").first()
    is_other = change is not None and change.changed_by_id != person.pk
    may_confirm = is_other and person.may(Permission.INCIDENT_RUN)
    return {
        "rule": SeverityRule.objects.get(pk=incident.severity),
        "impact": IMPACTS[incident.impact][0] if incident.impact else "",
        "urgency": URGENCIES[incident.urgency][0] if incident.urgency else "",
        "change": change,
        "may_confirm": may_confirm,
        "is_late": change is not None and change.confirm_by_at <= at,
    }
