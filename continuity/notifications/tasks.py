"""What the worker does for this room: delivering what is waiting."""

from celery import shared_task

from continuity.core.clock import now
from continuity.notifications.actions.digests import bundle_digests
from continuity.notifications.actions.sending import recover_lost
from continuity.notifications.delivering import SENDERS, deliver_waiting


@shared_task
def deliver_due() -> None:
    """Deliver what is waiting, channel by channel. Safe to run twice, or at the same time as itself."""
    recover_lost(at=now())
    bundle_digests(at=now())
    for channel in SENDERS:
        deliver_waiting(channel)
