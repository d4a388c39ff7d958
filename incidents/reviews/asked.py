"""Who was asked to write for a review or invited to its meeting, and for which reviews somebody was."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from incidents.models import Handover, Incident, RoleAssignment
from incidents.reviews.models import TO_PREPARE, Attendance, Review, Source
from incidents.reviews.subjects import incidents_in


def is_asked(review: Review, person: User) -> bool:
    return review.attendances.asked().filter(person=person).exists()


def may_know(review: Review, person: User) -> bool:
    """Whether this person may know of every incident that is looked back at, if any is."""
    known = Incident.objects.visible_to(person)
    return not incidents_in(review).exclude(pk__in=known.values("pk")).exists()


def knowing(incident: Incident) -> QuerySet[User]:
    """Everybody who may know of a restricted incident: who runs incidents, or has a part in it or is asked to."""
    state = RoleAssignment.State
    parts = incident.assignments.filter(state__in=[state.OFFERED, state.ACTIVE])
    asked = Handover.objects.proposed().filter(assignment__incident=incident)
    runs = User.objects.filter(roles__permissions__contains=[Permission.INCIDENT_RUN])
    found = Q(pk__in=runs.values("pk")) | Q(pk__in=parts.values("person")) | Q(pk__in=asked.values("to"))
    return User.objects.filter(found)


def asked_of(person: Any) -> QuerySet[Review]:
    """Reviews this person is asked to write for, whether or not they may read them otherwise."""
    return _with_part(person, is_asked=True)


def meeting_of(person: Any) -> QuerySet[Review]:
    """Reviews to whose meeting this person is invited, and those that they read as people who hold reviews do."""
    invited = _with_part(person, is_invited=True)
    if not (person and person.is_authenticated and person.may(Permission.REVIEW_READ)):
        return invited
    held = Review.objects.visible_to(person)
    return Review.objects.filter(Q(pk__in=invited.values("pk")) | Q(pk__in=held.values("pk")))


def _with_part(person: Any, **part: Any) -> QuerySet[Review]:
    """Where this person has the part, of what they may know of."""
    if person is None or not person.is_authenticated:
        return Review.objects.none()
    # Asked of the few that are theirs, not read for all there are.
    seen = Exists(Incident.objects.visible_to(person).filter(pk=OuterRef("incident")))
    hidden = Source.objects.exclude(incident=None).exclude(seen)
    known = Q(incident=None) | Q(seen)
    mine = Attendance.objects.filter(person=person, **part)
    return Review.objects.filter(known, pk__in=mine.values("review")).exclude(pk__in=hidden.values("review"))


def waiting_for(person: Any) -> QuerySet[Review]:
    """Those they have not answered yet, the first due first."""
    invited = Attendance.objects.asked().filter(person=person.pk, state=Attendance.State.INVITED)
    open_ = asked_of(person).filter(state__in=TO_PREPARE, attendances__in=invited)
    return open_.order_by("due_on", "pk")


def to_write(review: Review) -> str:
    """Where they write."""
    return reverse("reviews:contribute", args=[review.ref])
