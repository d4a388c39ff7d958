"""What people say right after an incident is written down, or that nobody holds a hot debrief. Nothing waits for it."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from incidents.actions.guards import locked
from incidents.models import Incident
from incidents.reviews.actions.naming import refuse_names
from incidents.reviews.models import HotDebrief
from incidents.reviews.subjects import INCIDENT_IS_OVER

LABELS = {
    "went_well": "What went well",
    "went_badly": "What went badly",
    "to_do_now": "What to do now",
    "who_was_there": "Who was there",
}


@transaction.atomic
def write_debrief(
    *, incident: Incident, by: User, at: datetime, went_well: str = "", went_badly: str = "",
    to_do_now: str = "", who_was_there: str = "",
) -> HotDebrief:  # fmt: skip
    """These words stand as the incident's hot debrief, also after it was skipped, and later than it was offered.

    Refused while the incident goes on, and where somebody is named; Conflict when it was written already.
    """
    _hold(incident)
    said = {
        "went_well": went_well, "went_badly": went_badly, "to_do_now": to_do_now, "who_was_there": who_was_there,
    }  # fmt: skip
    refuse_names({LABELS[name]: text for name, text in said.items()})
    debrief, _ = HotDebrief.objects.update_or_create(
        incident=incident, defaults={**said, "is_skipped": False, "written_by": by, "at": at}
    )
    record("incident.debriefed", incident, by=by, at=at)
    return debrief


@transaction.atomic
def skip_debrief(*, incident: Incident, by: User, at: datetime) -> None:
    """Nobody holds a hot debrief, so it is not offered any more. Pressed twice, nothing changes."""
    _hold(incident)
    _, is_new = HotDebrief.objects.get_or_create(
        incident=incident, defaults={"is_skipped": True, "written_by": by, "at": at}
    )
    if is_new:
        record("incident.debrief_skipped", incident, by=by, at=at)


def _hold(incident: Incident) -> None:
    """Of two people the second waits, and learns what the first did."""
    locked(incident)
    if incident.state not in INCIDENT_IS_OVER:
        raise Refused(f"{incident} is not over yet. Hold the hot debrief when it is.")
    if HotDebrief.objects.filter(incident=incident, is_skipped=False).exists():
        raise Conflict(f"The hot debrief of {incident} was written already.")
