"""What asking and inviting share: whom they may reach, and saying it to people by name."""

from collections.abc import Collection
from datetime import datetime

from continuity.accounts.models import User
from continuity.core.refusals import Refused
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind, Message
from incidents.reviews.asked import may_know
from incidents.reviews.models import Review
from releases.notices import names_words


def refuse_who_may_not_know(review: Review, people: Collection[User], *, doing: str) -> None:
    """Refused for somebody who may not know of a restricted incident. `doing` is the verb of the sentence: "Ask"."""
    kept_from = [str(person) for person in people if not may_know(review, person)]
    if kept_from:
        which = "An incident among them" if review.theme else "The incident"
        raise Refused(
            f"{which} is restricted. {doing} somebody who may know of it, not {names_words(kept_from)}."
        )


def tell(
    review: Review, event: str, people: Collection[User], words: Words, *, at: datetime,
    stale_at: datetime | None = None,
) -> None:  # fmt: skip
    """Say this to these people and nobody else, each time once more. The caller holds the review's row."""
    if not people:
        return
    key = f"review:{review.pk}:{event}"
    notify(
        key=f"{key}:{Message.objects.filter(key__startswith=f'{key}:').count() + 1}",
        kind=Kind.REVIEW,
        subject=review,
        words=words,
        audience=Audience(people=frozenset(each.pk for each in people), subscribers=False),
        at=at,
        stale_at=stale_at,
    )
