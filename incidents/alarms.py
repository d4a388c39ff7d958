"""Alarms as people read them: whom each told, what comes next and when, and which nobody answered. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.command.models import ChainLevel
from continuity.core.wording import until_words
from incidents.addressed import may_take
from incidents.models import Escalation, EscalationCall, Incident

State = Escalation.State
COLOURS = {State.RUNNING: "red", State.PAUSED: "yellow", State.TAKEN: "blue", State.EXHAUSTED: "red"}


@dataclass(frozen=True)
class Alarm:
    """One alarm as the room shows it."""

    row: Escalation
    calls: Sequence[EscalationCall]
    next: str
    may_take: bool

    @property
    def is_exhausted(self) -> bool:
        return self.row.state == State.EXHAUSTED

    @property
    def may_rest(self) -> bool:
        return self.may_take and self.row.state == State.RUNNING

    @property
    def colour(self) -> str:
        return COLOURS.get(State(self.row.state), "grey")


def alarms_of(incident: Incident, person: User, at: datetime) -> list[Alarm]:
    """The incident's alarms, those that stand first. Four queries, and who may take one for those who command not."""
    levels = ChainLevel.objects.select_related("role", "rota")
    calls = EscalationCall.objects.select_related("person")
    found = incident.escalations.select_related("version", "taken_by").prefetch_related(
        Prefetch("calls", calls), Prefetch("version__levels", levels)
    )
    rows = sorted(found, key=lambda row: (row.state == State.ENDED, row.started_at))
    return [_alarm(row, incident, person, at) for row in rows]


def unanswered(person: Any) -> QuerySet[Escalation]:
    """Alarms that nobody answered, for whoever runs incidents; of exercises only the exercise's own pages say so."""
    if not (person.is_authenticated and person.may(Permission.INCIDENT_RUN)):
        return Escalation.objects.none()
    seen = Incident.objects.live().visible_to(person)
    return Escalation.objects.exhausted().filter(incident__in=seen).select_related("incident")


def next_words(row: Escalation, levels: Sequence[ChainLevel], at: datetime) -> str:
    """What comes next, and when; nothing for an alarm that is over or waits for a person."""
    if row.next_at is None:
        return ""
    when = until_words(row.next_at, at) if row.next_at > at else "any moment"
    if row.state == State.PAUSED:
        return f"It rests until {when}: {row.paused_why}"
    if row.state == State.TAKEN:
        return f"{row.taken_by} sees to it. It goes on at {when} unless something is written down before."
    following = levels[row.level : row.level + 1] or (levels[:1] if row.round < row.version.rounds else [])
    if not following:
        return f"Everybody was told. At {when} it turns red for all who run incidents."
    return f"Next: {following[0]}, at {when}."


def _alarm(row: Escalation, incident: Incident, person: User, at: datetime) -> Alarm:
    row.incident = incident
    may = row.state in {State.RUNNING, State.PAUSED, State.EXHAUSTED} and may_take(row, person, at)
    return Alarm(row, list(row.calls.all()), next_words(row, list(row.version.levels.all()), at), may)
