"""Where a factor came back: the actions on the same local factor and service that were checked before it began."""

from datetime import datetime

from continuity.catalogue.models import Service
from incidents.reviews.models import Action, Factor, Review
from incidents.reviews.subjects import services_of


def came_back(factor: Factor) -> list[tuple[Action, Service]]:
    """Each earlier action, with each service that was hit both times.

    Only a factor that hindered, and only what began after the action was checked: a repair that came later was
    not there to help. Exercises hit no service, and the incident of one is left aside.
    """
    began = _began(factor.review)
    if not (factor.local_id and factor.is_hindering and began):
        return []
    hit = services_of(factor.review)
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


def _began(review: Review) -> datetime | None:
    """When the trouble or the work began; None where there is no service to look at."""
    if review.incident:
        return None if review.incident.is_exercise else review.incident.started_at
    if review.observation:
        return review.observation.happened_at
    return (review.release.started_at or review.release.starts_at) if review.release else None
