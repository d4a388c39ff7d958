"""Who was asked to write for a review, and which reviews somebody is asked to write for."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from continuity.accounts.models import User
from incidents.models import Incident
from incidents.reviews.models import TO_PREPARE, Attendance, Review


def is_asked(review: Review, person: User) -> bool:
    return review.attendances.filter(person=person).exists()


def may_know(review: Review, person: User) -> bool:
    """Whether this person may know of the incident that is looked back at, or none is."""
    if not review.incident_id:
        return True
    return Incident.objects.visible_to(person).filter(pk=review.incident_id).exists()


def asked_of(person: Any) -> QuerySet[Review]:
    """Reviews this person is asked to write for, whether or not they may read them otherwise."""
    if person is None or not person.is_authenticated:
        return Review.objects.none()
    known = Q(incident=None) | Q(incident__in=Incident.objects.visible_to(person))
    return Review.objects.filter(known, attendances__person=person)


def waiting_for(person: Any) -> QuerySet[Review]:
    """Those they have not answered yet, the first due first."""
    invited = Attendance.objects.filter(person=person.pk, state=Attendance.State.INVITED)
    open_ = asked_of(person).filter(state__in=TO_PREPARE, attendances__in=invited)
    return open_.order_by("due_on", "pk")


def to_write(review: Review) -> str:
    """Where they write."""
    return reverse("reviews:contribute", args=[review.ref])
