"""How far a delivery is: taken by one worker, begun, and what came of it. No ledger lines: its row is the record.

A worker leases a batch, and each row says before its letter is handed over that it has begun. So a worker that
dies leaves at most one letter a connection of which nobody knows whether it arrived; that one is for a person
to look at and is never sent again by itself. What was not begun goes back to wait.
"""

from datetime import datetime, timedelta
from random import random

import structlog
from django.db import transaction
from django.db.models import F

from continuity.core.refusals import Conflict
from continuity.core.states import move
from continuity.notifications.channels import Fate, Outcome
from continuity.notifications.models import Delivery

# Longer than one letter may take: five answers of a mail server at 10 seconds each (EMAIL_TIMEOUT).
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
# Waits come to about 5 hours: longer than a mail server's repair mostly takes, and news does not keep longer.
ATTEMPTS = 12
# While the other side cannot be reached, one batch tries in this time, so that the rest keeps its attempts.
REST = timedelta(seconds=30)
JITTER = 0.25
STOPPED = "The portal stopped while it was being sent."
LONGEST_FAULT = 300

State = Delivery.State
log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def claim_due(*, at: datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` deliveries that are due, the longest waiting first, under a lease from `at`.

    Two workers never get the same one, and neither waits for the other. Committed when this returns.
    """
    waiting = Delivery.objects.due(at).order_by("due_at", "pk").select_related("message")
    taken = list(waiting.select_for_update(skip_locked=True, of=("self",))[:limit])
    lease = {"leased_until": at + LEASE, "begun_at": None}
    Delivery.objects.filter(pk__in=[each.pk for each in taken]).update(
        state=State.SENDING, attempts=F("attempts") + 1, **lease
    )
    for delivery in taken:
        delivery.state, delivery.attempts = State.SENDING, delivery.attempts + 1
        delivery.leased_until, delivery.begun_at = at + LEASE, None
    return taken


def begin(*, delivery: Delivery, at: datetime) -> bool:
    """Say, before it is handed over, that it has begun; False when the lease ran out and it is another's now."""
    leased = Delivery.objects.filter(
        pk=delivery.pk, state=State.SENDING, leased_until=delivery.leased_until, begun_at=None
    )
    if not leased.update(begun_at=at, leased_until=at + LEASE):
        return False
    delivery.begun_at, delivery.leased_until = at, at + LEASE
    return True


def settle(*, delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    """Keep what came of handing it over. The last of the attempts ends it."""
    fault = outcome.fault[:LONGEST_FAULT]
    try:
        match outcome.fate:
            case Fate.SENT:
                move(delivery, to=State.SENT, sent_at=at, fault="", leased_until=None)
            case Fate.AGAIN if delivery.attempts < ATTEMPTS:
                due = at + wait_after(delivery.attempts, random())  # noqa: S311 - spreads load, hides nothing
                move(delivery, to=State.QUEUED, due_at=due, fault=fault, leased_until=None, begun_at=None)
            case Fate.UNKNOWN:
                move(delivery, to=State.UNKNOWN, fault=fault, leased_until=None)
            case _:
                move(delivery, to=State.FAILED, fault=fault, leased_until=None)
    except Conflict:
        # It took longer than the lease: a person has it on the list already.
        log.warning("delivery.settled_too_late", delivery=delivery.pk, fate=outcome.fate.value)


def rest(*, channel: str, at: datetime) -> None:
    """Let what is due by a channel that cannot be reached wait a little, without losing an attempt."""
    Delivery.objects.due(at).filter(channel=channel).update(due_at=at + REST)


def recover_lost(*, at: datetime) -> None:
    """See to what dead workers left: what they had begun is not known, the rest waits again."""
    lost = Delivery.objects.lost(at)
    unknown = lost.filter(begun_at__isnull=False).update(
        state=State.UNKNOWN, fault=STOPPED, leased_until=None
    )
    again = lost.filter(begun_at=None).update(state=State.QUEUED, due_at=at, leased_until=None)
    if unknown or again:
        log.warning("delivery.worker_died", unknown=unknown, again=again)


def wait_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: twice as long each time up to an hour, spread by `chance` (0 to 1).

    Exponential backoff with jitter, so that what failed together does not come back together.
    """
    doubled: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 30), LONGEST_WAIT)
    return doubled * (1 + JITTER * (2 * chance - 1))
