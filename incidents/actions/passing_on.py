"""What every handover comes to: the old holder ends and the new one begins at one shared instant, without a gap."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from incidents.actions.guards import is_still_written
from incidents.actions.holding import allowed_by, is_free, refreshed
from incidents.actions.roles import end_offers, withdraw_open
from incidents.actions.telling import tell
from incidents.briefing import Briefing, briefing_of, open_items
from incidents.models import Handover, Incident, RoleAssignment

Step, Held = Handover.State, RoleAssignment.State


def held_now(assignment: RoleAssignment) -> Incident:
    """Hold the incident's row; Conflict when the assignment is no longer anybody's to hand over."""
    incident = refreshed(assignment)
    is_still_written(incident)
    if assignment.state != Held.ACTIVE:
        raise Conflict(f"{assignment.holder} does not hold {assignment.role} any more. {_now(assignment)}")
    return incident


def can_receive(assignment: RoleAssignment, to: User, by: User, *, is_allowed: bool = False) -> User | None:
    """Who lets the receiver act without training; Refused for who holds the role, or may not."""
    if assignment.person_id == to.pk:
        raise Refused(f"{to} holds this role. Choose somebody else to hand it over to.")
    if not assignment.is_single:
        is_free(assignment.incident, assignment.role, assignment.site, to)
    return allowed_by(assignment.incident, assignment.role, to, by, is_allowed=is_allowed)


def handover_of(
    assignment: RoleAssignment, to: User, briefing: Briefing | None, *, by: User, at: datetime, **facts: Any
) -> Handover:
    """A handover with its briefing: the one given, or what the record says."""
    said = briefing or briefing_of(assignment.incident, at)
    return Handover.objects.create(
        assignment=assignment, to=to, situation=said.situation, decisions_pending=said.decisions_pending,
        risks=said.risks, open_items=open_items(assignment.incident, at), proposed_by=by, proposed_at=at, **facts,
    )  # fmt: skip


def settled_now(
    assignment: RoleAssignment, to: User, by: User, at: datetime, state: str, **facts: Any
) -> Handover:
    """The handover that waits for this person, settled; else one made and settled at once. Others are over."""
    waiting = assignment.handovers.proposed().filter(to=to).first()
    if waiting:
        waiting.assignment = assignment
        move(waiting, to=state, **facts)
        return waiting
    withdraw_open(assignment.incident, at, why=f"Handed over to {to}.", of=assignment)
    return handover_of(assignment, to, None, by=by, at=at, state=state, **facts)


def pass_on(handover: Handover, begins: datetime, allows: User | None) -> None:
    """The old holder ends and the new one begins at one instant, in the caller's transaction."""
    old = handover.assignment
    move(old, to=Held.HANDED_OVER, ended_at=begins, ended_why=f"Handed over to {handover.to}."[:200])
    new = RoleAssignment(
        incident=old.incident, role=old.role, person=handover.to, site=old.site, service=old.service,
        is_single=old.is_single, state=Held.ACTIVE, offered_by=handover.proposed_by,
        offered_at=handover.proposed_at, accepted_at=begins, is_acting=allows is not None, allowed_by=allows,
    )  # fmt: skip
    end_offers(new, begins)
    new.save(force_insert=True)


def tell_of(
    handover: Handover,
    to: User | None,
    what: str,
    text: str,
    *,
    at: datetime,
    stale_at: datetime | None = None,
) -> None:
    """Tell one person what became of a handover."""
    incident = handover.assignment.incident
    tell(
        incident=incident, to=to, key=f"handover:{handover.pk}:{what}", at=at, stale_at=stale_at, text=text,
        title=f"{handover.assignment.role}, handover",
        url=reverse("incidents:handover", args=[incident.ref, handover.pk]),
    )  # fmt: skip


def record_of(what: str, handover: Handover, *, by: Any, at: datetime, words: str = "") -> None:
    """The line in the ledger: which role, from whom to whom."""
    role, sender = handover.assignment.role, handover.assignment.holder
    said = f"{sender} to {handover.to}. {words}".strip()
    record(
        f"incident.handover_{what}",
        handover.assignment.incident,
        by=by,
        at=at,
        to=role.title[:40],
        words=said,
    )


def _now(assignment: RoleAssignment) -> str:
    """Who holds it instead, as far as one person does."""
    current = assignment.incident.assignments.active().filter(role=assignment.role, site=assignment.site)
    found = current.select_related("person").last()
    return f"{found.holder} does." if found else "Nobody does."
