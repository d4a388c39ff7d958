"""News about a release: kept beside it, and told to everybody concerned, in the transaction of its cause."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.ledger import name_of
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience, owner_or_those_who
from continuity.notifications.models import Kind, Message
from releases.actions.locking import lock
from releases.actions.quieting import quieten
from releases.entry import entry_of
from releases.instructions import procedures_of, what_staff_do
from releases.models import Release, State, Update
from releases.notices import body_of, headline
from releases.picture import hits_of, touched

# What happened, as messages are keyed and titled, and the stage its update is kept under.
STAGE = {
    "published": "published",
    "changed": "changed",
    "started": State.IN_PROGRESS,
    "extended": "extended",
    "back": State.CHECKING,
    "resumed": "resumed",
    "completed": State.COMPLETED,
    "rolled_back": State.ROLLED_BACK,
    "cancelled": State.CANCELLED,
    "postponed": State.POSTPONED,
    "update": "update",
}
TITLE = {
    "published": "Planned work",
    "changed": "Changed",
    "started": "Started",
    "extended": "Extended",
    "back": "Back and being checked",
    "resumed": "Not back after all",
    "completed": "Completed",
    "rolled_back": "Rolled back",
    "cancelled": "Cancelled",
    "postponed": "Postponed",
    "update": "Update",
}


def tell(release: Release, event: str, text: str, *, by: Any, at: datetime, body: str = "") -> Update:
    """Keep the news and say it to everybody told before and everybody it now concerns.

    The key is "release:<pk>:<event>", with ":2" and so on for the same event again; the caller holds the
    release's row, so two never take the same. `body` is said instead of the text where a message needs more.
    """
    stage = STAGE[event]
    author = by if isinstance(by, User) else None
    update = Update.objects.create(
        release=release, at=at, stage=stage, text=text, author=author, author_role=str(by)
    )
    quieten(release)
    count = Update.objects.filter(release=release, stage=stage).count()
    notify(
        key=f"release:{release.pk}:{event}" + (f":{count}" if count > 1 else ""),
        kind=Kind.PLANNED_WORK,
        subject=release,
        words=words_of(release, event, text, body),
        audience=audience_of(release),
        at=at,
    )
    return update


def tell_the_untold(release: Release, *, at: datetime) -> None:
    """Say the whole notice to whoever it newly concerns, and nothing to those who were told of it."""
    notify(
        key=f"release:{release.pk}:added:{release.version}",
        kind=Kind.PLANNED_WORK,
        subject=release,
        words=announcement(release),
        audience=replace(audience_of(release), only_untold=True),
        at=at,
    )


def words_of(release: Release, event: str, text: str, body: str = "") -> Words:
    """What a message about the event says: the text, or the body where it needs more."""
    return Words(
        title=f"{TITLE[event]}: {release.title}",
        body=body or text,
        brief=text,
        url=release.get_absolute_url(),
        is_whole=bool(body),
        entry=entry_of(release, event),
    )


def announcement(release: Release) -> Words:
    """What its publication says."""
    text = f"{headline(hits_of(release), release.starts_at, release.ends_at)}."
    return words_of(release, "published", text, notice_text(release))


def say_once(release: Release, event: str, words: Words, audience: Audience, at: datetime) -> bool:
    """Whether it is said now; not again, also where another worker said it while this one waited for the row."""
    key = f"release:{release.pk}:{event}"
    said = Message.objects.filter(key=key)
    if said.exists():
        return False
    lock(release)
    if said.exists():
        return False
    notify(key=key, kind=Kind.PLANNED_WORK, subject=release, words=words, audience=audience, at=at)
    return True


def audience_of(release: Release) -> Audience:
    """Subscribers of what the release touches, its own audiences, and everybody who was told about it before."""
    name = name_of(release)
    concerned = Audience(services=touched(release), told_about=f"{name.kind} {name.label}", tells_areas=True)
    return concerned.and_those_on(release.audiences.all())


def owners_of(release: Release) -> Audience:
    """The owner alone; without one, everybody who may run planned work."""
    return owner_or_those_who(Permission.RELEASE_PUBLISH, release.owner)


def notice_text(release: Release) -> str:
    """The whole notice as the text of a message."""
    return body_of(
        hits_of(release),
        work=(release.starts_at, release.ends_at),
        summary=release.summary,
        steps=what_staff_do(release, procedures_of(release)),
        contact=release.contact,
    )


def sentence(text: str) -> str:
    """The text with the full stop that its author left out."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
