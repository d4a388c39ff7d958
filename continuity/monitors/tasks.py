"""What the worker does for this room: noticing heartbeats that fell silent."""

from celery import shared_task

from continuity.core.clock import now
from continuity.monitors.actions import fall_silent
from continuity.monitors.telling import tell_kept_back


@shared_task
def flip_overdue() -> None:
    """Take down what is overdue, and tell what planned work no longer explains.

    Safe to run twice, or at the same time as itself.
    """
    fall_silent(at=now())
    tell_kept_back(at=now())
