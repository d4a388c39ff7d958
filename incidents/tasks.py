"""What the worker does for this room: closing light incidents a day after they were stood down."""

from datetime import datetime, timedelta

import structlog
from celery import shared_task

from continuity.core.clock import now
from continuity.core.ledger import SYSTEM
from continuity.core.refusals import Refused
from incidents.actions import close
from incidents.actions.pressing import forget_presses
from incidents.actions.reporting import forget_tallies
from incidents.models import Incident

# Long enough for every shift to say that it is not over after all.
CLOSES_AFTER = timedelta(hours=24)

log = structlog.get_logger(__name__)


@shared_task
def close_due() -> None:
    """Close what is over, and forget old counts and keys. Safe to run twice, or at the same time as itself."""
    at = now()
    for incident in Incident.objects.due_to_close(at - CLOSES_AFTER):
        _close(incident, at)
    forget_tallies(at=at)
    forget_presses(at=at)


def _close(incident: Incident, at: datetime) -> None:
    try:
        close(incident=incident, by=SYSTEM, at=at)
    except Refused as refusal:
        # Somebody opened it again meanwhile, or something is outstanding: it stays on the list.
        log.info("incident.not_closed", incident=incident.ref, why=str(refusal))
