"""Swaps: the holder of a shift asks somebody to take it, perhaps for one of theirs, and that person answers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.command.models import Shift, Swap
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused, sentence_of
from continuity.core.states import move
from continuity.core.wording import window_words

BEGUN = "A shift that has begun is not swapped. Ask whoever keeps the rota for somebody to stand in."
CHANGED = "The rota has changed since this swap was proposed. Look at it, and propose a new one."


@transaction.atomic
def propose_swap(*, shift: Shift, to: User, in_return: Shift | None, by: User, at: datetime) -> Swap:
    """Ask `to` to take the shift, for one of theirs or for none. Nothing changes until they accept."""
    if shift.person_id != by.pk:
        raise Forbidden(f"Only {shift.person} can offer this shift.")
    if to.pk == by.pk:
        raise Refused("Choose somebody else: this shift is yours.")
    swap = Swap(shift=shift, to=to, in_return=in_return, proposed_by=by, proposed_at=at)
    _can_be_done(swap, at)
    try:
        with transaction.atomic():
            swap.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(sentence_of(error)) from error
    record("swap.proposed", swap, by=by, at=at)
    return swap


@transaction.atomic
def accept_swap(*, swap: Swap, by: User, at: datetime) -> None:
    """The people of the shifts change. Refused when a shift has begun, changed hands, or overlaps another."""
    _is_asked(swap, by)
    shifts = {each.pk: each for each in _held(swap)}
    swap.shift = shifts.get(swap.shift_id) or _gone()
    swap.in_return = (shifts.get(swap.in_return_id) or _gone()) if swap.in_return_id else None
    _can_be_done(swap, at)
    move(swap, to=Swap.State.ACCEPTED, settled_at=at)
    Shift.objects.filter(pk=swap.shift_id).update(person=swap.to)
    if swap.in_return_id:
        Shift.objects.filter(pk=swap.in_return_id).update(person=swap.proposed_by)
    record("swap.accepted", swap, by=by, at=at)


@transaction.atomic
def decline_swap(*, swap: Swap, by: User, at: datetime) -> None:
    """Nothing changes; the holder may ask somebody else."""
    _is_asked(swap, by)
    move(swap, to=Swap.State.DECLINED, settled_at=at)
    record("swap.declined", swap, by=by, at=at)


@transaction.atomic
def withdraw_swap(*, swap: Swap, by: User, at: datetime) -> None:
    """Whoever proposed it takes it back before it is answered."""
    if swap.proposed_by_id != by.pk:
        raise Forbidden(f"Only {swap.proposed_by} can take this back.")
    move(swap, to=Swap.State.WITHDRAWN, settled_at=at)
    record("swap.withdrawn", swap, by=by, at=at)


def _held(swap: Swap) -> Sequence[Shift]:
    """The shifts as they stand now, held until the transaction ends; in one order, so that nobody waits for ever."""
    keys = [key for key in (swap.shift_id, swap.in_return_id) if key]
    return list(
        Shift.objects.select_for_update(of=("self",))
        .select_related("person", "rota")
        .filter(pk__in=keys)
        .order_by("pk")
    )


def _gone() -> Shift:
    raise Conflict(CHANGED)


def _is_asked(swap: Swap, by: User) -> None:
    if swap.to_id != by.pk:
        raise Forbidden(f"Only {swap.to} can answer this.")


def _can_be_done(swap: Swap, at: datetime) -> None:
    given, taken = swap.shift, swap.in_return
    if given.has_begun(at) or (taken and taken.has_begun(at)):
        raise Refused(BEGUN)
    if given.person_id != swap.proposed_by_id or (taken and taken.person_id != swap.to_id):
        raise Conflict(CHANGED)
    _is_free(swap.to, given, taken)
    if taken:
        _is_free(swap.proposed_by, taken, given)


def _is_free(person: User, shift: Shift, besides: Shift | None) -> None:
    """Refuse to put somebody on call twice at a time: they could not answer both."""
    held = Shift.objects.filter(person=person, span__overlap=shift.span).select_related("rota")
    other = held.exclude(pk__in=[each.pk for each in (shift, besides) if each]).first()
    if other:
        raise Refused(f"{person} is on call as {other.rota} from {window_words(other.span)} already.")
