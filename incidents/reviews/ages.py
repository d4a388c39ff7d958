"""How old what follows from a review is, since it was looked back. Pure."""

from datetime import date

from continuity.core.clock import local_day
from incidents.reviews.models import Review

# In days, the youngest first.
AGES = (("Up to 1 month", 30), ("1 to 3 months", 91), ("3 to 6 months", 182), ("Over 6 months", 36_500))
NOT_KNOWN = "Not known"


def age_of(review: Review, on: date) -> str:
    """The name of its age: since it was held, else published, else approved; not known while none of these is."""
    stamp = review.published_at or review.approved_at
    held = review.held_on or (local_day(stamp) if stamp else None)
    if held is None:
        return NOT_KNOWN
    return next((name for name, days in AGES if (on - held).days <= days), AGES[-1][0])
