"""What the worker does for this room: telling owners that a review is proposed, chasing actions."""

from celery import shared_task

from continuity.core.clock import local_day, now
from continuity.notifications.models import Message
from incidents.reviews.actions import chase_action, chase_weekly, propose
from incidents.reviews.actions.chasing import chase_key
from incidents.reviews.chasing import AHEAD, BEHIND, reached
from incidents.reviews.models import Action
from incidents.reviews.proposing import incidents_of, lately_over, proposal


@shared_task
def propose_due() -> None:
    """Tell the owner of each release that ended lately and asks to be looked back at. Safe to run twice."""
    at = now()
    for release in lately_over(at):
        if why := proposal(release, incidents_of(release), at):
            propose(release=release, why=why, at=at)


@shared_task
def chase_actions() -> None:
    """Remind of actions that are due or late and not over. Safe to run twice: each reminder is kept once."""
    at = now()
    today = local_day(at)
    near = Action.objects.open().filter(due_on__range=(today - BEHIND, today + AHEAD))
    due = {chase_key(each, rung): each for each in near if (rung := reached(each.due_on, today))}
    said = set(Message.objects.filter(key__in=due).values_list("key", flat=True))
    for key, action in due.items():
        if key not in said:
            chase_action(action=action, at=at)
    chase_weekly(at=at)
