"""A factor that came back: proposed by the portal, confirmed or dismissed by whoever facilitates the review."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, record
from continuity.core.refusals import Refused
from continuity.core.states import move
from incidents.reviews.actions.facilitating import only_facilitator
from incidents.reviews.models import Factor, Recurrence, Review, State
from incidents.reviews.returning import came_back


@transaction.atomic
def propose_recurrences(*, factor: Factor, at: datetime) -> None:
    """Each time this factor came back after a checked action is proposed, once; what no longer fits is not.

    What somebody decided stands, whatever becomes of the factor's words.
    """
    found = came_back(factor)
    kept = [
        Recurrence.objects.get_or_create(
            factor=factor, action=action, service=service, defaults={"proposed_at": at}
        )
        for action, service in found
    ]
    factor.recurrences.proposed().exclude(pk__in=[each.pk for each, _ in kept]).delete()
    for recurrence, is_new in kept:
        if is_new:
            record("recurrence.proposed", recurrence, by=SYSTEM, at=at, to=recurrence.state)


@transaction.atomic
def confirm_recurrence(*, recurrence: Recurrence, by: User, at: datetime) -> None:
    """The same factor came back: the subject of its review and the old action say so from now on.

    A review that was waived is owed again.
    """
    only_facilitator(recurrence.factor.review, by)
    move(recurrence, to=Recurrence.State.CONFIRMED, decided_by=by, decided_at=at)
    _owe_again(recurrence.factor.review, by, at)
    record("recurrence.confirmed", recurrence, by=by, at=at, to=recurrence.state)


@transaction.atomic
def dismiss_recurrence(*, recurrence: Recurrence, reason: str, by: User, at: datetime) -> None:
    """It is not the same, and why. It is not proposed again."""
    only_facilitator(recurrence.factor.review, by)
    if not reason.strip():
        raise Refused("Say why it is not the same.")
    move(recurrence, to=Recurrence.State.DISMISSED, decided_by=by, decided_at=at, reason=reason.strip())
    record("recurrence.dismissed", recurrence, by=by, at=at, words=reason, to=recurrence.state)


def _owe_again(review: Review, by: User, at: datetime) -> None:
    if review.state == State.WAIVED:
        move(review, to=State.DUE)
        record("review.due", review, by=by, at=at, to=review.state)
