"""Command in the room: who holds what since when, what is missing at this severity, and what waits for an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from continuity.accounts.models import Role, User
from continuity.command.models import CommandRole
from continuity.command.rota import on_call
from incidents.authority import LOGGIST, Ranks, is_above, is_needed
from incidents.models import ENDED, Handover, Incident, RoleAssignment
from incidents.severity import FULL_PATH
from incidents.waiting import waiting_for

Held = RoleAssignment.State


@dataclass(frozen=True)
class Holding:
    """One holder of a role, and what the person who looks may do about it."""

    assignment: RoleAssignment
    handover: Handover | None
    is_mine: bool
    may_release: bool
    may_force: bool
    may_enter: bool


@dataclass
class Row:
    """One role: its holders, whom it is offered to, whether it is missing, and who is on call for it."""

    role: CommandRole
    is_needed: bool
    may_take: bool
    holders: list[Holding] = field(default_factory=list)
    offers: list[RoleAssignment] = field(default_factory=list)
    on_call: User | None = None
    is_on_call_able: bool = False

    @property
    def is_missing(self) -> bool:
        return self.is_needed and not self.holders

    @property
    def is_free(self) -> bool:
        """Whether somebody can still take it or be asked."""
        return not self.role.has_single_holder or not any(each.assignment.person_id for each in self.holders)

    @property
    def is_by_site(self) -> bool:
        return self.role.level == CommandRole.Level.OPERATIONAL

    @property
    def suggested(self) -> User | None:
        """Whoever is on call for it, may hold it and was not asked yet."""
        asked = {each.person_id for each in self.offers}
        is_asked = self.on_call is not None and self.on_call.pk in asked
        return self.on_call if self.is_on_call_able and not is_asked else None


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """The roles that are held, offered or missing; the others folded away. Eight queries."""
    rows = _rows(incident, person, at)
    shown = [row for row in rows if row.holders or row.offers or row.is_needed]
    return {
        "waiting": waiting_for(person, at, incident),
        "rows": shown,
        "folded": [row for row in rows if row not in shown],
        "missing": [row for row in shown if row.is_missing],
        "is_full": incident.severity in FULL_PATH,
        "is_over": incident.state in ENDED,
    }


def _rows(incident: Incident, person: User, at: datetime) -> list[Row]:
    roles = list(CommandRole.objects.select_related("reports_to"))
    known = Ranks({role.pk: role.reports_to_id for role in roles})
    part = incident.assignments.filter(state__in=[Held.ACTIVE, Held.OFFERED])
    parts = list(part.select_related("role", "person", "site", "allowed_by"))
    waits = _handovers(incident, at)
    mine = {each.role_id for each in parts if each.state == Held.ACTIVE and each.person_id == person.pk}
    keeps_log = any(role.code == LOGGIST and role.pk in mine for role in roles)
    duty = {post.rota.role_id: post.person for post in on_call(at) if post.rota.role_id and post.person}
    able = _able(duty)

    def holding(each: RoleAssignment) -> Holding:
        is_mine, above = each.person_id == person.pk, is_above(person, each.role, known, mine)
        return Holding(
            each, waits.get(each.pk), is_mine, may_release=is_mine or above,
            may_force=above and not is_mine, may_enter=is_mine or keeps_log,
        )  # fmt: skip

    return [
        Row(
            role=role,
            is_needed=is_needed(role, incident),
            may_take=person.may(role.permission),
            holders=[holding(each) for each in _of(role, parts, Held.ACTIVE)],
            offers=[
                each for each in _of(role, parts, Held.OFFERED) if each.lapses_at and each.lapses_at > at
            ],
            on_call=duty.get(role.pk),
            is_on_call_able=(role.pk, role.permission) in able,
        )
        for role in roles
    ]


def _able(duty: Mapping[int, User]) -> set[tuple[int, str]]:
    """What whoever is on call for a role may do, each with the role's primary key."""
    held = Role.objects.filter(people__in=set(duty.values())).values_list("people", "permissions")
    may = {(person, verb) for person, verbs in held for verb in verbs}
    return {(role, verb) for role, person in duty.items() for whose, verb in may if whose == person.pk}


def _handovers(incident: Incident, at: datetime) -> dict[int, Handover]:
    found = Handover.objects.standing(at).filter(assignment__incident=incident).select_related("to")
    return {each.assignment_id: each for each in found}


def _of(role: CommandRole, parts: Iterable[RoleAssignment], state: str) -> list[RoleAssignment]:
    return [each for each in parts if each.role_id == role.pk and each.state == state]
