"""How severe an incident is: raised at once, lowered at once, and where it was high confirmed by somebody else."""

from datetime import datetime, timedelta

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents.actions.areas import open_areas
from incidents.actions.guards import is_still_written, locked
from incidents.models import ACTIVE, BACK, Incident, SeverityChange, SeverityRule
from incidents.severity import FULL_PATH

# If unsure, take the higher: a second person looks within the hour (reference: incident).
CONFIRMED_WITHIN = timedelta(minutes=60)


@transaction.atomic
def set_severity(
    *, incident: Incident, severity: int, reason: str, by: User, at: datetime,
    impact: int | None = None, urgency: int | None = None,
) -> None:  # fmt: skip
    """Raise or lower the severity at once, with a reason; a worse one brings the promised update forward.

    Raised to 1 or 2 once the service is back, the areas that use it stay on paper. Lowered from 1 or 2, somebody
    else confirms it within 60 minutes; until then it counts all the same. `impact` and `urgency` are what is known
    by now; None stays not known.
    """
    was = incident.severity
    locked(incident)
    is_still_written(incident)
    if not reason:
        raise Refused("Say why the severity changes.")
    if incident.severity != was:
        raise Conflict("Somebody else changed the severity. Look at it again.")
    if severity == was and (impact, urgency) == (incident.impact, incident.urgency):
        raise Refused(f"It is severity {severity} already.")
    changed = {
        "severity": severity, "severity_reason": reason, "impact": impact, "urgency": urgency,
        "needs_review": incident.needs_review or severity < was,
        "next_update_due_at": _promise_at(incident, severity, at),
    }  # fmt: skip
    Incident.objects.filter(pk=incident.pk).update(**changed)
    for name, value in changed.items():
        setattr(incident, name, value)
    if severity != was:
        _ask_for_a_second(incident, was, reason, by, at)
    if incident.state in BACK and severity in FULL_PATH:
        open_areas(incident)
    record("incident.severity_set", incident, by=by, at=at, to=str(severity), words=reason)


@transaction.atomic
def confirm_severity(*, incident: Incident, by: User, at: datetime) -> SeverityChange:
    """A second person agrees that the lower severity is right. Whoever lowered it cannot; late is still welcome."""
    locked(incident)
    is_still_written(incident)
    change = incident.severity_changes.waiting().first()
    if change is None:
        raise Conflict("No lower severity waits to be confirmed. Look at it again.")
    if change.changed_by_id == by.pk:
        raise Forbidden("You lowered the severity. Somebody else who runs incidents must confirm it.")
    SeverityChange.objects.filter(pk=change.pk).update(confirmed_by=by, confirmed_at=at)
    record("incident.severity_confirmed", incident, by=by, at=at, to=str(change.severity))
    return change


def _ask_for_a_second(incident: Incident, was: int, reason: str, by: User, at: datetime) -> None:
    """A change overtakes the one that waited; where it lowers further, it is held against where that one began."""
    waiting = SeverityChange.objects.waiting().filter(incident=incident)
    before = waiting.first()
    waiting.update(is_overtaken=True)
    if incident.severity < was:
        return
    began = before.was if before else was
    if began in FULL_PATH:
        SeverityChange.objects.create(
            incident=incident, was=began, severity=incident.severity, reason=reason,
            changed_by=by, changed_at=at, confirm_by_at=at + CONFIRMED_WITHIN,
        )  # fmt: skip


def _promise_at(incident: Incident, severity: int, at: datetime) -> datetime | None:
    """The promise that stands, or the sooner one that the new severity asks for."""
    if incident.state not in ACTIVE:
        return incident.next_update_due_at
    latest = at + SeverityRule.objects.get(pk=severity).update_every
    return min(incident.next_update_due_at or latest, latest)
