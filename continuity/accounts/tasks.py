"""What the worker does for this room: forgetting log-ins that are over."""

from celery import shared_task

from continuity.accounts.actions import forget_log_ins


@shared_task
def forget_old() -> None:
    """Forget log-ins that are over. Safe to run twice, or at the same time as itself."""
    forget_log_ins()
