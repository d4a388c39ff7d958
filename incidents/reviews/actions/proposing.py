"""Telling the owner of a release that it asks to be looked back at."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.permissions import Permission
from continuity.core.ledger import SYSTEM, record
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import owner_or_those_who
from continuity.notifications.models import Kind, Message
from releases.models import Release


@transaction.atomic
def propose(*, release: Release, why: str, at: datetime) -> None:
    """The owner is told, once for a release, why a review is proposed; without one, whoever holds reviews."""
    key = f"release:{release.pk}:review"
    Release.objects.select_for_update().get(pk=release.pk)
    if Message.objects.filter(key=key).exists():
        return
    notify(
        key=key,
        kind=Kind.REVIEW,
        subject=release,
        words=Words(
            title=f"Review proposed: {release.title}",
            body=f"{why} Whoever holds reviews can begin it on the page of the release.",
            url=release.get_absolute_url(),
        ),
        audience=owner_or_those_who(Permission.REVIEW_WRITE, release.owner),
        at=at,
    )
    record("release.review_proposed", release, by=SYSTEM, at=at, to=release.state)
