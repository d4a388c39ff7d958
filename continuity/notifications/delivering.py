"""Delivering what is waiting: claims batches, hands each delivery to its channel, keeps what came of it."""

from collections.abc import Iterable
from itertools import groupby

from continuity.core.clock import now
from continuity.notifications.actions.sending import begin, claim_due, rest, settle
from continuity.notifications.channels import Sender
from continuity.notifications.channels.email import Postman
from continuity.notifications.models import Channel, Delivery

# Letters that one worker takes at once: some seconds of work, so that another can share the rest.
BATCH = 50
SENDERS: dict[str, type[Sender]] = {Channel.EMAIL: Postman}


def deliver_waiting() -> None:
    """Deliver until nothing is due. Any number of workers may do it at the same time."""
    while batch := claim_due(at=now(), limit=BATCH):
        for channel, deliveries in groupby(sorted(batch, key=_channel), key=_channel):
            deliver_batch(channel, deliveries)


def deliver_batch(channel: str, deliveries: Iterable[Delivery]) -> None:
    """Hand claimed deliveries of one channel over, by one connection."""
    with SENDERS[channel]() as sender:
        for delivery in deliveries:
            deliver(delivery, by=sender)
        if sender.is_down:
            rest(channel=channel, at=now())


def deliver(delivery: Delivery, *, by: Sender) -> None:
    """Hand one claimed delivery over, unless it has become another worker's, and keep what came of it."""
    if begin(delivery=delivery, at=now()):
        settle(delivery=delivery, outcome=by.send(delivery), at=now())


def _channel(delivery: Delivery) -> str:
    return delivery.channel
