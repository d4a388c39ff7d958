"""Keeping alarms back about what planned work takes away: as planned, as extended, and no longer than that."""

from collections.abc import Iterator
from datetime import datetime

from psycopg.types.range import Range

from continuity.core.level import Effect
from continuity.notifications.actions import mute
from releases.models import RUNNING, Disruption, Release, State
from releases.schedule import ends

# A risk is no outage: trouble that comes of it is news.
EXPLAINS = frozenset({Effect.DOWN.value, Effect.READ_ONLY.value, Effect.DEGRADED.value})


def quieten(release: Release) -> None:
    """Alarms are kept back while the release's outages last as planned; past the planned end they are not."""
    spans = [(outage.service_id, span) for outage in _explaining(release) if (span := _span(outage))]
    mute(subject=release, spans=spans, reason=f"Planned work: {release.title}")


def _explaining(release: Release) -> Iterator[Disruption]:
    """The outages that take place, or took place: none of work that is on hold, put off or called off."""
    takes_place = release.state in RUNNING or (release.state == State.PUBLISHED and not release.is_held)
    for outage in release.disruptions.filter(effect__in=EXPLAINS):
        if takes_place or outage.actual:
            yield outage


def _span(outage: Disruption) -> Range[datetime] | None:
    """From when it began, or is planned to, to when it ended or is planned to end."""
    start, end = ends(outage.span)
    if outage.actual:
        start, end = outage.actual.lower or start, outage.actual.upper or end
    return Range(start, end, "[)") if start < end else None
