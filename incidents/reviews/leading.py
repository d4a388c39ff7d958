"""Who led what a review looks back at. They take part in the review, and do not facilitate it."""

from django.db.models import QuerySet

from continuity.accounts.models import User
from incidents.authority import COMMANDERS, LEAD
from incidents.reviews.models import Review
from incidents.severity import FULL_PATH


def leaders(review: Review) -> QuerySet[User]:
    """Whoever commanded or led the severity 1 or 2 incident; on the light path one person may do everything."""
    if not (review.incident and review.incident.severity in FULL_PATH):
        return User.objects.none()
    held = review.incident.assignments.filter(accepted_at__isnull=False, role__code__in=COMMANDERS | {LEAD})
    return User.objects.filter(pk__in=held.values("person")).order_by("job_title", "username")


def led(review: Review, person: User) -> bool:
    return leaders(review).filter(pk=person.pk).exists()
