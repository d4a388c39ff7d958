"""People are asked to write before a review is held, or no more, and write: under their role, or no name at all."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import Name, record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.actions import Words
from incidents.reviews.actions.facilitating import only_facilitator
from incidents.reviews.actions.holding import hold
from incidents.reviews.actions.reaching import refuse_who_may_not_know, tell
from incidents.reviews.asked import is_asked, to_write
from incidents.reviews.models import TO_PREPARE, Attendance, Contribution, Review

# Who wrote without a name, as the ledger names them: nobody that anything else could lead to.
NOBODY = Name("reviews.nobody", "", "Somebody who was asked")


@transaction.atomic
def ask(*, review: Review, people: Collection[User], by: User, at: datetime) -> None:
    """These people may write for the review, and are told so. Who was asked already is left alone.

    Refused for somebody who may not know of a restricted incident.
    """
    _hold_open(review)
    refuse_who_may_not_know(review, people, doing="Ask")
    known = set(review.attendances.asked().values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in known]
    if not new:
        return
    # Whoever is invited to the meeting, or came to it, has a row already.
    review.attendances.filter(person__in=new).update(is_asked=True)
    there = set(review.attendances.values_list("person_id", flat=True))
    Attendance.objects.bulk_create(
        Attendance(review=review, person=person) for person in new if person.pk not in there
    )
    tell(review, "ask", new, _question(review), at=at)
    record("review.asked", review, by=by, at=at, to=str(len(new)))


@transaction.atomic
def ask_no_more(*, review: Review, person: User, by: User, at: datetime) -> None:
    """This person may not write for the review any more, and is told so without a word of what it looks back at.

    Refused once they wrote under their role: that stands. Conflict when somebody else took them off first.
    """
    _hold_open(review)
    only_facilitator(review, by)
    if review.contributions.filter(author=person).exists():
        raise Refused(f"{person} wrote for the review already, and what they wrote stands.")
    row = review.attendances.asked().filter(person=person)
    if not row.update(is_asked=False):
        raise Conflict(f"{person} is not asked to write any more: somebody else took them off.")
    review.attendances.filter(person=person).without_a_part().delete()
    tell(review, "ask-no-more", [person], _no_question(), at=at)
    record("review.ask_withdrawn", review, by=by, at=at)


@transaction.atomic
def allow_anonymous(*, review: Review, is_allowed: bool, by: User, at: datetime) -> None:
    """Whether people may write without their name from now on: the facilitator's choice. What was written stands."""
    _hold_open(review)
    if review.allows_anonymous == is_allowed:
        return
    only_facilitator(review, by)
    Review.objects.filter(pk=review.pk).update(allows_anonymous=is_allowed)
    review.allows_anonymous = is_allowed
    record("review.anonymous_set", review, by=by, at=at, to="allowed" if is_allowed else "not allowed")


@transaction.atomic
def contribute(
    *, review: Review, text: str, by: User, at: datetime, is_anonymous: bool = False
) -> Contribution:
    """These words stand beside the review. Written anonymously, nothing that is stored leads to `by`.

    Forbidden for who was not asked; Refused without a name where the facilitator does not allow it.
    """
    _hold_open(review)
    if not is_asked(review, by):
        raise Forbidden("You were not asked to write for this review. Ask whoever holds it.")
    if is_anonymous and not review.allows_anonymous:
        raise Refused("The facilitator does not take contributions without a name. Write under your role.")
    if not text.strip():
        raise Refused("Write what you saw, or what helped or hindered.")
    written = Contribution.objects.create(
        review=review, text=text.strip(), author=None if is_anonymous else by, at=at
    )
    if not is_anonymous:
        # Whether somebody wrote without a name is not told from their row either.
        invited = review.attendances.filter(person=by, state=Attendance.State.INVITED)
        invited.update(state=Attendance.State.WRITTEN)
    record("review.contributed", review, by=NOBODY if is_anonymous else by, at=at)
    return written


def _hold_open(review: Review) -> None:
    hold(review)
    if review.state not in TO_PREPARE:
        raise Conflict(
            f"The review is {review.get_state_display().lower()}, so nobody writes for it any more."
        )


def _question(review: Review) -> Words:
    return Words(
        title=f"Asked to write: {review.title}",
        body="Write what you saw, and what in the work helped or hindered. It is read before the review is held.",
        url=to_write(review),
    )


def _no_question() -> Words:
    """Nothing of the review: its incident may have been restricted since this person was asked."""
    return Words(
        title="You need not write for the review any more",
        body="You were asked to write for a review. Whoever facilitates it took you off the list.",
        url=reverse("reviews:list"),
        is_whole=True,
    )
