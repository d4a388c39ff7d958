"""What the owner is told about the planned end, once for each: that it comes, and that it passed unconfirmed."""

from datetime import datetime, timedelta

from django.db import transaction

from continuity.core.ledger import SYSTEM, record
from continuity.core.wording import moment_words
from continuity.notifications.actions import Words
from releases.actions.telling import owners_of, say_once
from releases.models import Release
from releases.picture import Picture

# Long enough to decide between going on, extending and undoing the work. What is out for less is not warned of.
BEFORE_END = timedelta(minutes=30)


@transaction.atomic
def warn(*, release: Release, at: datetime) -> None:
    """The owner, or without one everybody who runs planned work, hears that a planned end is near.

    Said once for one planned end: an extension sets a new one. Nothing where no end is near.
    """
    end = near_end(release, at)
    if end is None:
        return
    words = Words(
        title=f"Ends soon: {release.title}",
        body=(
            f"It is planned to be back at {moment_words(end)}. Say that the service is back when it is, "
            "or extend it before then."
        ),
        url=release.get_absolute_url(),
    )
    if say_once(release, f"ends-soon:{end:%Y%m%dT%H%M}", words, owners_of(release), at):
        record("release.warned", release, by=SYSTEM, at=at, to=release.state)


@transaction.atomic
def remind(*, release: Release, at: datetime) -> None:
    """Ask the owner, or without one everybody who runs planned work, to confirm that the service is back or to extend.

    Said once for one planned end: an extension sets a new one. Raises Conflict when the state has changed.
    """
    back = Picture(release, at).planned_back
    words = Words(
        title=f"Not confirmed: {release.title}",
        body=(
            f"It was planned to be back at {moment_words(back)}, and nobody has confirmed it. "
            "Say that the service is back, or extend it."
        ),
        url=release.get_absolute_url(),
    )
    if say_once(release, f"unconfirmed:{back:%Y%m%dT%H%M}", words, owners_of(release), at):
        record("release.reminded", release, by=SYSTEM, at=at, to=release.state)


def near_end(release: Release, at: datetime) -> datetime | None:
    """The next planned end of what is out, where it is within 30 minutes and was longer ahead when it began."""
    found = Picture(release, at).next_end
    if found is None:
        return None
    since, end = found
    return end if since < end - BEFORE_END <= at else None
