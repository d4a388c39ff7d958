"""What the worker does for this room: telling owners that a review is proposed."""

from celery import shared_task

from continuity.core.clock import now
from incidents.reviews.actions import propose
from incidents.reviews.proposing import incidents_of, lately_over, proposal


@shared_task
def propose_due() -> None:
    """Tell the owner of each release that ended lately and asks to be looked back at. Safe to run twice."""
    at = now()
    for release in lately_over(at):
        if why := proposal(release, incidents_of(release), at):
            propose(release=release, why=why, at=at)
