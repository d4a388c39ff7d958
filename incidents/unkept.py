"""Of one incident, the promises to staff that were not kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from incidents.models import ACTIVE, Incident, SeverityRule, Update
from incidents.silences import Silence, Told, silences


def unkept(
    incident: Incident, updates: Sequence[Update], rules: Mapping[int, SeverityRule], at: datetime
) -> list[Silence]:
    """`updates` are all of the incident, the latest first; `rules` by severity."""
    told = [Told(each.published_at, each.severity, each.next_due_at) for each in reversed(updates)]
    return silences(
        told,
        declared_at=incident.declared_at,
        restored_at=promised_until(incident),
        severity=updates[-1].severity if updates else incident.severity,
        every={severity: rule.update_every for severity, rule in rules.items()},
        at=at,
    )


def promised_until(incident: Incident) -> datetime | None:
    """When staff are promised nothing more; None while it goes on. What never was restored promised nothing."""
    return incident.restored_at or (None if incident.state in ACTIVE else incident.declared_at)
