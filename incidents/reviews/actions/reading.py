"""Somebody has read a published review, and says so."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict
from incidents.reviews.actions.holding import hold
from incidents.reviews.models import Reading, Review, State


@transaction.atomic
def say_read(*, review: Review, amendments: int, by: User, at: datetime) -> None:
    """This person has read the review with the amendments that they saw. Pressed twice, nothing changes.

    Conflict while it is not published, and when it was amended meanwhile: nobody confirms what they did not see.
    """
    hold(review)
    if review.state != State.PUBLISHED:
        raise Conflict("The review is not published, so nobody is asked to read it yet.")
    if review.amendments.count() != amendments:
        raise Conflict("The review was amended meanwhile. Read what was added, then say so again.")
    _, is_new = Reading.objects.get_or_create(
        review=review, person=by, amendments=amendments, defaults={"at": at}
    )
    if is_new:
        record("review.read", review, by=by, at=at)
