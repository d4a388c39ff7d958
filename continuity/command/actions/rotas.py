"""The posts that somebody is always meant to hold, and who holds them when."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import Rota, Shift
from continuity.core.clock import window
from continuity.core.keys import free_key
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused, sentence_of
from continuity.core.wording import window_words

CHANGED = "Somebody else changed this shift. Look at the rota again."
OVER = "This shift is over. What was, stays on the rota."


@transaction.atomic
def add_rota(*, by: User, at: datetime, **facts: Any) -> Rota:
    """A post stands on the rota, with nobody on it yet."""
    rota = Rota.objects.create(key=free_key(Rota, facts["name"]), **facts)
    record("rota.added", rota, by=by, at=at)
    return rota


@transaction.atomic
def change_rota(*, rota: Rota, seen: int, by: User, at: datetime, **facts: Any) -> None:
    """The post says what the form said, if nobody changed it since version `seen`; otherwise Conflict."""
    if not Rota.objects.filter(pk=rota.pk, version=seen).update(version=seen + 1, **facts):
        raise Conflict("Somebody else changed this while you were writing.")
    record("rota.changed", rota, by=by, at=at)


@transaction.atomic
def add_shift(*, rota: Rota, person: User, span: Range[datetime], by: User, at: datetime) -> Shift:
    """The person is on call for the span. Refused when it is over, or somebody is on the rota in it."""
    shift = Shift(rota=rota, person=person, span=span)
    if shift.is_over(at):
        raise Refused("This shift would be over already. What was, stays on the rota.")
    taken = rota.shifts.filter(span__overlap=span).select_related("person").first()
    if taken:
        held = f"{taken.person} is on this rota from {window_words(taken.span)}."
        raise Conflict(f"{held} Choose other times, or end that shift first.")
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError as error:  # somebody else was quicker by an instant
        raise Conflict(sentence_of(error)) from error
    record("shift.added", shift, by=by, at=at)
    return shift


@transaction.atomic
def end_shift(*, shift: Shift, ends_at: datetime, by: User, at: datetime) -> None:
    """A shift that has begun ends earlier than planned."""
    if shift.is_over(at):
        raise Refused(OVER)
    if not shift.has_begun(at):
        raise Refused("This shift has not begun. Take it out instead.")
    if not shift.span.lower < ends_at < shift.span.upper:
        raise Refused(f"The shift is {window_words(shift.span)}. Choose a time within it.")
    unchanged = Shift.objects.filter(pk=shift.pk, span=shift.span)
    if not unchanged.update(span=window(shift.span.lower, ends_at)):
        raise Conflict(CHANGED)
    record("shift.ended", shift, by=by, at=at)


@transaction.atomic
def remove_shift(*, shift: Shift, by: User, at: datetime) -> None:
    """A shift that has not begun is taken off the rota."""
    if shift.has_begun(at):
        raise Refused("This shift has begun. End it instead.")
    if not Shift.objects.filter(pk=shift.pk, span=shift.span).delete()[0]:
        raise Conflict(CHANGED)
    record("shift.removed", shift, by=by, at=at)
