"""The sentences of this room that staff read in more than one place. Pure: no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from continuity.command.models import Chain
from continuity.core.wording import ago_words, count_words, length_words, since_words, until_words
from incidents.models import Incident, Update
from incidents.silences import Silence

MINUTE = timedelta(minutes=1)
NO_CHANGE = "No change since the last update."

# What staff do now, for each instruction that ends an incident.
INSTRUCTIONS = {
    Incident.Instruction.USE: "Use it as usual.",
    Incident.Instruction.USE_AND_REPORT: "Use it, and report any problem you find.",
    Incident.Instruction.STAY_ON_PAPER: "It is back, but stay on paper until your area is told.",
}

_TITLES = {
    Update.Kind.INITIAL: "{title}",
    Update.Kind.WORKAROUND: "{title}: a workaround is in place",
    Update.Kind.RESTORED: "Back: {title}",
    Update.Kind.STAND_DOWN: "Over: {title}",
    Update.Kind.CORRECTION: "Corrected: {title}",
}


def message_title(title: str, kind: str, number: int) -> str:
    """The subject of the message that carries an update."""
    return _TITLES.get(Update.Kind(kind), "{title}: update {number}").format(title=title, number=number)


def message_body(update: Update, services: Sequence[str]) -> str:
    """An update as plain text, in its three parts, with the services and the promise of the next."""
    parts = [
        update.happened,
        update.means and f"What it means for you: {update.means}",
        update.do_now and f"What to do now: {update.do_now}",
        update.procedure and f"Procedure: {update.procedure.procedure.title}",
        f"Services: {', '.join(services)}" if services else "",
        update.next_due_at and f"{promise_words(update.next_due_at, update.published_at)}.",
    ]
    return "\n\n".join(part for part in parts if part)


def on_paper_words(count: int) -> str:
    """How many areas were not told yet to use the service again."""
    return f"{count_words(count, 'area is', 'areas are')} still on paper"


def promise_words(due_at: datetime, at: datetime) -> str:
    """What staff read about the next update, seen from `at`: due, or overdue since when."""
    if due_at <= at:
        return f"Update overdue since {since_words(due_at, at)}"
    return f"Next update by {until_words(due_at, at)}"


def silence_words(silence: Silence, at: datetime) -> str:
    """A promise that was not kept, as a sentence seen from `at`."""
    promised = f"An update was promised by {since_words(silence.due_at, at)}"
    if silence.came_at is None:
        return f"{promised}. None came before the service was back."
    return f"{promised}. It came {length_words(silence.came_at - silence.due_at)} late."


def countdown_words(due_at: datetime, at: datetime) -> str:
    """How far off the next update is for those who write it: in 12 minutes, or 5 minutes ago."""
    return "in less than a minute" if at < due_at < at + MINUTE else ago_words(due_at, at)


def names_words(names: Sequence[str]) -> str:
    """Wi-Fi; Wi-Fi and Email; Wi-Fi, Email and Printing."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def first_news(title: str) -> str:
    """What happened, as the first update says it."""
    return f"{title.rstrip('.')}. We are finding out why."


# Why an alarm rings, as its message begins.
ALARMS = {
    Chain.Cause.PROMISE: "Update overdue",
    Chain.Cause.LEADERLESS: "Nobody leads it",
    Chain.Cause.HANDOVER: "Handover not answered",
    Chain.Cause.SEVERITY: "Lower severity not confirmed",
}
_WHY = {
    Chain.Cause.PROMISE: "The promised update to staff has not come.",
    Chain.Cause.LEADERLESS: "Nobody holds the incident manager's role.",
    Chain.Cause.HANDOVER: "A role was offered for handover, and nobody answered in time.",
    Chain.Cause.SEVERITY: "The severity was lowered, and no second person confirmed it within 60 minutes.",
}


def alarm_title(incident: Incident, cause: str) -> str:
    """The subject of an alarm. An exercise says so; of a restricted incident only the reference leaves the portal."""
    name = incident.ref if incident.is_restricted else incident.title
    return f"{exercise_words(incident)}{ALARMS[Chain.Cause(cause)]}: {name}"


def alarm_body(incident: Incident, cause: str, called: str, until: str, at: datetime) -> str:
    """What an alarm says to whoever is told as `called`, and until when they take it."""
    why = _WHY[Chain.Cause(cause)]
    if cause == Chain.Cause.PROMISE and incident.next_update_due_at:
        why = f"{promise_words(incident.next_update_due_at, at)}."
    parts = (
        f"{exercise_words(incident)}{incident.ref}, severity {incident.severity}. {why}",
        f"You are told as: {called}. Take it in the incident room {until}.",
    )
    return "\n\n".join(parts)


def exercise_words(incident: Incident) -> str:
    """What every title and message of an exercise begins with."""
    return "EXERCISE: " if incident.is_exercise else ""
