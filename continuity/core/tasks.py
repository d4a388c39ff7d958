"""What the worker does for the ground: seal the ledger."""

from celery import shared_task

from continuity.core.clock import now
from continuity.core.ledger import seal


@shared_task
def seal_ledger() -> None:
    """Seal what is new in the ledger. Safe to run twice, or at the same time as itself."""
    seal(at=now())
