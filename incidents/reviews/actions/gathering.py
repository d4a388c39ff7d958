"""Several records are looked back at together, under a theme: chosen, added to, taken out, and begun."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move
from incidents.models import Incident
from incidents.reviews.actions.beginning import PREFIX, TO_BEGIN, is_over
from incidents.reviews.actions.holding import hold
from incidents.reviews.copying import digest_of
from incidents.reviews.gathering import is_past
from incidents.reviews.models import Review, Source, State
from incidents.reviews.subjects import Subject, named, records_of
from incidents.reviews.together import copy_of_all, figures_together

# Fewer are looked back at by themselves.
FEWEST = 2
# More are no theme that people can talk over in an hour.
MOST = 30


@transaction.atomic
def gather(
    *, theme: str, records: Sequence[Subject], by: User, at: datetime, due_on: date | None = None
) -> Review:
    """A review of these records under a theme is due; nobody has begun it, so records may be added and taken out.

    Refused without a theme, for fewer than two records, and for one that is not over.
    """
    theme = theme.strip()
    if not theme:
        raise Refused("Say what the records have in common.")
    if due_on and due_on < local_day(at):
        raise Refused("The day has passed. Choose a day to come.")
    review = Review.objects.create(
        ref=next_reference(PREFIX, at),
        title=_title(theme),
        theme=theme,
        kind=Review.Kind.THEMATIC,
        due_on=due_on,
    )
    _add(review, records, by)
    _refuse_too_few_or_many(review)
    record("review.due", review, by=by, at=at, to=review.state)
    return review


@transaction.atomic
def add_records(*, review: Review, records: Sequence[Subject], by: User, at: datetime) -> None:
    """These are looked back at too; what is among them already stays once. Conflict once the review was begun."""
    _hold_to_begin(review)
    if _add(review, records, by):
        _refuse_too_few_or_many(review)
        record("review.records_added", review, by=by, at=at, to=str(review.sources.count()))


@transaction.atomic
def take_out(*, source: Source, by: User, at: datetime) -> None:
    """That record is not looked back at under this theme. Conflict once it was begun, or when somebody took it out."""
    review = source.review
    _hold_to_begin(review)
    if review.sources.count() <= FEWEST:
        raise Refused("A theme needs two records. Add another before you take this one out.")
    if not Source.objects.filter(pk=source.pk).delete()[0]:
        raise Conflict("Somebody else took this record out already.")
    record("review.record_taken_out", review, by=by, at=at, to=str(source)[:40])


@transaction.atomic
def begin_theme(*, review: Review, by: User, at: datetime) -> None:
    """The review is being written by `by`, with all timelines as one, and the figures of all records added up."""
    _hold_to_begin(review)
    records = records_of(review)
    copy = copy_of_all(records)
    move(
        review, to=State.DRAFTING, author=by, timeline=copy, timeline_hash=digest_of(copy), key_moments=[],
        figures=figures_together(records, at),
    )  # fmt: skip
    record("review.started", review, by=by, at=at, to=review.state)


def _hold_to_begin(review: Review) -> None:
    hold(review)
    if review.state not in TO_BEGIN:
        raise Conflict(f"The review was begun already, so its records stand: {review}.")


def _add(review: Review, records: Sequence[Subject], by: User) -> int:
    """How many are new."""
    added = 0
    for each in records:
        _refuse_what_is_not_over(each)
        if isinstance(each, Incident) and not Incident.objects.visible_to(by).filter(pk=each.pk).exists():
            raise Forbidden("An incident among them is restricted. Ask somebody who may know of it.")
        _, is_new = Source.objects.get_or_create(review=review, **named(each))
        added += is_new
    return added


def _refuse_what_is_not_over(each: Subject) -> None:
    if isinstance(each, Incident) and each.is_exercise:
        raise Refused(f"{each} is part of an exercise. Choose the exercise instead.")
    if not (is_over(each) or is_past(each)):
        raise Refused(f"{each} is not over yet. Look back at it when it is.")


def _refuse_too_few_or_many(review: Review) -> None:
    count = review.sources.count()
    if count < FEWEST:
        raise Refused("Choose two records or more. One is looked back at from its own page.")
    if count > MOST:
        raise Refused(f"Choose {MOST} records at most, those that say most about the theme.")


def _title(theme: str) -> str:
    longest = Review._meta.get_field("title").max_length or 0
    return f"Theme: {theme}"[:longest]
