"""Delivering what is waiting by one channel: claims batches, hands each over, keeps what came of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import structlog
from django.db import connection

from continuity.core.clock import now
from continuity.notifications.actions.sending import (
    claim_due,
    drop_stale,
    hand_back,
    note_health,
    rest,
    settle_and_begin,
    waiting,
)  # fmt: skip
from continuity.notifications.channels import Fate, Outcome, Sender, Unsendable
from continuity.notifications.channels.email import Postman
from continuity.notifications.channels.sms import Texter
from continuity.notifications.channels.teams import Teams
from continuity.notifications.channels.webhook import Webhook
from continuity.notifications.letters import enclose
from continuity.notifications.models import Channel, Delivery

log = structlog.get_logger(__name__)
BROKEN = "The portal could not write it. Why stands in its log."
# What one worker takes at once: a second of work or so, so that another can share the rest.
BATCH = 100
# Connections of one worker to the other side when many wait: at most so many letters are on their way when it dies.
LANES = 4
SENDERS: dict[str, type[Sender]] = {
    Channel.EMAIL: Postman,
    Channel.SMS: Texter,
    Channel.TEAMS: Teams,
    Channel.WEBHOOK: Webhook,
}
# One task of a process works for a channel, with threads of its own: a slow one never takes those of the others.
_AT_WORK: dict[str, Lock] = {channel: Lock() for channel in SENDERS}


def deliver_waiting(channel: str) -> None:
    """Deliver by a channel until nothing is due; at once when this process does so already."""
    if _AT_WORK[channel].acquire(blocking=False):
        try:
            drop_stale(channel=channel, at=now())
            with ThreadPoolExecutor(LANES - 1, thread_name_prefix=f"{channel}-lane") as lanes:
                beside = [lanes.submit(_deliver_beside, channel) for _ in range(_lanes_beside(channel))]
                _deliver_all(channel)
            for lane in beside:
                lane.result()
        finally:
            _AT_WORK[channel].release()


def _lanes_beside(channel: str) -> int:
    """How many more connections are worth it: for a crowd one hands over while others wait for the database."""
    return LANES - 1 if waiting(channel, now())[: BATCH + 1].count() > BATCH else 0


def _deliver_all(channel: str) -> None:
    """By one sender, which keeps its connection."""
    with SENDERS[channel]() as sender:
        while not sender.is_down and (batch := claim_due(channel=channel, at=now(), limit=BATCH)):
            deliver_batch(channel, batch, sender)


def _deliver_beside(channel: str) -> None:
    try:
        _deliver_all(channel)
    finally:
        connection.close()


def deliver_batch(channel: str, batch: list[Delivery], sender: Sender) -> None:
    """Hand claimed deliveries of one channel over. Once it is down, those not begun wait without losing a try."""
    enclose(batch)
    last: tuple[Delivery, Outcome] | None = None
    has_sent = False
    for place, delivery in enumerate(batch):
        begun = _begin(last, delivery)
        last = None
        if begun:
            last = (delivery, _handed_over(delivery, sender))
            has_sent |= last[1].fate is Fate.SENT
        if sender.is_down:
            hand_back(deliveries=batch[place + 1 :], at=now())
            break
    _begin(last, None)
    fault = last[1].fault if sender.is_down and last else ""
    note_health(channel=channel, at=now(), fault=fault, has_sent=has_sent)
    if sender.is_down:
        rest(channel=channel, at=now())


def _begin(last: tuple[Delivery, Outcome] | None, following: Delivery | None) -> bool:
    done, outcome = last or (None, None)
    if done is None and following is None:
        return False
    return settle_and_begin(done=done, outcome=outcome, following=following, at=now())


def _handed_over(delivery: Delivery, sender: Sender) -> Outcome:
    try:
        return sender.send(delivery, sender.compose(delivery))
    except Unsendable as error:
        return Outcome(Fate.NEVER, str(error))
    except Exception:  # one that nobody thought of ends its own letter, not those behind it
        log.exception("delivery.broken", delivery=delivery.pk)
        return Outcome(Fate.NEVER, BROKEN)
