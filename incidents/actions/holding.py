"""What actions about command roles refuse alike: who may hold a role, where, and beside which other."""

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Site
from continuity.command.models import CommandRole
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents.actions.guards import locked
from incidents.authority import (
    COMMANDERS,
    LEAD,
    holder_of,
    stands_above,
    stands_in_the_way,
    who_is_above,
)  # fmt: skip
from incidents.models import OPEN, Incident, RoleAssignment


def refreshed(assignment: RoleAssignment) -> Incident:
    """Hold the row of its incident until the transaction ends, and learn how both stand now."""
    locked(assignment.incident)
    assignment.state = RoleAssignment.objects.values_list("state", flat=True).get(pk=assignment.pk)
    return assignment.incident


def scoped(role: CommandRole, site: Site | None) -> None:
    """An operational commander leads one site; no other role has a place."""
    if role.level == CommandRole.Level.OPERATIONAL and site is None:
        raise Refused(f"Choose the site: each {role} leads one.")
    if role.level != CommandRole.Level.OPERATIONAL and site is not None:
        raise Refused(f"{role} is one role for all sites.")


def is_free(incident: Incident, role: CommandRole, site: Site | None, person: User | None) -> None:
    """Refuse a role that somebody holds, where it has one holder, and one that the person holds already."""
    mine = incident.assignments.active().filter(role=role, site=site, person=person)
    held = holder_of(incident, role, site) or mine.first()
    if held:
        raise Conflict(f"{held.holder} is {held.called} already. Ask them, or {who_is_above(role)}.")


def may_hold(incident: Incident, role: CommandRole, person: User, *, allowed: User | None = None) -> None:
    """Refuse who may not hold a role, unless a level above allowed it, and who keeps the log and leads at once."""
    if allowed is None and not person.may(role.permission):
        raise Forbidden(
            f"{person} may not be {role}: it needs somebody who may {Permission(role.permission).label}. "
            f"Ask {who_is_above(role)}, who can allow it once."
        )
    other = stands_in_the_way(incident, role, person)
    if other:
        raise Refused(
            f"{person} is {other}. At severity {incident.severity} nobody leads and keeps the log at once: "
            f"ask somebody else to be {role}."
        )


def allowed_by(incident: Incident, role: CommandRole, to: User, by: User, *, is_allowed: bool) -> User | None:
    """Who lets `to` act without training: nobody where they may hold the role anyway. Forbidden from below."""
    if not to.is_active:
        raise Refused(f"{to} does not work here any more. Choose somebody else.")
    if to.may(role.permission) or not is_allowed or to == by:
        may_hold(incident, role, to)
        return None
    if not stands_above(by, role, incident):
        raise Forbidden(f"Only {who_is_above(role)} can let somebody be {role} without training.")
    may_hold(incident, role, to, allowed=by)
    return by


def keeps_a_leader(assignment: RoleAssignment) -> None:
    """Refuse to leave an open incident without anybody who leads it.

    The incident manager leads; beside them a commander, where the incident is more than one of IT.
    """
    incident = assignment.incident
    leads = {LEAD} if incident.level == Incident.Level.IT else {LEAD} | COMMANDERS
    if incident.state not in OPEN or assignment.role.code not in leads:
        return
    others = incident.assignments.active().filter(role__code__in=leads).exclude(pk=assignment.pk)
    if not others.exists():
        raise Refused(
            f"{incident} is open, and nobody else leads it. "
            f"Hand the role over: it stays with {assignment.holder} until somebody accepts."
        )
