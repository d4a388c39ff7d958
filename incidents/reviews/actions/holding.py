"""What the writes of this room share: one writer at a time, and what is closed stays closed."""

from continuity.core.refusals import Conflict
from incidents.reviews.models import FINAL, OVER, Review, State


def hold(review: Review) -> None:
    """Keep others from writing until the transaction ends, and learn how the review stands now."""
    now = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    for name in (
        "state",
        "version",
        "summary",
        "author_id",
        "facilitator_id",
        "key_moments",
        "allows_anonymous",
    ):
        setattr(review, name, getattr(now, name))


def hold_unfinished(review: Review, *, what: str) -> None:
    """Hold a review that nobody approved yet. Conflict for another, saying that `what` ("its meeting") stands."""
    hold(review)
    if review.state in FINAL | OVER:
        raise Conflict(f"The review is {review.get_state_display().lower()}, so {what} stands.")


def hold_draft(review: Review) -> None:
    """Hold a review that is being written. Conflict for one that was handed on: it is not changed behind backs."""
    hold(review)
    if review.state == State.IN_REVIEW:
        raise Conflict("The review is with its approver. Ask for it to be sent back, then change it.")
    if review.state != State.DRAFTING:
        raise Conflict(
            f"The review is {review.get_state_display().lower()}, so its text stands. Amend it instead."
        )
