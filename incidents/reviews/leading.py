"""Who led what a review looks back at. They take part in the review, and do not facilitate it."""

from django.db.models import QuerySet

from continuity.accounts.models import User
from incidents.authority import COMMANDERS, LEAD
from incidents.models import RoleAssignment
from incidents.reviews.models import Review
from incidents.reviews.subjects import incidents_in
from incidents.severity import FULL_PATH


def leaders(review: Review) -> QuerySet[User]:
    """Whoever commanded or led a severity 1 or 2 incident of it; on the light path one person may do everything."""
    if review.subject and not (review.incident and review.incident.severity in FULL_PATH):
        return User.objects.none()
    severe = incidents_in(review).filter(severity__in=FULL_PATH)
    held = RoleAssignment.objects.filter(
        incident__in=severe, accepted_at__isnull=False, role__code__in=COMMANDERS | {LEAD}
    )
    return User.objects.filter(pk__in=held.values("person")).order_by("job_title", "username")


def led(review: Review, person: User) -> bool:
    return leaders(review).filter(pk=person.pk).exists()


def what_was_led(review: Review) -> str:
    """As it stands in a sentence about who led it."""
    return "this incident" if review.incident_id else "one of these incidents"
