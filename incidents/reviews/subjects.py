"""What a review looks back at: its services, and the way from an address to it."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from continuity.core.clock import local_day
from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.models import State as IncidentState
from incidents.reviews.models import Observation, Review
from releases.models import Release
from releases.models import State as ReleaseState
from releases.picture import touched

# There is something to look back at.
INCIDENT_IS_OVER = frozenset({IncidentState.STOOD_DOWN, IncidentState.CLOSED})
RELEASE_IS_OVER = frozenset({ReleaseState.COMPLETED, ReleaseState.ROLLED_BACK})
EXERCISE_IS_OVER = frozenset({Exercise.State.DEBRIEF, Exercise.State.REPORTED})
Subject = Incident | Release | Exercise | Observation


def ended_at(incident: Incident) -> datetime | None:
    """When an incident was over for those who worked on it; None while it goes on."""
    return incident.stood_down_at or incident.closed_at


def records_of(review: Review) -> list[Subject]:
    """What it looks back at: one thing, or the several records of its theme in the order they were chosen in."""
    if review.subject:
        return [review.subject]
    sources = review.sources.select_related("incident", "release", "exercise__incident", "observation")
    return [each.record for each in sources]


def incidents_in(review: Review) -> QuerySet[Incident]:
    """The incident it looks back at, or those among the records of its theme. One query."""
    among = review.sources.exclude(incident=None).values("incident")
    return Incident.objects.filter(Q(pk=review.incident_id) | Q(pk__in=among))


def is_restricted(review: Review) -> bool:
    """Whether it looks back at a restricted incident, alone or among others. A query for a theme."""
    if review.subject:
        return bool(review.incident and review.incident.is_restricted)
    return incidents_in(review).filter(is_restricted=True).exists()


def services_of(review: Review) -> frozenset[int]:
    """Primary keys of the services that were hit or named by what it looks back at."""
    return frozenset().union(*(services_in(record) for record in records_of(review)))


def services_in(record: Subject) -> frozenset[int]:
    """Primary keys of the services that one record hit or names; an exercise hits none."""
    if isinstance(record, Incident):
        return frozenset(record.impacts.values_list("service_id", flat=True))
    if isinstance(record, Observation):
        return frozenset(filter(None, [record.service_id]))
    return touched(record) if isinstance(record, Release) else frozenset()


def day_of(record: Subject) -> date:
    """The day in London on which it was declared, planned, held or seen."""
    if isinstance(record, Exercise):
        return record.held_on
    if isinstance(record, Incident):
        return local_day(record.declared_at)
    return local_day(record.happened_at if isinstance(record, Observation) else record.starts_at)


def subject_of(asked: Any, person: Any) -> Subject | None:
    """What `?incident=`, `?release=`, `?exercise=` or `?observation=` names, where this person may know of it."""
    if ref := asked.get("incident"):
        return Incident.objects.visible_to(person).filter(ref=ref).first()
    if ref := asked.get("release"):
        return Release.objects.told().filter(ref=ref).first()
    if ref := asked.get("exercise"):
        return Exercise.objects.filter(ref=ref).first()
    if ref := asked.get("observation"):
        return Observation.objects.visible_to(person).filter(ref=ref).first()
    return None


def named(subject: Subject) -> dict[str, Any]:
    """The subject under the name that actions and addresses give it."""
    return {str(subject._meta.model_name): subject}


def start_address(subject: Subject) -> str:
    """Where its review is begun."""
    asked = {kind: each.ref for kind, each in named(subject).items()}
    return f"{reverse('reviews:start')}?{urlencode(asked)}"
