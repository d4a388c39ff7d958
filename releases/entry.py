"""The calendar entry of a release: when the work is, as it stands, in the calendars of everybody told."""

from urllib.parse import urlsplit

from django.conf import settings

from continuity.notifications.calendar import Entry
from releases.models import Release

# News that change when the work is, or whether; other news leave calendars alone.
MOVES = frozenset({"published", "changed", "extended", "completed", "rolled_back"})
ENDS = frozenset({"cancelled", "postponed"})


def entry_of(release: Release, event: str) -> Entry | None:
    """What a calendar shows after the event; None where it shows what it showed before.

    Postponed work leaves calendars until its new times are published. Work that is over shows when it was. The
    number of its version is the entry's SEQUENCE, which rises with every change (RFC 5545, 3.8.7.4).
    """
    if event not in MOVES | ENDS:
        return None
    start, end = release.starts_at, release.ends_at
    if release.ended_at and release.started_at and release.started_at < release.ended_at:
        start, end = release.started_at, release.ended_at
    return Entry(
        uid=f"{release.ref}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=release.version,
        start=start,
        end=end,
        summary=release.title,
        is_cancelled=event in ENDS,
    )
