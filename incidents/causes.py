"""What should be escalated at an instant: what was promised, led, handed over or confirmed too late. Reads only."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from continuity.command.models import Chain
from incidents.models import ACTIVE, OPEN, Handover, Incident, RoleAssignment, SeverityChange, Snooze
from incidents.severity import FULL_PATH

# A severe incident has so long to find somebody who leads it (reference: roles and handover).
LEADERLESS_AFTER = timedelta(minutes=2)
LEAD = "it_lead"
Cause = Chain.Cause
# The primary key of an incident, and why it is escalated.
Key = tuple[int, str]


def wanted(at: datetime, incident: Incident | None = None) -> set[Key]:
    """Everything that should be escalated at `at`, of one incident or of all. Four queries."""
    incidents = Incident.objects.filter(pk=incident.pk) if incident else Incident.objects.all()
    found = {
        Cause.PROMISE: _overdue(incidents, at),
        Cause.LEADERLESS: _leaderless(incidents, at),
        Cause.HANDOVER: _not_handed_over(incidents, at),
        Cause.SEVERITY: _not_confirmed(incidents, at),
    }
    return {(pk, cause.value) for cause, rows in found.items() for pk in rows.values_list("pk", flat=True)}


def _overdue(incidents: QuerySet[Incident], at: datetime) -> QuerySet[Incident]:
    """An update was promised and did not come, and nobody put the alarm off."""
    rests = Snooze.objects.resting(at).filter(incident=OuterRef("pk"))
    return incidents.filter(state__in=ACTIVE, next_update_due_at__lte=at).exclude(Exists(rests))


def _leaderless(incidents: QuerySet[Incident], at: datetime) -> QuerySet[Incident]:
    """Severity 1 or 2, not restored, and nobody has led it for 2 minutes."""
    leads = RoleAssignment.objects.filter(
        incident=OuterRef("pk"), role__code=LEAD, state=RoleAssignment.State.ACTIVE
    )
    severe = incidents.filter(state__in=ACTIVE, severity__in=FULL_PATH).exclude(Exists(leads))
    led_until = Max("assignments__ended_at", filter=Q(assignments__role__code=LEAD))
    return severe.annotate(since=Coalesce(led_until, F("declared_at"))).filter(
        since__lte=at - LEADERLESS_AFTER
    )


def _not_handed_over(incidents: QuerySet[Incident], at: datetime) -> QuerySet[Incident]:
    """A role still waits for whoever should have taken it over; a newer handover of it counts instead."""
    state = Handover.State
    newer = Handover.objects.filter(
        assignment=OuterRef("assignment"), proposed_at__gt=OuterRef("proposed_at")
    )
    late = Handover.objects.filter(
        Q(state=state.EXPIRED) | Q(state=state.PROPOSED, expires_at__lte=at),
        assignment__incident=OuterRef("pk"),
        assignment__state=RoleAssignment.State.ACTIVE,
    ).exclude(Exists(newer))
    return incidents.filter(Exists(late), state__in=OPEN)


def _not_confirmed(incidents: QuerySet[Incident], at: datetime) -> QuerySet[Incident]:
    """The severity was lowered from 1 or 2, and no second person confirmed it in time."""
    late = SeverityChange.objects.waiting().filter(incident=OuterRef("pk"), confirm_by_at__lte=at)
    return incidents.filter(Exists(late), state__in=OPEN)
