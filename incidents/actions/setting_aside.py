"""Incidents that turn out to be another one, or none."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from incidents.actions.guards import is_still_written, locked
from incidents.actions.impacts import end_all
from incidents.actions.joining import carry_over
from incidents.actions.news import publish
from incidents.actions.roles import end_assignments
from incidents.actions.running import end_runs
from incidents.models import ACTIVE, OPEN, Impact, Incident, Report, State, Update


@transaction.atomic
def mark_duplicate(*, incident: Incident, of: Incident, by: User, at: datetime) -> None:
    """This is the same problem as `of`, which goes on for both: it takes over what this one hits, its reports and
    those who follow it; its parts become parts of where the news goes on.

    The timeline stays where it is; whoever followed this one is told where the news is.
    """
    locked(incident, of)
    _may_stand_for(of, incident)
    hit = dict(incident.impacts.filter(until__isnull=True).values_list("service_id", "effect"))
    known = set(of.impacts.filter(until__isnull=True).values_list("service_id", flat=True))
    Impact.objects.bulk_create(
        Impact(incident=of, service_id=service, effect=effect, since=at)
        for service, effect in hit.items()
        if of.state in ACTIVE and service not in known
    )
    Report.objects.filter(incident=incident).update(incident=of)
    carry_over(incident, of, by, at)
    end_all(incident, at)
    move(incident, to=State.DUPLICATE, duplicate_of=of, next_update_due_at=None)
    end_assignments(incident, at, why=f"The same problem as {of}.")
    end_runs(incident, why=f"The same problem as {of}.", by=by, at=at)
    publish(
        incident=incident, kind=Update.Kind.STAND_DOWN, by=by, at=at,
        happened=f"This is the same problem as {of}: {of.title}. The news goes on there.",
    )  # fmt: skip
    record("incident.marked_duplicate", incident, by=by, at=at, words=of.ref)


@transaction.atomic
def cancel(*, incident: Incident, reason: str, by: User, at: datetime) -> None:
    """It was no incident. Only before anything but the first update was published; staff read the reason."""
    locked(incident)
    is_still_written(incident)
    if not reason:
        raise Refused("Say why this was no incident: staff will read it.")
    if incident.updates.filter(number__gt=1).exists():
        raise Conflict("Staff were told more than the first news. Say that it is fixed instead.")
    end_all(incident, at)
    move(incident, to=State.CANCELLED, next_update_due_at=None)
    end_assignments(incident, at, why="It was no incident.")
    end_runs(incident, why="It was no incident.", by=by, at=at)
    publish(incident=incident, kind=Update.Kind.STAND_DOWN, happened=reason, by=by, at=at)
    record("incident.cancelled", incident, by=by, at=at, words=reason)


def _may_stand_for(of: Incident, incident: Incident) -> None:
    if of.pk == incident.pk:
        raise Refused("An incident cannot be the same as itself.")
    if of.state not in OPEN:
        raise Refused(f"{of} is not open, so it cannot take this one over.")
    if of.is_exercise != incident.is_exercise:
        raise Refused("An exercise and a real incident are never the same.")
    if of.is_restricted and not incident.is_restricted:
        raise Refused(f"{of} is restricted, so staff could not follow the news there.")
