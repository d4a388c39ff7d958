"""A review goes from hand to hand: handed in, approved by somebody else, published for all staff, amended."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind
from incidents.exercises import actions as exercise_actions
from incidents.exercises.models import Exercise, Objective
from incidents.reviews.actions.facilitating import refuse_who_led
from incidents.reviews.actions.holding import hold
from incidents.reviews.actions.listing import keep_words
from incidents.reviews.actions.naming import refuse_names, refuse_names_in
from incidents.reviews.actions.recurring import propose_recurrences
from incidents.reviews.copying import content_digest
from incidents.reviews.meetings import standing
from incidents.reviews.missing import Missing, to_submit, unanswered, unnoted
from incidents.reviews.models import FINAL, Action, Amendment, Factor, Review, State
from incidents.reviews.pieces import pieces_of
from incidents.reviews.subjects import is_restricted, services_of


@transaction.atomic
def submit(*, review: Review, by: User, at: datetime) -> None:
    """The text goes to an approver. Refused, naming everything that is missing, while it is not whole."""
    hold(review)
    factors = _factors(review)
    left = to_submit(review, pieces_of(review, review.sections.all()), factors)
    _refuse_while([*left, *unnoted(standing(review), list(review.attendances.came()), at)])
    refuse_who_led(review)
    refuse_names_in(review)
    # Actions may have been checked, and services added to the subject, since the factors were written.
    for factor in factors:
        propose_recurrences(factor=factor, at=at)
    move(review, to=State.IN_REVIEW)
    record("review.submitted", review, by=by, at=at, to=review.state)


@transaction.atomic
def send_back(*, review: Review, reason: str, by: User, at: datetime) -> None:
    """The approver wants it changed, and says why."""
    if not reason.strip():
        raise Refused("Say what must be changed.")
    hold(review)
    move(review, to=State.DRAFTING)
    record("review.sent_back", review, by=by, at=at, words=reason, to=review.state)


@transaction.atomic
def approve(*, review: Review, by: User, at: datetime) -> None:
    """Somebody who neither wrote nor facilitates agrees; from now on the text stands, and its digest is kept.

    Refused while a hindering factor has neither an action nor an accepted reason.
    """
    hold(review)
    if by.pk == review.author_id or review.sections.filter(saved_by=by).exists():
        raise Refused("You wrote in this review. Somebody else must approve it.")
    if by.pk == review.facilitator_id:
        raise Refused("You facilitate this review. Somebody else must approve it.")
    _refuse_while(unanswered(_factors(review), list(review.actions.all())))
    # Actions may have been added while it waited.
    refuse_names_in(review)
    _agree(review, by, at)


@transaction.atomic
def publish(*, review: Review, by: User, at: datetime) -> None:
    """All staff can read it, and whoever wants to hear of lessons about its services is told.

    Nobody is told of the review of a restricted incident or an exercise, alone or in a theme: staff cannot open either.
    """
    hold(review)
    if not review.summary.strip():
        raise Refused("Write the summary for all staff first: it is what everybody reads.")
    move(review, to=State.PUBLISHED, published_at=at, held_on=review.held_on or local_day(at))
    if not _is_kept_close(review):
        _tell(review, at)
    record("review.published", review, by=by, at=at, to=review.state)


@transaction.atomic
def publish_short(*, review: Review, by: User, at: datetime) -> None:
    """The short path's end in one step: one person, four questions; no second person is asked for.

    Refused for an incident of severity 1 or 2 and for an exercise: somebody else approves those.
    """
    hold(review)
    if not review.is_short:
        raise Refused("Somebody else must approve this review before it is published.")
    submit(review=review, by=by, at=at)
    _refuse_while(unanswered(_factors(review), list(review.actions.all())))
    _agree(review, None, at)
    publish(review=review, by=by, at=at)


@transaction.atomic
def amend(*, review: Review, text: str, reason: str, by: User, at: datetime) -> Amendment:
    """A new text stands beside the approved one, with its reason; the old is never changed."""
    hold(review)
    if review.state not in FINAL:
        raise Conflict("The review is not approved yet: change its text instead.")
    refuse_names({"The amendment": text, "The reason": reason})
    amendment = Amendment.objects.create(review=review, text=text, reason=reason, author=by, at=at)
    record("review.amended", review, by=by, at=at)
    return amendment


@transaction.atomic
def close_exercise(*, exercise: Exercise, by: User, at: datetime) -> None:
    """An exercise counts once its review is published; where an objective was missed, something follows from it."""
    reviews = exercise.reviews.published()
    if not reviews.exists():
        raise Refused("Publish the review of this exercise first.")
    is_missed = exercise.objectives.exclude(rating=Objective.Rating.MET).exists()
    acted_on = Action.objects.counted().filter(review__in=reviews).exists()
    accepted = Factor.objects.exclude(accepted_why="").filter(review__in=reviews).exists()
    if is_missed and not (acted_on or accepted):
        raise Refused(
            "An objective was not fully met. Add an action to the review, or accept the risk there."
        )
    exercise_actions.close(exercise=exercise, by=by, at=at)


def _agree(review: Review, by: User | None, at: datetime) -> None:
    approver = by
    digest = content_digest(_content(review))
    move(review, to=State.APPROVED, approver=approver, approved_at=at, content_hash=digest)
    keep_words(review)
    if by:
        record("review.approved", review, by=by, at=at, to=review.state)


def _content(review: Review) -> dict[str, object]:
    """Everything that is agreed to: the texts, the factors, the figures, the timeline's digest."""
    return {
        "summary": review.summary,
        "sections": dict(review.sections.values_list("code", "text")),
        "factors": [
            list(each)
            for each in review.factors.values_list("pk", "area", "text", "is_hindering", "accepted_why")
        ],
        "timeline": review.timeline_hash,
        "figures": review.figures,
    }


def _factors(review: Review) -> list[Factor]:
    return list(review.factors.all())


def _refuse_while(left: Sequence[Missing]) -> None:
    if left:
        raise Refused(" ".join(each.sentence for each in left))


def _is_kept_close(review: Review) -> bool:
    is_practised = review.exercise is not None or review.sources.exclude(exercise=None).exists()
    return is_practised or is_restricted(review)


def _tell(review: Review, at: datetime) -> None:
    actions = [f"- {each.title} ({each.whose})" for each in review.actions.counted().select_related("owner")]
    parts = [review.summary, "\n".join(["What will change:", *actions]) if actions else ""]
    notify(
        key=f"review:{review.pk}:published",
        kind=Kind.REVIEW,
        subject=review,
        words=Words(
            title=review.title,
            body="\n\n".join(part for part in parts if part),
            url=review.get_absolute_url(),
        ),
        audience=Audience(services=services_of(review)),
        at=at,
    )
