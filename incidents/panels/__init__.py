"""Panels of the incident room: each asks its own questions and has a template of its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.models import Incident
from incidents.panels import alarms, look, outside, procedures, promise, severity, sitreps, state, story

# What a panel's template shows, for whoever looks, at an instant.
Facts = Callable[[Incident, User, datetime], Mapping[str, Any]]


@dataclass(frozen=True)
class Panel:
    """One part of the room; `name` is its id on the page and its template, `incidents/panels/<name>.html`."""

    name: str
    heading: str
    facts: Facts

    @property
    def template(self) -> str:
        return f"incidents/panels/{self.name}.html"


# In the order in which they are read, on a phone one below the other.
PANELS = (
    Panel("state", "Where it stands", state.facts),
    Panel("alarms", "Alarms", alarms.facts),
    Panel("promise", "Next update", promise.facts),
    Panel("look", "What staff read last", look.facts),
    Panel("severity", "Severity", severity.facts),
    Panel("procedures", "Procedures", procedures.facts),
    Panel("outside", "Outside bodies", outside.facts),
    Panel("sitreps", "Situation reports", sitreps.facts),
    Panel("story", "Timeline", story.facts),
)
