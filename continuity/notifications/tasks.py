"""What the worker does for this room: delivering what is waiting, and reminding areas of planned work."""

from celery import shared_task

from continuity.core.clock import now
from continuity.notifications.actions import remind
from continuity.notifications.actions.digests import bundle_digests
from continuity.notifications.actions.sending import recover_lost
from continuity.notifications.actions.watching import beat, sweep
from continuity.notifications.delivering import SENDERS, deliver_waiting
from continuity.notifications.models import Call


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
