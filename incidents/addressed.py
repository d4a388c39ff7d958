"""Whom a level of a chain tells at an instant, and who may take an alarm. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.command.models import ChainLevel, CommandRole, Rota
from continuity.command.rota import on_call
from continuity.core.working_days import is_working_time
from continuity.notifications.reachable import unreachable
from incidents.ladder import Outcome
from incidents.models import Escalation, EscalationCall, Incident, RoleAssignment

IN_IT = (RoleAssignment.State.OFFERED, RoleAssignment.State.ACTIVE)


@dataclass(frozen=True)
class Addressed:
    """Who is told as what, or why nobody is."""

    called: str
    outcome: Outcome
    people: tuple[User, ...] = ()


def addressed(incident: Incident, level: ChainLevel, at: datetime) -> Addressed:
    """Whom a level tells: whoever holds its role in the incident, else is on call for it, else for its post."""
    called = str(level)
    if level.is_only_at_work and not is_working_time(at):
        return Addressed(called, Outcome.OFF_HOURS)
    if level.role:
        return addressed_as(incident, level.role, at)
    return _told(incident, called, on_call_at(level.rota, at) if level.rota else [])


def addressed_as(incident: Incident, role: CommandRole, at: datetime) -> Addressed:
    """Whoever holds a role in the incident, else is on call for it."""
    return _told(incident, str(role), holders(incident, role.code) or on_call_as(role, at))


def people_as(incident: Incident, code: str, at: datetime) -> list[User]:
    """Whoever holds a role in the incident, else is on call for it, whether or not they can be reached."""
    role = CommandRole.objects.filter(code=code).first()
    return holders(incident, code) or (on_call_as(role, at) if role else [])


def holders(incident: Incident, code: str) -> list[User]:
    """The people who hold a role in the incident now and still work here."""
    held = incident.assignments.filter(
        role__code=code, state=RoleAssignment.State.ACTIVE, person__is_active=True
    )
    return [each.person for each in held.select_related("person") if each.person]


def on_call_as(role: CommandRole, at: datetime) -> list[User]:
    """Whoever is on call on the rotas of a role."""
    return [
        post.person
        for post in on_call(at)
        if post.rota.role_id == role.pk and post.person and post.person.is_active
    ]


def on_call_at(rota: Rota, at: datetime) -> list[User]:
    """Whoever holds one post."""
    return [
        post.person
        for post in on_call(at)
        if post.rota.pk == rota.pk and post.person and post.person.is_active
    ]


def let_in(incident: Incident, people: Iterable[User]) -> list[User]:
    """Those who may know of it: of restricted ones who runs incidents, of an exercise who takes part in it."""
    found = list(people)
    if incident.is_exercise:
        part = set(incident.assignments.filter(state__in=IN_IT).values_list("person_id", flat=True))
        found = [each for each in found if each.pk in part | {incident.declared_by_id}]
    if incident.is_restricted:
        found = [each for each in found if each.may(Permission.INCIDENT_RUN)]
    return found


def may_take(escalation: Escalation, person: User, at: datetime) -> bool:
    """Whether somebody was told of it by name, holds or stands by for a role above, or commands.

    When it is exhausted the whole duty staff is asked, so everybody who runs incidents may.
    """
    if not let_in(escalation.incident, [person]):
        return False
    if person.may(Permission.INCIDENT_COMMAND):
        return True
    if escalation.state == Escalation.State.EXHAUSTED and person.may(Permission.INCIDENT_RUN):
        return True
    if escalation.calls.filter(person=person, outcome=EscalationCall.Outcome.TOLD).exists():
        return True
    above = escalation.version.levels.filter(order__gt=escalation.level).select_related("role", "rota")
    return any(person in _standing_by(escalation.incident, level, at) for level in above)


def _standing_by(incident: Incident, level: ChainLevel, at: datetime) -> list[User]:
    if level.role:
        return holders(incident, level.role.code) + on_call_as(level.role, at)
    return on_call_at(level.rota, at) if level.rota else []


def _told(incident: Incident, called: str, people: Iterable[User]) -> Addressed:
    found = list({each.pk: each for each in people}.values())
    if not found:
        return Addressed(called, Outcome.NOBODY)
    allowed = let_in(incident, found)
    if not allowed:
        return Addressed(called, Outcome.OUTSIDE)
    cut_off = unreachable([each.pk for each in allowed])
    reached = tuple(each for each in allowed if each.pk not in cut_off)
    return Addressed(called, Outcome.TOLD, reached) if reached else Addressed(called, Outcome.NO_CONTACT)
