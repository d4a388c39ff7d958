"""Panels of the incident room: each asks its own questions and has a template of its name."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from incidents.models import Incident
from incidents.panels import (
    alarms,
    areas,
    clock,
    look,
    outside,
    procedures,
    promise,
    roles,
    severity,
    sitreps,
    state,
    story,
)

# What a panel's template shows, for whoever looks, at an instant.
Facts = Callable[[Incident, User, datetime], Mapping[str, Any]]
# The primary keys of those whom rows about the incident name.
Named = frozenset[int]


def alone(person: User, named: Named) -> Hashable:
    """A panel that shows each person something of their own."""
    return person.pk


def by_part(person: User, named: Named) -> Hashable:
    """A panel that shows something of their own to those whom a row about the incident names."""
    return person.pk if person.pk in named else person.permissions


def by_permissions(person: User, named: Named) -> Hashable:
    """A panel that looks the same to all who may do the same."""
    return person.permissions


def everybody(person: User, named: Named) -> Hashable:
    """A panel that looks the same to all."""
    return None


@dataclass(frozen=True)
class Panel:
    """One part of the room; `name` is its id on the page and its template, `incidents/panels/<name>.html`.

    `alike` says to whom it looks the same, so that it is made once for many who watch: in doubt to nobody else.
    `shows_notes` is whether it changes when somebody writes down what happened, as happens most.
    """

    name: str
    heading: str
    facts: Facts
    alike: Callable[[User, Named], Hashable] = alone
    shows_notes: bool = False

    @property
    def template(self) -> str:
        return f"incidents/panels/{self.name}.html"


# In the order in which they are read, on a phone one below the other.
PANELS = (
    Panel("state", "Where it stands", state.facts, by_permissions),
    Panel("alarms", "Alarms", alarms.facts, by_part),
    Panel("roles", "Command", roles.facts, by_part),
    Panel("promise", "Next update", promise.facts, by_permissions),
    Panel("clock", "Clock to harm", clock.facts, everybody),
    Panel("look", "What staff read last", look.facts, by_part),
    Panel("areas", "Areas", areas.facts, by_permissions),
    Panel("severity", "Severity", severity.facts, by_part),
    Panel("procedures", "Procedures", procedures.facts, by_permissions),
    Panel("outside", "Outside bodies", outside.facts, by_permissions),
    Panel("sitreps", "Situation reports", sitreps.facts, by_permissions),
    Panel("story", "Timeline", story.facts, by_permissions, shows_notes=True),
)


def may_enter(person: Any) -> bool:
    """Whether the room is open to this person: who runs incidents, and clinical safety's officer."""
    allowed = (Permission.INCIDENT_RUN, Permission.INCIDENT_CLEAR)
    return bool(person is not None and person.is_authenticated and any(map(person.may, allowed)))
