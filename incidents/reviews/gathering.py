"""Which records may be looked back at together: those that are over, as far as the person may know of them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from continuity.catalogue.models import Service
from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.reviews.models import Observation
from incidents.reviews.subjects import EXERCISE_IS_OVER, INCIDENT_IS_OVER, RELEASE_IS_OVER, Subject
from releases.models import Release

# Of each kind, the latest that fit; who looks for others says more, or names them.
OF_EACH = 10
PAST_EXERCISES = EXERCISE_IS_OVER | {Exercise.State.CLOSED}


def is_past(record: Subject) -> bool:
    """Whether it is over for a theme: an exercise also after its own review, which closes it."""
    return isinstance(record, Exercise) and record.state in PAST_EXERCISES


def past(person: Any) -> dict[type[Any], Any]:
    """By kind, all that is over and that this person may know of."""
    return {
        Incident: Incident.objects.live().visible_to(person).filter(state__in=INCIDENT_IS_OVER),
        Release: Release.objects.told().filter(state__in=RELEASE_IS_OVER),
        Exercise: Exercise.objects.filter(state__in=PAST_EXERCISES),
        Observation: Observation.objects.visible_to(person),
    }


def fitting(person: Any, *, words: str = "", service: Service | None = None) -> list[Subject]:
    """The latest of each kind that hold the words and are about the service. Four queries."""
    found = past(person)
    if words:
        named = Q(ref__icontains=words) | Q(title__icontains=words)
        found = {
            Incident: found[Incident].searched(words),
            Release: found[Release].filter(named | Q(summary__icontains=words)),
            Exercise: found[Exercise].filter(named | Q(theme__icontains=words)),
            Observation: found[Observation].matching(words),
        }
    if service:
        found = {
            Incident: found[Incident].hitting(service),
            Release: found[Release].touching(service),
            Exercise: found[Exercise].filter(procedures__services=service).distinct(),
            Observation: found[Observation].filter(service=service),
        }
    orders = {Incident: "-declared_at", Release: "-work", Exercise: "-held_on", Observation: "-happened_at"}
    return [each for kind, rows in found.items() for each in rows.order_by(orders[kind], "-pk")[:OF_EACH]]


def by_references(refs: Iterable[str], person: Any) -> tuple[list[Subject], list[str]]:
    """The records of these references, and the references that name nothing this person may look back at."""
    asked = list(dict.fromkeys(ref.strip().upper() for ref in refs if ref.strip()))
    known = [ref for ref in asked if "\0" not in ref]  # PostgreSQL keeps no NUL in text
    found = {each.ref: each for each in _named(known, person)} if known else {}
    return [found[ref] for ref in asked if ref in found], [ref for ref in asked if ref not in found]


def _named(refs: list[str], person: Any) -> Iterator[Subject]:
    for rows in past(person).values():
        yield from rows.filter(ref__in=refs)
