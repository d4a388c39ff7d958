"""How far a delivery is: taken by one worker, begun, and what came of it. No ledger lines: its row is the record.

A worker leases a batch of one channel, and each row says before its letter is handed over that it has begun. So a
worker that dies leaves at most one letter a connection of which nobody knows whether it arrived; that one is for
a person to look at and is never sent again by itself. What was not begun goes back to wait.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import random
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from continuity.core.postgresql.prepared import prepared
from continuity.notifications.channels import Fate, Outcome
from continuity.notifications.models import ChannelHealth, Delivery, Message

# Longer than one letter may take: five answers of a mail server at 10 seconds each (EMAIL_TIMEOUT).
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
# Waits come to about 5 hours: longer than a mail server's repair mostly takes, and news does not keep longer.
ATTEMPTS = 12
# While the other side cannot be reached, one batch tries in this time, so that the rest keeps its attempts.
REST = timedelta(seconds=30)
JITTER = 0.25
STOPPED = "The portal stopped while it was being sent."
STALE = "It was no longer news when it could have been sent."
LONGEST_FAULT = 300
MINUTE = timedelta(minutes=1)

State = Delivery.State
log = structlog.get_logger(__name__)

# One round trip and one commit a letter: what came of the one before, and that the next begins. A lease that ran
# out in between belongs to another worker, and its row is left alone. Without one of the two its key is NULL.
SETTLE_AND_BEGIN = """
    WITH settled AS (
        UPDATE notifications_delivery SET state = %s, sent_at = %s, due_at = coalesce(%s::timestamptz, due_at),
            fault = %s, leased_until = NULL, begun_at = CASE WHEN %s THEN NULL ELSE begun_at END
        WHERE id = %s AND state = 'sending' AND begun_at = %s RETURNING id
    ), begun AS (
        UPDATE notifications_delivery SET begun_at = %s, leased_until = %s
        WHERE id = %s AND state = 'sending' AND leased_until IS NOT DISTINCT FROM %s AND begun_at IS NULL RETURNING id
    )
    SELECT EXISTS (SELECT FROM settled), EXISTS (SELECT FROM begun)
"""
NONE_DONE, NONE_FOLLOWS = [None] * 7, [None] * 4


def waiting(channel: str, at: datetime) -> QuerySet[Delivery]:
    """What is due by a channel and goes by itself, not with the news of a day."""
    return Delivery.objects.due(at).filter(channel=channel, is_for_digest=False)


@transaction.atomic(durable=True)
def claim_due(*, channel: str, at: datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` deliveries of a channel that are due, the longest waiting first, under a lease from `at`.

    Two workers never get the same one, and neither waits for the other. No more than the channel's rate allows.
    Committed when this returns.
    """
    limit = _within_rate(channel, at, limit)
    free = waiting(channel, at).order_by("due_at").select_for_update(skip_locked=True)
    # Many say the same: what they share is read once, and no row is looked at that is not taken.
    taken = list(free.prefetch_related("message", "endpoint")[:limit])
    Delivery.objects.filter(pk__in=[each.pk for each in taken]).update(
        state=State.SENDING, attempts=F("attempts") + 1, leased_until=at + LEASE, begun_at=None
    )
    for delivery in taken:
        delivery.state, delivery.attempts = State.SENDING, delivery.attempts + 1
        delivery.leased_until, delivery.begun_at = at + LEASE, None
    _take_from_rate(channel, len(taken))
    return taken


def settle_and_begin(
    *, done: Delivery | None, outcome: Outcome | None, following: Delivery | None, at: datetime
) -> bool:
    """Keep what came of one delivery and say that another begins, in one commit. Whether the other may.

    It may not when its lease ran out and it has become another worker's.
    """
    settling = _settling(done, outcome, at) if done and outcome else NONE_DONE
    beginning = [at, at + LEASE, following.pk, following.leased_until] if following else NONE_FOLLOWS
    has_settled, has_begun = prepared(SETTLE_AND_BEGIN, [*settling, *beginning]) or (False, False)
    if done and not has_settled:
        # It took longer than the lease: a person has it on the list already.
        log.warning("delivery.settled_too_late", delivery=done.pk)
    if following and has_begun:
        following.begun_at, following.leased_until = at, at + LEASE
    return bool(has_begun)


def begin(*, delivery: Delivery, at: datetime) -> bool:
    """Say, before it is handed over, that it has begun; False when the lease ran out and it is another's now."""
    return settle_and_begin(done=None, outcome=None, following=delivery, at=at)


def settle(*, delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    """Keep what came of handing it over."""
    settle_and_begin(done=delivery, outcome=outcome, following=None, at=at)


def _settling(done: Delivery, outcome: Outcome, at: datetime) -> list[Any]:
    """The first parameters of SETTLE_AND_BEGIN. The last of the attempts ends it."""
    fault = outcome.fault[:LONGEST_FAULT]
    which: list[Any] = [done.pk, done.begun_at]
    match outcome.fate:
        case Fate.SENT:
            return [State.SENT, at, None, "", False, *which]
        case Fate.AGAIN if done.attempts < ATTEMPTS:
            wait = wait_after(done.attempts, random())  # noqa: S311 - spreads load, hides nothing
            due = at + max(wait, min(outcome.retry_after or wait, LONGEST_WAIT))
            return [State.QUEUED, None, due, fault, True, *which]
        case Fate.UNKNOWN:
            return [State.UNKNOWN, None, None, fault, False, *which]
        case _:
            return [State.FAILED, None, None, fault, False, *which]


def drop_stale(*, channel: str, at: datetime) -> int:
    """What is due and no longer worth sending is not sent; how many."""
    stale = Message.objects.filter(pk=OuterRef("message"), stale_at__lte=at)
    due = Delivery.objects.due(at).filter(Exists(stale), channel=channel)
    return due.update(state=State.SUPERSEDED, fault=STALE)


def rest(*, channel: str, at: datetime) -> None:
    """Let what is due by a channel that cannot be reached wait a little, without losing an attempt."""
    Delivery.objects.due(at).filter(channel=channel).update(due_at=at + REST)


def hand_back(*, deliveries: Iterable[Delivery], at: datetime) -> None:
    """Let claimed deliveries that were not begun wait again, without having lost an attempt."""
    Delivery.objects.filter(
        pk__in=[each.pk for each in deliveries], state=State.SENDING, begun_at=None
    ).update(state=State.QUEUED, due_at=at, attempts=F("attempts") - 1, leased_until=None)


def recover_lost(*, at: datetime) -> None:
    """See to what dead workers left: what they had begun is not known, the rest waits again."""
    lost = Delivery.objects.lost(at)
    unknown = lost.filter(begun_at__isnull=False).update(
        state=State.UNKNOWN, fault=STOPPED, leased_until=None
    )
    again = lost.filter(begun_at=None).update(state=State.QUEUED, due_at=at, leased_until=None)
    if unknown or again:
        log.warning("delivery.worker_died", unknown=unknown, again=again)


def note_health(*, channel: str, at: datetime, fault: str = "", has_sent: bool = False) -> None:
    """Keep whether a channel works: since when it is down and why, and when it last took something."""
    health = ChannelHealth.objects.filter(channel=channel)
    if fault:
        health.filter(down_since=None).update(down_since=at)
        health.update(fault=fault[:LONGEST_FAULT])
    elif has_sent:
        health.update(down_since=None, fault="", last_sent_at=at)


def wait_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: twice as long each time up to an hour, spread by `chance` (0 to 1).

    Exponential backoff with jitter, so that what failed together does not come back together.
    """
    doubled: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 30), LONGEST_WAIT)
    return doubled * (1 + JITTER * (2 * chance - 1))


def _within_rate(channel: str, at: datetime, limit: int) -> int:
    """How many the channel's rate allows now: a bucket that fills evenly and holds a minute's worth."""
    health = (
        ChannelHealth.objects.filter(channel=channel, per_minute__isnull=False).select_for_update().first()
    )
    if health is None:
        return limit
    most = float(health.per_minute or 0)
    since = health.refilled_at or at - MINUTE
    tokens = min(most, health.tokens + most * max(at - since, timedelta(0)) / MINUTE)
    ChannelHealth.objects.filter(channel=channel).update(tokens=tokens, refilled_at=at)
    return min(limit, int(tokens))


def _take_from_rate(channel: str, count: int) -> None:
    if count:
        ChannelHealth.objects.filter(Q(channel=channel), per_minute__isnull=False).update(
            tokens=F("tokens") - count
        )
