"""What actions of this room refuse alike: impossible times, the wrong authority, edits to what is over."""

from datetime import datetime, timedelta
from typing import Any

from continuity.accounts.permissions import Permission
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import words
from continuity.core.wording import moment_words
from incidents.models import ENDED, Incident

# What another person may have changed since this one looked, and actions go by.
LEARNED = (
    *("state", "severity", "is_restricted", "is_exercise"),
    *("mitigated_at", "restored_at", "stood_down_at", "next_update_due_at"),
)
# Clocks of two computers may differ by this much; a time further ahead has not happened.
CLOCKS_DIFFER = timedelta(minutes=2)

WHO_DECLARES = {
    Incident.Level.CONTINUITY: (
        Permission.INCIDENT_RUN,
        "Only the duty manager can declare a business continuity incident. "
        "Declare an IT incident, and ring the duty manager.",
    ),
    Incident.Level.CRITICAL: (
        Permission.INCIDENT_COMMAND,
        "Only a commander can declare a critical incident. Declare an IT incident, and ring the commander.",
    ),
}


def has_happened(when: datetime, at: datetime, *, what: str) -> None:
    """Refuse a time more than 2 minutes ahead of now: `what` names it in the sentence."""
    if when > at + CLOCKS_DIFFER:
        raise Refused(f"{what} cannot be in the future: {moment_words(when)} has not come yet.")


def not_before(when: datetime, earlier: datetime, *, what: str, earlier_what: str) -> None:
    """Refuse a milestone before one that comes first."""
    if when < earlier:
        raise Refused(f"{what} cannot be before {earlier_what} ({moment_words(earlier)}).")


def is_still_written(incident: Incident) -> None:
    """Refuse to change what is over: its record is closed."""
    if incident.state in ENDED:
        raise Conflict(f"{incident} is {words(incident, incident.state)}, so its record is closed.")


def may_declare(level: str, by: Any) -> None:
    """Refuse a level that is declared by somebody else. The clock and imports declare nothing, so `by` is a person."""
    found = WHO_DECLARES.get(Incident.Level(level))
    if found and not by.may(found[0]):
        raise Forbidden(found[1])


def may_stand_down(incident: Incident, by: Any) -> None:
    """A critical incident belongs to its commander, who alone stands it down."""
    if incident.level == Incident.Level.CRITICAL and not by.may(Permission.INCIDENT_COMMAND):
        raise Forbidden("Only a commander can stand down a critical incident.")


def locked(*incidents: Incident) -> None:
    """Hold the incidents' rows until the transaction ends, and learn how they stand now.

    Taken in one order, so that two people who set two incidents aside for each other do not wait for ever.
    """
    held = Incident.objects.select_for_update(no_key=True).order_by("pk")
    fresh = held.in_bulk([incident.pk for incident in incidents])
    for incident in incidents:
        for name in LEARNED:
            setattr(incident, name, getattr(fresh[incident.pk], name))
