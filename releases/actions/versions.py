"""Keeping each version of a notice whole, so that any two can be compared."""

from datetime import datetime

from continuity.accounts.models import User
from releases.content import content_of
from releases.models import Release, Version


def keep_version(release: Release, *, by: User, at: datetime) -> None:
    """The notice as its rows now say it, under its count of changes; read afresh, since rows below it were written."""
    afresh = Release.objects.prefetch_related("disruptions__service", "services", "instructions").get(
        pk=release.pk
    )
    Version.objects.create(release=release, number=afresh.version, content=content_of(afresh), by=by, at=at)
