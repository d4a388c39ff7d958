"""What the worker does for this room: alarms that climb, reminders, what nobody answered, and closing."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from celery import shared_task

from continuity.core.clock import now
from continuity.core.ledger import SYSTEM
from continuity.core.refusals import Refused
from continuity.notifications.actions.watching import beat
from continuity.notifications.models import Pulse
from incidents.actions import close, expire_handover, lapse
from incidents.actions.chasing import chase, plan_chases
from incidents.actions.escalating import begin, end, go_on
from incidents.actions.pressing import forget_presses
from incidents.actions.reporting import forget_tallies
from incidents.causes import wanted
from incidents.models import Chase, Escalation, Handover, Incident, RoleAssignment

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


@shared_task
def escalate_due() -> None:
    """Begin and end alarms, tell the next levels, send reminders that are due, and say that all this was done.

    Before that, offers and handovers end that nobody answered. What was missed while no worker ran is caught up.
    Safe to run twice, or at the same time as itself.
    """
    at = now()
    end_unanswered(at)
    audit(at)
    _each((partial(go_on, escalation=one) for one in Escalation.objects.due(at)), at)
    plan_chases(at=at)
    _each((partial(chase, reminder=one) for one in Chase.objects.due(at)), at)
    beat(at=at, name=Pulse.ALARMS)


def end_unanswered(at: datetime) -> None:
    """Offers and handovers that nobody answered in time are over; the alarm about handovers goes by what is so."""
    offers = RoleAssignment.objects.lapsing(at).select_related("incident", "role", "person")
    _each((partial(lapse, assignment=one) for one in offers), at)
    late = Handover.objects.expiring(at).select_related("assignment__incident", "assignment__role", "to")
    _each((partial(expire_handover, handover=one) for one in late), at)


def audit(at: datetime) -> None:
    """What should be escalated and is not begins; what is and should not be ends. The rows it reads are the truth."""
    should, standing = (
        wanted(at),
        {(one.incident_id, one.cause): one for one in Escalation.objects.standing()},
    )
    missing = should - standing.keys()
    incidents = Incident.objects.in_bulk([pk for pk, _ in missing])
    _each((partial(begin, incident=incidents[pk], cause=cause) for pk, cause in sorted(missing)), at)
    _each((partial(end, escalation=one) for key, one in standing.items() if key not in should), at)


def _each(acts: Iterable[Callable[..., Any]], at: datetime) -> None:
    """Do every one of them: what fails is logged, tried again at the next look, and keeps no other waiting."""
    for act in acts:
        try:
            act(at=at)
        except Refused as refusal:  # somebody was first
            log.info("alarm.refused", why=str(refusal))
        except Exception:
            log.exception("alarm.failed")
