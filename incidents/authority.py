"""Who may hold a command role in an incident, who stands above it, and who holds it now. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Site
from continuity.command.models import CommandRole
from continuity.core.ledger import lines_about
from incidents.models import Incident, RoleAssignment
from incidents.severity import FULL_PATH

LEAD, LOGGIST = "it_lead", "loggist"
COMMANDERS = frozenset({"strategic", "tactical", "operational"})
# Who keeps the log has no other hands free (reference: roles and handover).
NOT_WITH_THE_LOG = COMMANDERS | {LEAD}


@dataclass(frozen=True)
class Ranks:
    """Which role reports to which, by primary keys."""

    reports_to: Mapping[int, int | None]

    def above(self, role: int) -> frozenset[int]:
        """The roles that this one reports to, directly or through others; a circle in the table ends."""
        found: set[int] = set()
        up = self.reports_to.get(role)
        while up is not None and up not in found:
            found.add(up)
            up = self.reports_to.get(up)
        return frozenset(found)


def ranks() -> Ranks:
    """How the roles stand to one another. One query."""
    return Ranks(dict(CommandRole.objects.values_list("pk", "reports_to_id")))


def stands_above(person: User, role: CommandRole, incident: Incident) -> bool:
    """Whether somebody holds a role above this one in the incident, or commands and holds none beneath it."""
    return is_above(person, role, ranks(), set(incident.assignments.held_by(person)))


def is_above(person: User, role: CommandRole, known: Ranks, held: set[int]) -> bool:
    """The same with the ranks, and the roles that the person holds in the incident, at hand."""
    if held & known.above(role.pk):
        return True
    is_beneath = any(role.pk in known.above(each) for each in held)
    return person.may(Permission.INCIDENT_COMMAND) and not is_beneath


def who_is_above(role: CommandRole) -> str:
    """Who can decide about a role, in words."""
    return f"the {_lower(role.reports_to.title)} or another commander" if role.reports_to else "a commander"


def holder_of(incident: Incident, role: CommandRole, site: Site | None) -> RoleAssignment | None:
    """Who holds a role that has one holder at a time; None while it is free, or may have several.

    A holder known by role alone, as records taken over from before have them, gives way to a person.
    """
    if not role.has_single_holder:
        return None
    held = incident.assignments.active().filter(role=role, site=site, person__isnull=False)
    return held.select_related("person").first()


def stands_in_the_way(incident: Incident, role: CommandRole, person: User) -> CommandRole | None:
    """The role for which somebody cannot hold this one too: at severity 1 and 2 leading and keeping the log."""
    if incident.severity not in FULL_PATH:
        return None
    apart = NOT_WITH_THE_LOG if role.code == LOGGIST else {LOGGIST} if role.code in NOT_WITH_THE_LOG else ()
    held = incident.assignments.active().filter(person=person, role__code__in=apart).select_related("role")
    found = held.first()
    return found.role if found else None


def is_needed(role: CommandRole, incident: Incident) -> bool:
    """Whether an incident of this severity should have somebody in the role; it is offered, never imposed."""
    needed = role.needed_from_severity
    return needed is not None and incident.severity <= needed


def was_active(person: User | None, incident: Incident, since: datetime) -> bool:
    """Whether somebody did or wrote anything in the incident after an instant."""
    if person is None:
        return False
    done = lines_about(incident).filter(
        actor_kind=person._meta.label_lower, actor_id=str(person.pk), at__gt=since
    )
    return done.exists() or incident.entries.filter(author=person, recorded_at__gt=since).exists()


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
