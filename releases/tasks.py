"""What the worker does for releases: starts them and reminds their owners. Nothing here ends one."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery import shared_task

from continuity.core.clock import now
from continuity.core.ledger import SYSTEM
from continuity.core.refusals import Conflict
from releases.actions import chase, go_on, remind, start, warn, warn_unapproved
from releases.marks import LACKS_APPROVAL
from releases.models import Release, State
from releases.picture import Picture


@shared_task
def start_due() -> None:
    """Start what is due, warn owners of an end that is near, and ask about what is over its planned end.

    Safe to run twice, or at the same time as itself: of two, the later finds it done.
    """
    at = now()
    for release in Release.objects.due_to_start(at):
        _unless_somebody_was_first(start, release=release, by=SYSTEM, at=at)
    for release in Release.objects.to_go_on(at):
        _unless_somebody_was_first(go_on, release=release, at=at)
    for release in Release.objects.running(at).prefetch_related("disruptions__service"):
        _unless_somebody_was_first(warn, release=release, at=at)
        if Picture(release, at).is_unconfirmed:
            _unless_somebody_was_first(remind, release=release, at=at)


@shared_task
def chase_approvals() -> None:
    """Remind of approvals that are missing of work that staff were told of and that has not begun.

    Safe to run twice, or at the same time as itself: each reminder is kept once.
    """
    at = now()
    for release in Release.objects.filter(LACKS_APPROVAL).ahead(at).filter(state=State.PUBLISHED):
        _unless_somebody_was_first(chase, release=release, at=at)
        _unless_somebody_was_first(warn_unapproved, release=release, at=at)


def _unless_somebody_was_first(act: Callable[..., None], **facts: Any) -> None:
    with suppress(Conflict):
        act(**facts)
