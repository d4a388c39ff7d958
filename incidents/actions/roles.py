"""Command roles: taken, offered, accepted, declined, lapsed and released; one holder where the role says so."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Site
from continuity.command.models import CommandRole
from continuity.core.ledger import SYSTEM, record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move
from continuity.core.wording import time_words
from incidents.actions.guards import is_still_written, locked
from incidents.actions.holding import allowed_by, is_free, keeps_a_leader, may_hold, refreshed, scoped
from incidents.actions.telling import tell
from incidents.authority import LEAD, stands_above, who_is_above
from incidents.models import Handover, Incident, RoleAssignment, State

# Longer than it takes to read a message, shorter than an incident can wait (reference: an unanswered handover).
OFFER_STANDS = timedelta(minutes=15)
Held = RoleAssignment.State


@transaction.atomic
def take(
    *, incident: Incident, role: CommandRole, by: User, at: datetime, site: Site | None = None
) -> RoleAssignment:
    """Hold a role oneself while it is free; with the incident manager's, a declared incident is responded to.

    Forbidden for who may not hold it; Conflict, with the holder's name, when somebody does.
    """
    locked(incident)
    is_still_written(incident)
    scoped(role, site)
    is_free(incident, role, site, by)
    may_hold(incident, role, by)
    offered = incident.assignments.offered().filter(role=role, site=site, person=by).first()
    taken = offered or _assignment(incident, role, by, site, offered_by=by, offered_at=at, lapses_at=at)
    _begin(taken, at)
    record("incident.role_taken", incident, by=by, at=at, to=taken.role.title[:40], words=place_words(taken))
    return taken


@transaction.atomic
def take_lead(*, incident: Incident, by: User, at: datetime) -> RoleAssignment:
    """Become the incident manager while nobody is."""
    return take(incident=incident, role=CommandRole.objects.get(code=LEAD), by=by, at=at)


@transaction.atomic
def offer(
    *, incident: Incident, role: CommandRole, to: User, by: User, at: datetime,
    site: Site | None = None, is_allowed: bool = False,
) -> RoleAssignment:  # fmt: skip
    """Ask somebody by name to hold a role; the offer stands 15 minutes.

    `is_allowed` lets somebody hold it who may not: once, and only by leave of a level above. Conflict when
    somebody holds it, or they are asked already.
    """
    locked(incident)
    is_still_written(incident)
    scoped(role, site)
    if to == by:
        raise Refused(f"You cannot offer a role to yourself. Take it: {role} is free or it is not.")
    is_free(incident, role, site, to)
    _is_not_asked(incident, role, site, to, at)
    allows = allowed_by(incident, role, to, by, is_allowed=is_allowed)
    asked = _assignment(
        incident, role, to, site, offered_by=by, offered_at=at, lapses_at=at + OFFER_STANDS,
        is_acting=allows is not None, allowed_by=allows,
    )  # fmt: skip
    stands = f"{by} asks you to be {asked.called}. Accept or decline by {time_words(at + OFFER_STANDS)}."
    tell(
        incident=incident, to=to, key=f"offer:{asked.pk}", title=f"Role offered to you, {role}", text=stands,
        url=reverse("incidents:offer", args=[incident.ref, asked.pk]), at=at, stale_at=at + OFFER_STANDS,
    )  # fmt: skip
    record("incident.role_offered", incident, by=by, at=at, to=role.title[:40], words=f"To {to}.")
    return asked


@transaction.atomic
def accept(*, assignment: RoleAssignment, by: User, at: datetime) -> None:
    """Hold the role that was offered. Conflict, with the holder's name, when somebody else was first."""
    incident = refreshed(assignment)
    is_still_written(incident)
    _is_theirs(assignment, by)
    _still_stands(assignment, at)
    may_hold(incident, assignment.role, by, allowed=assignment.allowed_by)
    _begin(assignment, at)
    _answer(assignment, "accepted", by=by, at=at)


@transaction.atomic
def decline(*, assignment: RoleAssignment, reason: str, by: User, at: datetime) -> None:
    """Say no to an offer, with a reason that whoever asked reads."""
    refreshed(assignment)
    _is_theirs(assignment, by)
    if not reason:
        raise Refused("Say why you decline, so that somebody else can be asked.")
    _still_stands(assignment, at)
    move(assignment, to=Held.DECLINED, ended_at=at, ended_why=reason)
    _answer(assignment, "declined", by=by, at=at, reason=reason)


@transaction.atomic
def lapse(*, assignment: RoleAssignment, at: datetime) -> None:
    """An offer that nobody answered in time is over; whoever asked is told. Of two at once the later finds it done."""
    refreshed(assignment)
    if not RoleAssignment.objects.lapsing(at).filter(pk=assignment.pk).exists():
        return
    move(assignment, to=Held.LAPSED, ended_at=at, ended_why="Nobody answered.")
    _answer(assignment, "lapsed", by=SYSTEM, at=at)


@transaction.atomic
def release(*, assignment: RoleAssignment, reason: str, by: User, at: datetime) -> None:
    """Give a role up, with a reason; nobody holds it then. A level above may end it too.

    Refused for the last leader of an open incident: that role is handed over.
    """
    incident, role = refreshed(assignment), assignment.role
    if assignment.state != Held.ACTIVE:
        raise Conflict(f"{assignment.holder} does not hold {role} any more.")
    if assignment.person_id != by.pk and not stands_above(by, role, incident):
        raise Forbidden(f"Only {assignment.holder} or {who_is_above(role)} can release {role}.")
    if not reason:
        raise Refused("Say why the role is given up.")
    keeps_a_leader(assignment)
    withdraw_open(incident, at, why="The role was released.", of=assignment)
    move(assignment, to=Held.RELEASED, ended_at=at, ended_why=reason)
    record("incident.role_released", incident, by=by, at=at, to=role.title[:40], words=reason)


def end_assignments(incident: Incident, at: datetime, *, why: str) -> None:
    """Everybody's part in an incident ends, with what was offered or being handed over. For actions only."""
    withdraw_open(incident, at, why=why)
    incident.assignments.offered().update(state=Held.LAPSED, ended_at=at, ended_why=why)
    incident.assignments.active().update(state=Held.RELEASED, ended_at=at, ended_why=why)


def withdraw_open(incident: Incident, at: datetime, *, why: str, of: RoleAssignment | None = None) -> None:
    """Handovers that nobody answered yet are over, of one assignment or of all. For actions only."""
    mine = Handover.objects.proposed().filter(assignment__incident=incident)
    mine = mine.filter(assignment=of) if of else mine
    mine.update(state=Handover.State.WITHDRAWN, settled_at=at, settled_why=why)


def end_offers(held: RoleAssignment, at: datetime) -> None:
    """Nobody else is asked any more for a role that has its one holder. For actions only."""
    others = held.incident.assignments.offered().filter(role=held.role, site=held.site).exclude(pk=held.pk)
    others = others if held.is_single else others.filter(person=held.person)
    others.update(state=Held.LAPSED, ended_at=at, ended_why=f"{held.holder} holds it.")


def place_words(assignment: RoleAssignment) -> str:
    """What the timeline says beside the role: its site, and who let somebody act without training."""
    parts = [str(assignment.site) if assignment.site else ""]
    if assignment.is_acting:
        parts.append(f"acting without training, allowed by {assignment.allowed_by}")
    words = ", ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _assignment(
    incident: Incident, role: CommandRole, person: User, site: Site | None, **offered: object
) -> RoleAssignment:
    return RoleAssignment.objects.create(
        incident=incident, role=role, person=person, site=site, is_single=role.has_single_holder, **offered
    )


def _begin(held: RoleAssignment, at: datetime) -> None:
    end_offers(held, at)
    _end_nameless(held, at)
    move(held, to=Held.ACTIVE, accepted_at=at)
    if held.role.code == LEAD and held.incident.state == State.DECLARED:
        move(held.incident, to=State.RESPONDING)


def _end_nameless(held: RoleAssignment, at: datetime) -> None:
    """A holder who was known by role alone ends where a person begins."""
    if held.is_single:
        before = held.incident.assignments.active().filter(
            role=held.role, site=held.site, person__isnull=True
        )
        before.update(state=Held.HANDED_OVER, ended_at=at, ended_why=f"{held.holder} holds it.")


def _is_not_asked(incident: Incident, role: CommandRole, site: Site | None, to: User, at: datetime) -> None:
    asked = incident.assignments.offered().filter(role=role, site=site, person=to).first()
    if asked is None or asked.lapses_at is None:
        return
    if asked.lapses_at > at:
        raise Conflict(f"{to} is asked already, and can answer until {time_words(asked.lapses_at)}.")
    lapse(assignment=asked, at=at)


def _is_theirs(assignment: RoleAssignment, by: User) -> None:
    if assignment.person_id != by.pk:
        raise Forbidden(f"Only {assignment.holder} can answer this offer.")


def _still_stands(assignment: RoleAssignment, at: datetime) -> None:
    """Refuse to answer what was answered, lapsed, or became somebody else's."""
    if assignment.state == Held.OFFERED and assignment.lapses_at and assignment.lapses_at > at:
        return
    if assignment.state == Held.ACTIVE:
        raise Conflict(f"You are {assignment.called} already.")
    is_free(assignment.incident, assignment.role, assignment.site, assignment.person)
    raise Conflict(
        f"This offer is over: it stood until {time_words(assignment.lapses_at)}. "
        f"Ask {assignment.offered_by} to offer the role again."
        if assignment.lapses_at and assignment.state in {Held.OFFERED, Held.LAPSED}
        else "You have answered this offer already."
    )


def _answer(assignment: RoleAssignment, answer: str, *, by: object, at: datetime, reason: str = "") -> None:
    """Whoever offered the role is told, and the timeline."""
    incident, role, person = assignment.incident, assignment.role, assignment.holder
    said = {
        "accepted": f"{person} is {assignment.called} now.",
        "declined": f"{person} declined to be {assignment.called}: {reason}",
        "lapsed": f"{person} did not answer in time. Ask somebody else to be {assignment.called}.",
    }[answer]
    tell(
        incident=incident, to=assignment.offered_by, key=f"offer:{assignment.pk}:{answer}",
        title=f"{role} {answer}", text=said, url=reverse("incidents:room", args=[incident.ref]), at=at,
    )  # fmt: skip
    words = {"declined": reason, "lapsed": f"Offered to {person}."}.get(answer) or place_words(assignment)
    record(f"incident.role_{answer}", incident, by=by, at=at, to=role.title[:40], words=words)
