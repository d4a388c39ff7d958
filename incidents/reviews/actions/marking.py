"""Which moments of the copied timeline matter: picked by whoever holds the review, while it is being written."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Refused
from incidents.reviews.actions.holding import hold_draft
from incidents.reviews.models import Review


@transaction.atomic
def mark_moment(*, review: Review, number: int, is_key: bool, by: User, at: datetime) -> None:
    """The moment of that number, counted from 0 in the copy, is a key moment from now on, or no longer.

    The copy itself, and its digest, stay as they are. Pressed twice, nothing changes.
    """
    hold_draft(review)
    if not 0 <= number < len(review.timeline):
        raise Refused("That moment is not in the copy of the timeline.")
    if (number in review.key_moments) == is_key:
        return
    others = {each for each in review.key_moments if each != number}
    review.key_moments = sorted(others | {number} if is_key else others)
    Review.objects.filter(pk=review.pk).update(key_moments=review.key_moments)
    record("review.moment_marked", review, by=by, at=at, to=f"{number} {'key' if is_key else 'not key'}")
