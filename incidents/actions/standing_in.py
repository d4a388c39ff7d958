"""Roles that pass on without an answer in the portal: agreed by phone, or forced by the next level up."""

from datetime import datetime, timedelta

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents.actions.guards import has_happened, not_before
from incidents.actions.passing_on import (
    Step,
    can_receive,
    held_now,
    pass_on,
    record_of,
    settled_now,
    tell_of,
)
from incidents.authority import LOGGIST, stands_above, was_active, who_is_above
from incidents.models import Handover, RoleAssignment

# Who did something so lately is there, and hands over themselves.
IS_THERE = timedelta(minutes=10)


@transaction.atomic
def hand_over_by_phone(
    *, assignment: RoleAssignment, to: User, by: User, at: datetime, agreed_at: datetime | None = None
) -> Handover:
    """Enter what two people agreed by phone: the role passed on at `agreed_at` (now, if not given).

    The loggist or the sender enters it; the record names all three.
    """
    incident, begins = held_now(assignment), agreed_at or at
    keeps_the_log = incident.assignments.active().filter(person=by, role__code=LOGGIST).exists()
    if assignment.person_id != by.pk and not keeps_the_log:
        raise Forbidden(f"Only the loggist or {assignment.holder} can enter a handover agreed by phone.")
    if to == by:
        raise Refused(
            "You cannot enter that you took over. Accept the handover, or ask the sender to enter it."
        )
    has_happened(begins, at, what="When it was agreed")
    if assignment.accepted_at:
        not_before(begins, assignment.accepted_at, what="The handover", earlier_what="the role was taken")
    can_receive(assignment, to, by)
    settled = settled_now(assignment, to, by, at, Step.ACCEPTED, settled_at=min(begins, at), entered_by=by)
    pass_on(settled, min(begins, at), None)
    text = f"{by} entered that you agreed by phone to take over from {assignment.holder}. You are {assignment.called}."
    tell_of(settled, to, "phoned", text, at=at)
    record_of("phoned", settled, by=by, at=min(begins, at))
    return settled


@transaction.atomic
def force_handover(
    *, assignment: RoleAssignment, to: User, reason: str, by: User, at: datetime, is_allowed: bool = False
) -> Handover:
    """The next level up gives a role to somebody else, or takes it, because its holder is not there.

    Refused without a reason, from below, and while the holder did anything in the last 10 minutes.
    """
    incident, role = held_now(assignment), assignment.role
    if assignment.person_id == by.pk:
        raise Refused("The role is yours. Hand it over.")
    if not stands_above(by, role, incident):
        raise Forbidden(f"Only {who_is_above(role)} can force a handover of {role}.")
    if not reason:
        raise Refused("Say why the role cannot wait for its holder.")
    if was_active(assignment.person, incident, at - IS_THERE):
        raise Conflict(
            f"{assignment.holder} did something in this incident in the last 10 minutes. Ask them to hand over."
        )
    allows = can_receive(assignment, to, by, is_allowed=is_allowed)
    settled = settled_now(assignment, to, by, at, Step.FORCED, settled_at=at, settled_why=reason)
    pass_on(settled, at, allows)
    text = f"{by} gave the role to {to}: {assignment.called}. {reason}"
    for person in {assignment.person, to} - {by}:
        tell_of(settled, person, f"forced:{person.pk if person else 0}", text, at=at)
    record_of("forced", settled, by=by, at=at, words=reason)
    return settled
