"""Where a factor came back: the actions on the same local factor and service that were checked before it began."""

from datetime import datetime

from continuity.catalogue.models import Service
from incidents.models import Incident
from incidents.reviews.models import Action, Factor, Observation
from incidents.reviews.subjects import Subject, records_of, services_in, services_of
from releases.models import Release


def came_back(factor: Factor) -> list[tuple[Action, Service]]:
    """Each earlier action, with each service that was hit both times; of a theme, in any of its records.

    Only a factor that hindered, and only what began after the action was checked: a repair that came later was
    not there to help. Exercises hit no service, and the incident of one is left aside.
    """
    if not (factor.local_id and factor.is_hindering):
        return []
    found = {
        (action.pk, service.pk): (action, service)
        for record in records_of(factor.review)
        if (began := _began(record))
        for action, service in _again(factor, record, began)
    }
    return list(found.values())


def _again(factor: Factor, record: Subject, began: datetime) -> list[tuple[Action, Service]]:
    hit = services_in(record)
    return [
        (action, service)
        for action in _checked(factor, began)
        for service in Service.objects.filter(pk__in=hit & services_of(action.review)).order_by("name")
    ]


def _checked(factor: Factor, before: datetime) -> list[Action]:
    same = Action.objects.filter(factor__local=factor.local_id, factor__is_hindering=True)
    checked = same.filter(state=Action.State.VERIFIED, verified_at__lte=before)
    earlier = checked.exclude(review=factor.review_id).exclude(review__incident__is_exercise=True)
    found = earlier.select_related("review__incident", "review__release", "review__observation")
    return list(found.order_by("verified_at", "pk"))


def _began(record: Subject) -> datetime | None:
    """When the trouble or the work began; None where there is no service to look at."""
    if isinstance(record, Incident):
        return None if record.is_exercise else record.started_at
    if isinstance(record, Observation):
        return record.happened_at
    return (record.started_at or record.starts_at) if isinstance(record, Release) else None
