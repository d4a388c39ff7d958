"""What was said of reviews and their actions is taken back once few may know of the incident."""

from datetime import datetime

from django.db.models import Q

from continuity.accounts.models import User
from continuity.notifications.actions import withdraw
from incidents.actions.withholding import withholds
from incidents.models import Incident
from incidents.reviews.asked import knowing
from incidents.reviews.models import Action, Review, Source


@withholds
def withhold_reviews(incident: Incident, by: User, at: datetime) -> None:
    """Whoever may not know of the incident finds no word of its reviews in their inbox, and is sent none that waits.

    Owners and checkers keep what they were told of their actions, which they see whatever becomes of the incident.
    """
    known = knowing(incident)
    themes = Source.objects.filter(incident=incident)
    reviews = Review.objects.filter(Q(incident=incident) | Q(pk__in=themes.values("review")))
    for review in reviews:
        withdraw(subject=review, by=by, at=at, but=known)
    for action in Action.objects.filter(review__in=reviews).select_related("review"):
        own = User.objects.filter(pk__in=[pk for pk in (action.owner_id, action.verifier_id) if pk])
        withdraw(subject=action, by=by, at=at, but=known | own)
