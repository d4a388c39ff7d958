"""Who facilitates a review: never somebody who led what it looks back at."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents.reviews.actions.holding import hold, hold_unfinished
from incidents.reviews.leading import led, what_was_led
from incidents.reviews.models import Review


@transaction.atomic
def name_facilitator(*, review: Review, facilitator: User, seen: int | None, by: User, at: datetime) -> None:
    """A named person facilitates the review. `seen` is who did when the writer looked (primary key).

    Refused for who led the incident and for who does not hold reviews; Conflict when somebody else named one.
    """
    hold_unfinished(review, what="who facilitated it")
    if review.facilitator_id != seen:
        raise Conflict("Somebody else named who facilitates meanwhile. Look at the review again.")
    _refuse_who_may_not(review, facilitator, by)
    Review.objects.filter(pk=review.pk).update(facilitator=facilitator)
    review.facilitator = facilitator
    record("review.facilitator_named", review, by=by, at=at)


def only_facilitator(review: Review, by: User) -> None:
    """Whoever facilitates it; where nobody is named, who holds reviews and did not lead the incident."""
    hold(review)
    if review.facilitator_id not in {None, by.pk}:
        raise Forbidden(f"Only the facilitator of the review can decide this: {review.facilitator}.")
    if not by.may(Permission.REVIEW_WRITE):
        raise Forbidden("Only whoever holds reviews can decide this.")
    if led(review, by):
        raise Forbidden(f"You led {what_was_led(review)}. Ask somebody else who holds reviews to decide.")


def refuse_who_led(review: Review) -> None:
    """Refused while nobody but who led the incident holds the review; where nobody is named, its author does."""
    holder = review.facilitator or review.author
    if holder and led(review, holder):
        raise Refused(
            f"{holder} led {what_was_led(review)}. Name somebody else who facilitates the review, then hand it in."
        )


def _refuse_who_may_not(review: Review, facilitator: User, by: User) -> None:
    if not facilitator.may(Permission.REVIEW_WRITE):
        raise Refused(f"{facilitator} does not hold reviews. Choose somebody who does.")
    if led(review, facilitator):
        who = "You" if facilitator.pk == by.pk else str(facilitator)
        raise Refused(f"{who} led {what_was_led(review)}. Choose somebody else who holds reviews.")
