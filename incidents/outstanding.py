"""What is still missing from an incident: shown, chased, and in the way of closing it, never of acting."""

from dataclasses import dataclass
from datetime import datetime

from continuity.core.wording import since_words
from incidents.models import ACTIVE, ENDED, Incident, RoleAssignment, State
from incidents.severity import FULL_PATH


@dataclass(frozen=True)
class Item:
    """One thing that is missing: a sentence that says what to do, and the page on which it is done."""

    sentence: str
    page: str = ""
    blocks_closing: bool = True


def outstanding(incident: Incident, at: datetime) -> list[Item]:
    """Everything that is missing at `at`, the most pressing first; nothing once it is over.

    Asks for the incident's impacts and assignments, unless they are at hand.
    """
    if incident.state in ENDED:
        return []
    return [*_to_do_now(incident, at), *_to_assess(incident), *_to_end(incident)]


def _to_do_now(incident: Incident, at: datetime) -> list[Item]:
    items = []
    if incident.is_overdue(at) and incident.next_update_due_at:
        since = since_words(incident.next_update_due_at, at)
        items.append(Item(f"The update promised for {since} is overdue.", "update", blocks_closing=False))
    if incident.state in ACTIVE and not _has_leader(incident):
        items.append(Item("Nobody runs this incident.", blocks_closing=False))
    return items


def _to_assess(incident: Incident) -> list[Item]:
    """What a severe incident must know before its record closes."""
    is_severe = incident.severity in FULL_PATH
    unknown, items = Incident.Assessment.NOT_ASSESSED, []
    if incident.impact is None or incident.urgency is None:
        items.append(Item("Impact or urgency is not known yet.", "severity", blocks_closing=is_severe))
    if is_severe and incident.patient_safety == unknown:
        items.append(Item("Say whether patients may have come to harm.", "assess"))
    if is_severe and incident.data_security == unknown:
        items.append(Item("Say whether data was lost or seen.", "assess"))
    return items


def _to_end(incident: Incident) -> list[Item]:
    if incident.state != State.STOOD_DOWN:
        return []
    hit = [impact for impact in incident.impacts.all() if impact.until is None]
    return [Item(f"{impact.service} is still hit.", "services") for impact in hit]


def _has_leader(incident: Incident) -> bool:
    held = (each for each in incident.assignments.all() if each.state == RoleAssignment.State.ACTIVE)
    return any(each.role.code == "it_lead" for each in held)
