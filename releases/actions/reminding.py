"""Asking the owner whether the service is back, once for each planned end that passes."""

from datetime import datetime

from django.db import transaction

from continuity.core.ledger import SYSTEM, record
from continuity.core.wording import moment_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.models import Kind, Message
from releases.actions.locking import lock
from releases.actions.telling import owners_of
from releases.models import Release
from releases.picture import Picture


@transaction.atomic
def remind(*, release: Release, at: datetime) -> None:
    """Ask the owner, or without one everybody who runs planned work, to confirm that the service is back or to extend.

    Said once for one planned end: an extension sets a new one. Raises Conflict when the state has changed.
    """
    back = Picture(release, at).planned_back
    key = f"release:{release.pk}:unconfirmed:{back:%Y%m%dT%H%M}"
    said = Message.objects.filter(key=key)
    if said.exists():
        return
    lock(release)
    if said.exists():  # by another worker, while this one waited for the row
        return
    notify(
        key=key,
        kind=Kind.PLANNED_WORK,
        subject=release,
        words=Words(
            title=f"Not confirmed: {release.title}",
            body=(
                f"It was planned to be back at {moment_words(back)}, and nobody has confirmed it. "
                "Say that the service is back, or extend it."
            ),
            url=release.get_absolute_url(),
        ),
        audience=owners_of(release),
        at=at,
    )
    record("release.reminded", release, by=SYSTEM, at=at, to=release.state)
