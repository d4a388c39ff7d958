"""Reminders that are due at an instant: promises, shifts, what is not known, what is outstanding. Reads only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from incidents.models import ACTIVE, ENDED, OPEN, Chase, Incident, OutsideBody, RoleAssignment, State
from incidents.severity import FULL_PATH

BEFORE_PROMISE = timedelta(minutes=5)
# What is not known yet is asked for so often, so many times; after that it stays on the page.
UNKNOWN_EVERY, UNKNOWN_TIMES = timedelta(minutes=30), 6
# After so long in a role people make mistakes (reference: roles and handover).
LONG_SHIFT, TOO_LONG_SHIFT = timedelta(hours=8), timedelta(hours=12)
DAY = timedelta(days=1)
What = Chase.What
# An incident, what of it, the assignment if it is about one (primary keys), and when it is due.
Key = tuple[int, str, int | None, datetime]


def due_now(at: datetime, incident: Incident | None = None) -> set[Key]:
    """Every reminder that has come due by `at` and still makes sense, of one incident or of all. Five queries."""
    incidents = Incident.objects.filter(pk=incident.pk) if incident else Incident.objects.all()
    return {
        *_promises(incidents, at),
        *_unknown(incidents, at),
        *_shifts(incidents, at),
        *_over(incidents, at),
    }


def key_of(chase: Chase) -> Key:
    return chase.incident_id, chase.what, chase.assignment_id, chase.due_at


def _promises(incidents: QuerySet[Incident], at: datetime) -> Iterator[Key]:
    soon = incidents.filter(
        state__in=ACTIVE, next_update_due_at__gt=at, next_update_due_at__lte=at + BEFORE_PROMISE
    )
    for pk, due_at in soon.values_list("pk", "next_update_due_at"):
        if due_at:
            yield pk, What.PROMISE_SOON, None, due_at - BEFORE_PROMISE


def _unknown(incidents: QuerySet[Incident], at: datetime) -> Iterator[Key]:
    """The latest of the reminders: what was missed is not made up for."""
    unknown = incidents.filter(Q(impact__isnull=True) | Q(urgency__isnull=True), state__in=ACTIVE)
    for pk, declared_at in unknown.values_list("pk", "declared_at"):
        times = min((at - declared_at) // UNKNOWN_EVERY, UNKNOWN_TIMES)
        if times > 0:
            yield pk, What.UNKNOWN, None, declared_at + times * UNKNOWN_EVERY


def _shifts(incidents: QuerySet[Incident], at: datetime) -> Iterator[Key]:
    """Of severe incidents: the light path knows no shifts."""
    held = RoleAssignment.objects.filter(
        incident__in=incidents.filter(state__in=OPEN, severity__in=FULL_PATH),
        state=RoleAssignment.State.ACTIVE,
        person__isnull=False,
        accepted_at__lte=at - LONG_SHIFT,
    )
    for pk, incident, accepted_at in held.values_list("pk", "incident_id", "accepted_at"):
        if accepted_at:
            yield incident, What.LONG_SHIFT, pk, accepted_at + LONG_SHIFT
            if accepted_at <= at - TOO_LONG_SHIFT:
                yield incident, What.TOO_LONG_SHIFT, pk, accepted_at + TOO_LONG_SHIFT


def _over(incidents: QuerySet[Incident], at: datetime) -> Iterator[Key]:
    """What is asked for once a day after it is over, and who outside must be told by now."""
    over = incidents.filter(state=State.STOOD_DOWN, stood_down_at__lte=at - DAY)
    for pk, stood_down_at in over.values_list("pk", "stood_down_at"):
        if stood_down_at:
            yield pk, What.OUTSTANDING, None, stood_down_at + (at - stood_down_at) // DAY * DAY
    waiting = OutsideBody.objects.waiting().filter(
        incident__in=incidents.exclude(state__in=ENDED), due_at__lte=at
    )
    for incident, due_at in waiting.values_list("incident_id", "due_at"):
        if due_at:
            yield incident, What.OUTSIDE_BODY, None, due_at
