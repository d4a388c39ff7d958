"""Taking hold of a release, so that of two people who act on it one is first and the other is told."""

from datetime import datetime

from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move, words
from releases.models import Disruption, Release, State
from releases.schedule import ends


def lock(release: Release) -> None:
    """Hold the release's row until the transaction ends, and read it afresh.

    Raises Conflict when it is no longer in the state in which the caller saw it.
    """
    seen = release.state
    release.refresh_from_db(from_queryset=Release.objects.select_for_update())
    if release.state != seen:
        raise Conflict(
            f"Somebody else was first: {release} is now {words(release, release.state)}, "
            f"no longer {words(release, seen)}."
        )


def step(release: Release, *, to: State, **also: object) -> None:
    """Move a release that is held to another state, and count the change; Conflict when it is there already."""
    if release.state == to:
        raise Conflict(f"Somebody else was first: {release} is {words(release, to)} already.")
    move(release, to=to, version=release.version + 1, **also)


def has_begun(release: Release, at: datetime) -> bool:
    """Whether the clock has begun it though no worker has written so yet."""
    return release.state == State.PUBLISHED and not release.is_held and release.starts_at <= at


def open_outages(release: Release, at: datetime) -> list[Disruption]:
    """Those that have begun and that nobody has called back, the latest planned end last."""
    begun = [
        outage
        for outage in release.disruptions.select_related("service")
        if (outage.actual.upper is None if outage.actual else ends(outage.span)[0] <= at)
    ]
    return sorted(begun, key=lambda outage: ends(outage.span)[1])


def changed(release: Release, **fields: object) -> None:
    """Write fields of a release that is held, and count the change, so that a stale form is noticed."""
    fields["version"] = release.version + 1
    Release.objects.filter(pk=release.pk).update(**fields)
    for name, value in fields.items():
        setattr(release, name, value)


def needs(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence when nothing is left."""
    if not text.strip():
        raise Refused(sentence)
    return text.strip()
