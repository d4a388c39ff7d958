"""What the worker does for this room: delivering, reminding areas of planned work, forgetting who was told."""

from celery import shared_task
from django.conf import settings

from continuity.core.clock import local, now
from continuity.notifications.actions import remind
from continuity.notifications.actions.digests import bundle_digests
from continuity.notifications.actions.forgetting import forget_deliveries
from continuity.notifications.actions.sending import recover_lost
from continuity.notifications.actions.watching import beat, sweep
from continuity.notifications.delivering import SENDERS, deliver_waiting
from continuity.notifications.models import Call, Message

# Transactions of one round, of some 0.1 seconds each: the night has hundreds of rounds, and letters go out between.
A_ROUND = 20
NIGHT = range(1, 5)  # hours of London's clocks in which the fewest people are there


@shared_task
def deliver_due() -> None:
    """Deliver what is waiting, channel by channel. Safe to run twice, or at the same time as itself."""
    recover_lost(at=now())
    bundle_digests(at=now())
    for channel in SENDERS:
        deliver_waiting(channel)


@shared_task
def say_it_works() -> None:
    """Say that beat, broker and worker work, and look whether messages are late. Safe to run twice."""
    beat(at=now())
    sweep(at=now())


@shared_task
def remind_due() -> None:
    """Say what calls have to say now. Safe to run twice, or at the same time as itself."""
    at = now()
    for call in Call.objects.with_something_due(at):
        remind(call=call, at=at)


@shared_task
def forget_old() -> None:
    """At night, forget who was told in person longer ago than is kept.

    Safe to run twice, or at the same time as itself.
    """
    at = now()
    if not settings.DELIVERIES_KEPT or local(at).hour not in NIGHT:
        return
    old = Message.objects.to_forget(at - settings.DELIVERIES_KEPT).order_by("created_at", "pk")
    waiting = list(old[:A_ROUND])
    for _ in range(A_ROUND):
        if waiting and forget_deliveries(message=waiting[0], at=at):
            waiting.pop(0)
