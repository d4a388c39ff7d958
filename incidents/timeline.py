"""The timeline: what the ledger knows of an incident, what was written down by hand, and what staff were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from continuity.core.ledger import lines_about
from continuity.core.models import Line, Words
from incidents.models import Entry, Incident, Update
from incidents.place import Place, Rank

# Written down later than this after it happened, an item says so (reference: the timeline's rules).
LATE = timedelta(minutes=10)

# How the ledger's verbs read here. Those that are missing have rows of their own: entries and updates.
VERBS = {
    "incident.declared": "Declared, severity {to}",
    "incident.adopted": "Taken over from earlier records",
    "incident.lead_taken": "Took the lead",
    "incident.role_taken": "Took the role: {to}",
    "incident.role_offered": "Role offered: {to}",
    "incident.role_accepted": "Accepted the role: {to}",
    "incident.role_declined": "Declined the role: {to}",
    "incident.role_lapsed": "Nobody answered the offer of a role: {to}",
    "incident.role_released": "Gave up the role: {to}",
    "incident.handover_proposed": "Handover proposed: {to}",
    "incident.handover_accepted": "Handed over: {to}",
    "incident.handover_phoned": "Handed over by phone: {to}",
    "incident.handover_forced": "Handover forced: {to}",
    "incident.handover_declined": "Handover declined: {to}",
    "incident.handover_withdrawn": "Handover withdrawn: {to}",
    "incident.handover_expired": "Handover not answered: {to}",
    "incident.severity_set": "Severity set to {to}",
    "incident.severity_confirmed": "A second person confirmed severity {to}",
    "incident.snoozed": "Alarm of the overdue update rests until {to}",
    "incident.read_again": "A second person read update {to}",
    "incident.doubted": "Something is wrong with update {to}",
    "incident.outside_named": "Outside body to be told",
    "incident.outside_told": "Outside body told",
    "incident.outside_spared": "Outside body need not be told",
    "incident.reported_up": "Situation report {to}",
    "incident.impact_set": "A service is hit: {to}",
    "incident.impact_ended": "A service is back",
    "incident.reports_joined": "Reports joined: {to}",
    "incident.assessed": "Patient safety and data assessed",
    "incident.restricted": "Restricted to those who run incidents",
    "incident.opened_up": "Opened to everybody",
    "incident.run_started": "Procedure started",
    "incident.run_paused": "Procedure paused",
    "incident.run_resumed": "Procedure goes on",
    "incident.run_completed": "Procedure completed",
    "incident.run_abandoned": "Procedure abandoned",
    "incident.step_begun": "Step begun",
    "incident.step_done": "Step done",
    "incident.step_done_on_paper": "Step done, on paper",
    "incident.step_skipped": "Step skipped",
    "incident.step_not_needed": "Step not needed",
    "incident.step_blocked": "Step blocked",
    "incident.step_taken_back": "Step taken back: still to do",
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
    "incident.put_under": "Part of {to}",
    "incident.part_added": "{to} is part of it",
    "incident.taken_apart": "Part of no other incident",
    "incident.suspected": "May come from {to}",
    "incident.exercise_marked": "Marked as {to}",
    "incident.cancelled": "Cancelled",
    "incident.closed": "Closed",
    "incident.debriefed": "Hot debrief written down",
    "incident.debrief_skipped": "No hot debrief held",
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
TURNS = frozenset(
    {
        *("incident.restored", "incident.safety_agreed", "incident.stood_down", "incident.closed"),
        "incident.run_completed",
    }
)
BAD = frozenset(
    {
        *("incident.declared", "incident.reopened", "incident.alarm_begun", "incident.alarm_exhausted"),
        "incident.step_blocked",
    }
)


# What areas were told, as the board says it to them.
_INSTRUCTIONS = {str(told.value): str(told.label).lower() for told in Incident.Instruction}


@dataclass(frozen=True)
class Item:
    """One thing on the timeline: when it happened, when it was written down, what, and who says so."""

    at: datetime
    written_at: datetime
    title: str
    place: Place
    text: str = ""
    who: str = ""
    look: str = "quiet"
    entry: Entry | None = None
    update: Update | None = None

    @property
    def is_late(self) -> bool:
        return self.written_at - self.at > LATE

    @property
    def may_be_corrected(self) -> bool:
        """Whether people wrote it, and it corrects nothing itself (reference: no correction of a correction)."""
        is_correction = self.entry is not None and self.entry.corrects_id is not None
        return not is_correction and (self.entry is not None or self.update is not None)

    @property
    def is_from_paper(self) -> bool:
        return self.entry is not None and bool(self.entry.paper_sheet)


def timeline(incident: Incident, updates: Iterable[Update]) -> list[Item]:
    """Everything in the order in which it happened; what was written down later stands where it belongs.

    `updates` are the incident's, at hand. All of it is read: pages show a part (`story.py`).
    """
    items = [
        *of_start(incident),
        *of_entries(with_links(incident.entries.all())),
        *of_lines(lines_about(incident).filter(verb__in=VERBS)),
        *of_updates(updates),
    ]
    return sorted(items, key=lambda item: item.place)


def of_start(incident: Incident) -> list[Item]:
    """When it started and was noticed, where that was before it was declared."""
    start, noticed, declared = incident.started_at, incident.detected_at, incident.declared_at
    words = "Started (estimated)" if incident.is_start_estimated else "Started"
    how = incident.get_detected_by_display()
    how = f"Noticed: {how[:1].lower()}{how[1:]}"
    return [
        *([Item(start, start, words, Place(start, Rank.START, 0), look="bad")] if start < declared else []),
        *([Item(noticed, noticed, how, Place(noticed, Rank.START, 1))] if start < noticed < declared else []),
    ]


def of_lines(lines: Iterable[Line]) -> list[Item]:
    """What the ledger knows; one query more, for the words of the lines."""
    lines = list(lines)
    said = Words.objects.in_bulk([line.words_id for line in lines if line.words_id])
    return [_of_line(line, said.get(line.words_id or 0)) for line in lines]


def with_links(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with what their items name at hand: who decided, what they correct or look at again."""
    named = ("decided_by__role", "decided_by__person", "corrects")
    return entries.select_related(*named).prefetch_related("corrections", "revisited_by")


def of_entries(entries: Iterable[Entry]) -> list[Item]:
    """What was written down by hand."""
    return [
        Item(
            at=entry.occurred_at,
            written_at=entry.recorded_at,
            title=entry.get_kind_display(),
            place=Place(entry.occurred_at, Rank.ENTRY, entry.pk),
            text=entry.text,
            who=_who(entry),
            look="good" if entry.kind in {Entry.Kind.RESTORED, Entry.Kind.VERIFIED} else "plain",
            entry=entry,
        )
        for entry in entries
    ]


def of_updates(updates: Iterable[Update]) -> list[Item]:
    """What staff were told."""
    return [
        Item(
            at=update.published_at,
            written_at=update.published_at,
            title=f"Update {update.number} to staff",
            place=Place(update.published_at, Rank.UPDATE, update.pk),
            text=update.happened,
            who=update.author_role,
            look="quiet" if update.is_routine else "plain",
            update=update,
        )
        for update in updates
    ]


def _of_line(line: Line, words: Words | None) -> Item:
    look = "good" if line.verb in TURNS else "bad" if line.verb in BAD else "quiet"
    to = _INSTRUCTIONS.get(line.to, line.to).replace("_", " ")
    return Item(
        at=line.at,
        written_at=line.written_at,
        title=VERBS[line.verb].format(to=to),
        place=Place(line.at, Rank.LINE, line.pk),
        text=_text_of(words),
        who=line.actor_label,
        look=look,
    )


def _text_of(words: Words | None) -> str:
    if words is None:
        return ""
    return "Taken out of the record." if words.redacted_at else words.said


def _who(entry: Entry) -> str:
    return (
        f"{entry.on_behalf_of}, entered by {entry.author_role}" if entry.on_behalf_of else entry.author_role
    )
