"""What a review looks back at: its services, and the way from an address to it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

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


def services_of(review: Review) -> frozenset[int]:
    """Primary keys of the services that its subject hit or named."""
    if review.incident:
        return frozenset(review.incident.impacts.values_list("service_id", flat=True))
    if review.observation:
        return frozenset(filter(None, [review.observation.service_id]))
    return touched(review.release) if review.release else frozenset()


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
