"""The timeline: what the ledger knows of an incident, what was written down by hand, and what staff were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from continuity.core.ledger import lines_about
from continuity.core.models import Line, Words
from incidents.models import Entry, Incident, Update

# Written down later than this after it happened, an item says so (reference: the timeline's rules).
LATE = timedelta(minutes=10)

# How the ledger's verbs read here. Those that are missing have rows of their own: entries and updates.
VERBS = {
    "incident.declared": "Declared, severity {to}",
    "incident.adopted": "Taken over from earlier records",
    "incident.lead_taken": "Took the lead",
    "incident.severity_set": "Severity set to {to}",
    "incident.impact_set": "A service is hit: {to}",
    "incident.impact_ended": "A service is back",
    "incident.reports_joined": "Reports joined: {to}",
    "incident.assessed": "Patient safety and data assessed",
    "incident.restricted": "Restricted to those who run incidents",
    "incident.opened_up": "Opened to everybody",
    "incident.restored": "Service restored",
    "incident.mitigated": "Workaround in place",
    "incident.recovering": "Catching up with what was written on paper",
    "incident.areas_asked": "Stood down area by area from here",
    "incident.areas_stood_down": "Areas told: {to}",
    "incident.safety_agreed": "Clinical safety agreed to the return to use",
    "incident.run_not_needed": "No downtime procedure used",
    "incident.stood_down": "Stood down",
    "incident.reopened": "Opened again",
    "incident.marked_duplicate": "The same problem as another incident",
    "incident.cancelled": "Cancelled",
    "incident.closed": "Closed",
    "incident.alarm_begun": "Alarm: {to}",
    "incident.alarm_told": "Alarm passed on: {to}",
    "incident.alarm_taken": "Took the alarm: {to}",
    "incident.alarm_stale": "Nothing was written down, so the alarm goes on: {to}",
    "incident.alarm_paused": "Let the alarm rest: {to}",
    "incident.alarm_resumed": "The alarm goes on: {to}",
    "incident.alarm_exhausted": "Nobody answered the alarm: {to}",
    "incident.alarm_ended": "Alarm over: {to}",
    "incident.chased": "Reminder: {to}",
}
TURNS = frozenset({"incident.restored", "incident.safety_agreed", "incident.stood_down", "incident.closed"})
BAD = frozenset(
    {"incident.declared", "incident.reopened", "incident.alarm_begun", "incident.alarm_exhausted"}
)


@dataclass(frozen=True)
class Item:
    """One thing on the timeline: when it happened, when it was written down, what, and who says so."""

    at: datetime
    written_at: datetime
    title: str
    text: str = ""
    who: str = ""
    look: str = "quiet"
    entry: Entry | None = None
    update: Update | None = None

    @property
    def is_late(self) -> bool:
        return self.written_at - self.at > LATE


def timeline(incident: Incident, updates: Iterable[Update]) -> list[Item]:
    """Everything in the order in which it happened; what was written down later stands where it belongs.

    `updates` are the incident's, at hand. Three queries: lines, their words, entries.
    """
    told = sorted(map(_of_update, updates), key=lambda item: item.at)
    # At one instant: what was seen, what was done, what staff were told about it.
    items = [*_start(incident), *_from_entries(incident), *_from_ledger(incident), *told]
    return sorted(items, key=lambda item: item.at)


def _start(incident: Incident) -> list[Item]:
    words = "Started (estimated)" if incident.is_start_estimated else "Started"
    start = Item(incident.started_at, incident.started_at, words, look="bad")
    how = incident.get_detected_by_display()
    noticed = Item(incident.detected_at, incident.detected_at, f"Noticed: {how[:1].lower()}{how[1:]}")
    return [
        *([start] if incident.started_at < incident.declared_at else []),
        *([noticed] if incident.started_at < incident.detected_at < incident.declared_at else []),
    ]


def _from_ledger(incident: Incident) -> list[Item]:
    lines = list(lines_about(incident).filter(verb__in=VERBS))
    said = Words.objects.in_bulk([line.words_id for line in lines if line.words_id])
    return [_of_line(line, said.get(line.words_id or 0)) for line in lines]


def _of_line(line: Line, words: Words | None) -> Item:
    look = "good" if line.verb in TURNS else "bad" if line.verb in BAD else "quiet"
    to = line.to.replace("_", " ")
    return Item(
        at=line.at,
        written_at=line.written_at,
        title=VERBS[line.verb].format(to=to),
        text=_text_of(words),
        who=line.actor_label,
        look=look,
    )


def _text_of(words: Words | None) -> str:
    if words is None:
        return ""
    return "Taken out of the record." if words.redacted_at else words.said


def _from_entries(incident: Incident) -> list[Item]:
    entries = incident.entries.select_related("corrects").prefetch_related("corrections")
    return [
        Item(
            at=entry.occurred_at,
            written_at=entry.recorded_at,
            title=entry.get_kind_display(),
            text=entry.text,
            who=_who(entry),
            look="good" if entry.kind in {Entry.Kind.RESTORED, Entry.Kind.VERIFIED} else "plain",
            entry=entry,
        )
        for entry in entries
    ]


def _who(entry: Entry) -> str:
    return (
        f"{entry.on_behalf_of}, entered by {entry.author_role}" if entry.on_behalf_of else entry.author_role
    )


def _of_update(update: Update) -> Item:
    return Item(
        at=update.published_at,
        written_at=update.published_at,
        title=f"Update {update.number} to staff",
        text=update.happened,
        who=update.author_role,
        look="quiet" if update.is_routine else "plain",
        update=update,
    )
