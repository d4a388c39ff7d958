"""A review begins, with the timeline filled in, or is not needed, with the reason."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from continuity.accounts.models import User
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from incidents.exercises.models import Exercise
from incidents.models import Incident, SeverityRule
from incidents.reviews.actions.holding import hold
from incidents.reviews.actions.meeting import end_meeting_ahead
from incidents.reviews.copying import copy_of, digest_of
from incidents.reviews.figures import figures_of
from incidents.reviews.models import Observation, Recurrence, Review, State
from incidents.reviews.owing import LIKE_SEVERITY, due_like, reasons
from incidents.reviews.subjects import (
    EXERCISE_IS_OVER,
    INCIDENT_IS_OVER,
    RELEASE_IS_OVER,
    Subject,
    ended_at,
)
from releases.models import Release
from releases.notices import names_words

PREFIX = "REV"
TO_BEGIN = frozenset({State.DUE, State.SCHEDULED})


@transaction.atomic
def start(
    *, by: User, at: datetime, incident: Incident | None = None, release: Release | None = None,
    exercise: Exercise | None = None, observation: Observation | None = None,
) -> Review:  # fmt: skip
    """The review of one of these is being written by `by`, with its figures, a copy of the timeline, and its digest.

    Refused while the subject goes on; Conflict when its review was begun already.
    """
    subject = _only(incident, release, exercise, observation)
    review = _review_of(subject, by, at)
    if review.state not in TO_BEGIN:
        raise Conflict(f"Its review was begun already: {review}.")
    copy = copy_of(subject)
    move(
        review, to=State.DRAFTING, author=by, timeline=copy, timeline_hash=digest_of(copy),
        figures=figures_of(subject, at),
    )  # fmt: skip
    record("review.started", review, by=by, at=at, to=review.state)
    return review


@transaction.atomic
def do_without(
    *, reason: str, by: User, at: datetime, incident: Incident | None = None, release: Release | None = None,
    exercise: Exercise | None = None, observation: Observation | None = None,
) -> Review:  # fmt: skip
    """Nobody looks back at one of these, and why: its review stands as waived. Conflict for one that was begun."""
    review = _review_of(_only(incident, release, exercise, observation), by, at)
    if review.state not in TO_BEGIN:
        raise Conflict(f"Its review was begun already: {review}.")
    waive(review=review, reason=reason, by=by, at=at)
    return review


@transaction.atomic
def waive(*, review: Review, reason: str, by: User, at: datetime) -> None:
    """The review is not held, and why. Never at severity 1 and 2, of confirmed harm, or where a factor came back."""
    hold(review)
    _refuse_what_is_always_reviewed(review)
    if not reason.strip():
        raise Refused("Say why no review is needed.")
    move(review, to=State.WAIVED, waived_why=reason.strip())
    end_meeting_ahead(review, at)
    record("review.waived", review, by=by, at=at, words=reason, to=review.state)


def _refuse_what_is_always_reviewed(review: Review) -> None:
    if review.incident and not review.may_be_waived:
        whys = names_words(reasons(review.incident))
        raise Refused(f"This incident is always reviewed: {whys}.")
    if Recurrence.objects.confirmed().filter(factor__review=review).exists():
        raise Refused("A factor came back although it had been dealt with, so this review is held.")


def is_over(subject: Subject) -> bool:
    """Whether there is something to look back at; what somebody observed always is."""
    if isinstance(subject, Incident):
        return subject.state in INCIDENT_IS_OVER
    if isinstance(subject, Release):
        return subject.state in RELEASE_IS_OVER
    return isinstance(subject, Observation) or subject.state in EXERCISE_IS_OVER


def due_on(subject: Subject) -> date | None:
    """By when it is due: the days of its severity after it was over, in London; None where none is set."""
    if isinstance(subject, Incident):
        severity, ended = due_like(subject), ended_at(subject)
    elif isinstance(subject, Release):
        severity, ended = LIKE_SEVERITY, subject.ended_at or subject.ends_at
    else:
        return None
    days = SeverityRule.objects.get(pk=severity).review_within_days
    return local_day(ended) + timedelta(days=days) if ended and days else None


def _only(*subjects: Subject | None) -> Subject:
    given = [each for each in subjects if each is not None]
    if len(given) != 1:
        raise ValueError("A review looks back at one thing.")
    return given[0]


def _review_of(subject: Subject, by: User, at: datetime) -> Review:
    """The review of the subject, made due if it has none; of two who ask at once the second finds the first's."""
    _hold_subject(subject)
    if not is_over(subject):
        raise Refused(f"{subject} is not over yet. Look back at it when it is.")
    field = subject._meta.model_name
    found = Review.objects.filter(**{str(field): subject}).order_by("pk").first()
    if found:
        hold(found)
        return found
    of: dict[str, Any] = {str(field): subject}
    review = Review.objects.create(
        ref=next_reference(PREFIX, at),
        title=f"Review: {subject.title}"[: Review._meta.get_field("title").max_length],
        kind=Review.Kind.POST_RELEASE if isinstance(subject, Release) else Review.Kind.AFTER_ACTION,
        due_on=due_on(subject),
        **of,
    )
    record("review.due", review, by=by, at=at, to=review.state)
    return review


def _hold_subject(subject: Model) -> None:
    """Of two people who begin at the same time the second waits, and learns how the subject stands now."""
    held = type(subject)._default_manager.select_for_update(no_key=True).get(pk=subject.pk)
    if not isinstance(subject, Observation):
        subject.state = held.state  # type: ignore[attr-defined]
