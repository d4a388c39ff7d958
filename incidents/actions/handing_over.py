"""Handing a role over: asked with a briefing, then accepted, declined, withdrawn or expired."""

from datetime import datetime, timedelta

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move
from continuity.core.wording import moment_words, time_words
from incidents.actions.holding import is_free, may_hold, refreshed
from incidents.actions.passing_on import (
    Step,
    can_receive,
    handover_of,
    held_now,
    pass_on,
    record_of,
    tell_of,
)
from incidents.authority import stands_above, who_is_above
from incidents.briefing import Briefing
from incidents.models import Handover, RoleAssignment

# Unanswered for so long it goes one level up (reference: roles and handover).
STANDS = timedelta(minutes=15)


@transaction.atomic
def hand_over(
    *, assignment: RoleAssignment, to: User, by: User, at: datetime,
    briefing: Briefing | None = None, is_allowed: bool = False,
) -> Handover:  # fmt: skip
    """The holder asks somebody to take the role over, with a briefing; it stays theirs until that is accepted.

    Left out, the briefing is what the record says. Unanswered for 15 minutes it goes one level up. `is_allowed` as
    for an offer. Conflict while the role is being handed over already.
    """
    held_now(assignment)
    _is_holder(assignment, by)
    can_receive(assignment, to, by, is_allowed=is_allowed)
    waiting = assignment.handovers.proposed().select_related("to").first()
    if waiting:
        raise Conflict(f"You are handing this role over to {waiting.to} already. Withdraw that first.")
    proposed = handover_of(assignment, to, briefing, by=by, at=at, expires_at=at + STANDS)
    text = f"{by} hands over to you: {assignment.called}. Read the briefing, and answer by {time_words(at + STANDS)}."
    tell_of(proposed, to, "proposed", text, at=at, stale_at=at + STANDS)
    record_of("proposed", proposed, by=by, at=at)
    return proposed


@transaction.atomic
def accept_handover(*, handover: Handover, by: User, at: datetime) -> None:
    """The receiver holds the role from this instant on, and the sender until it."""
    incident = held_now(handover.assignment)
    _is_for(handover, by)
    _still_stands(handover, at)
    if not handover.assignment.is_single:
        is_free(incident, handover.assignment.role, handover.assignment.site, by)
    allows = _still_allows(handover)
    may_hold(incident, handover.assignment.role, by, allowed=allows)
    move(handover, to=Step.ACCEPTED, settled_at=at)
    pass_on(handover, at, allows)
    tell_of(handover, handover.proposed_by, "accepted", f"{by} is {handover.assignment.called} now.", at=at)
    record_of("accepted", handover, by=by, at=at)


@transaction.atomic
def decline_handover(*, handover: Handover, reason: str, by: User, at: datetime) -> None:
    """The receiver says no, with a reason; the role stays where it is."""
    held_now(handover.assignment)
    _is_for(handover, by)
    if not reason:
        raise Refused("Say why you decline, so that somebody else can be asked.")
    _still_stands(handover, at)
    move(handover, to=Step.DECLINED, settled_at=at, settled_why=reason)
    text = f"{by} declined to take over. You are still {handover.assignment.called}. {reason}"
    tell_of(handover, handover.proposed_by, "declined", text, at=at)
    record_of("declined", handover, by=by, at=at, words=reason)


@transaction.atomic
def withdraw_handover(*, handover: Handover, by: User, at: datetime) -> None:
    """The sender keeps the role after all."""
    held_now(handover.assignment)
    if by.pk not in {handover.proposed_by_id, handover.assignment.person_id}:
        raise Forbidden(
            f"Only {handover.proposed_by or handover.assignment.holder} can withdraw this handover."
        )
    _still_stands(handover, at)
    move(handover, to=Step.WITHDRAWN, settled_at=at)
    tell_of(handover, handover.to, "withdrawn", f"{by} keeps the role. You need do nothing.", at=at)
    record_of("withdrawn", handover, by=by, at=at)


@transaction.atomic
def expire_handover(*, handover: Handover, at: datetime) -> None:
    """Nobody answered in time: the role stays where it is, and the alarm about handovers goes one level up."""
    refreshed(handover.assignment)
    if not Handover.objects.expiring(at).filter(pk=handover.pk).exists():
        return
    move(handover, to=Step.EXPIRED, settled_at=at)
    text = f"{handover.to} did not answer. You are still {handover.assignment.called}, and the next level is told."
    tell_of(handover, handover.proposed_by, "expired", text, at=at)
    record_of("expired", handover, by=SYSTEM, at=at)


def _is_holder(assignment: RoleAssignment, by: User) -> None:
    if assignment.person_id != by.pk:
        raise Forbidden(
            f"Only {assignment.holder} can hand this role over. "
            f"While they are away, {who_is_above(assignment.role)} can."
        )


def _still_allows(handover: Handover) -> User | None:
    """Whoever proposed it to somebody without training did so from above, and must still stand there."""
    role, sender = handover.assignment.role, handover.proposed_by
    if handover.to.may(role.permission) or sender is None:
        return None
    return sender if stands_above(sender, role, handover.assignment.incident) else None


def _is_for(handover: Handover, by: User) -> None:
    if handover.to_id != by.pk:
        raise Forbidden(
            f"Only {handover.to} can answer this handover. "
            f"One agreed by phone is entered by the loggist or {handover.assignment.holder}."
        )


def _still_stands(handover: Handover, at: datetime) -> None:
    handover.state = Handover.objects.values_list("state", flat=True).get(pk=handover.pk)
    expires = handover.expires_at
    if handover.state == Step.EXPIRED or (handover.state == Step.PROPOSED and expires and expires <= at):
        until = moment_words(expires) if expires else "now"
        raise Conflict(
            f"This handover stood until {until}, and went one level up. "
            f"Ask {handover.assignment.holder} to hand over again."
        )
    if handover.state != Step.PROPOSED:
        raise Conflict(f"This handover is {handover.get_state_display().lower()} already.")
