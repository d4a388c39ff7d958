"""What the worker does for releases: starts them when they are due. Nothing here ends one."""

from celery import shared_task

from continuity.core.clock import now
from continuity.core.ledger import SYSTEM
from continuity.core.refusals import Conflict
from releases.actions import go_on, start
from releases.models import Release


@shared_task
def start_due() -> None:
    """Start what is due. Safe to run twice, or at the same time as itself: of two, the later finds it started."""
    at = now()
    for release in Release.objects.due_to_start(at):
        try:
            start(release=release, by=SYSTEM, at=at)
        except Conflict:
            continue
    for release in Release.objects.to_go_on(at):
        try:
            go_on(release=release, at=at)
        except Conflict:
            continue
