"""Keeping each version of a notice whole, so that any two can be compared."""

from datetime import datetime

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from releases.content import Content, Difference, content_of, differences
from releases.models import Release, Version


def keep_version(release: Release, *, by: User, at: datetime) -> None:
    """The notice as its rows now say it, under its count of changes; read afresh, since rows below it were written."""
    afresh = Release.objects.prefetch_related("disruptions__service", "services", "instructions").get(
        pk=release.pk
    )
    Version.objects.create(release=release, number=afresh.version, content=content_of(afresh), by=by, at=at)


def keep_first_version(release: Release, *, by: User, at: datetime) -> None:
    """A notice that came from elsewhere has no version yet: from now on it has one to be compared with."""
    if not release.versions.exists():
        keep_version(release, by=by, at=at)


def content_at(release: Release, number: int) -> Version | None:
    """The notice as it stood at a count of changes: steps that change no word keep no version."""
    return release.versions.filter(number__lte=number).last()


def between(before: Content, after: Content) -> list[Difference]:
    """What two versions say differently, with services by name; one query."""
    keys = {key for content in (before, after) for key in _keys(content)}
    return differences(before, after, dict(Service.objects.filter(key__in=keys).values_list("key", "name")))


def changed_since(release: Release, number: int) -> list[Difference]:
    """What the notice now says otherwise than at a count of changes; nothing where no version is known."""
    then, now = content_at(release, number), release.versions.last()
    if then is None or now is None or then.pk == now.pk:
        return []
    return between(then.content, now.content)


def said(changes: list[Difference]) -> str:
    """What changed, a line each, as a message says it."""
    return "\n".join(
        f"{label}: {before or 'nothing'} -> {after or 'nothing'}" for label, before, after in changes
    )


def _keys(content: Content) -> set[str]:
    return {*content["services"], *(each["service"] for each in content["outages"])}
