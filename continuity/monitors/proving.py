"""Which watched job shows that an action of a review works, and who may say so."""

from typing import Any

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.monitors.models import Heartbeat, Proof
from incidents.reviews.models import Action
from incidents.reviews.models.action import ActionQuerySet

WHO_PROVES = "Only the owner of the action, or whoever holds reviews, chooses the job that proves it."


def may_prove(action: Action, person: User) -> bool:
    """Its owner, and whoever holds reviews; nobody once it is over."""
    return action.is_open and (action.owner_id == person.pk or person.may(Permission.REVIEW_WRITE))


def job_of(action: Action) -> Heartbeat | None:
    """The job that proves an action, if any. One query."""
    found = Proof.objects.filter(action=action).select_related("heartbeat").first()
    return found.heartbeat if found else None


def proved_by(heartbeat: Heartbeat, person: Any) -> ActionQuerySet:
    """The actions that a job proves, of those that this person may know of. One query."""
    proved = Action.objects.visible_to(person).filter(pk__in=heartbeat.proofs.values("action"))
    return proved.select_related("owner", "review")
