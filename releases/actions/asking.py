"""Asking the areas that a release hits whether they have read its notice and are ready."""

from datetime import datetime
from typing import Any

from psycopg.types.range import Range

from continuity.notifications.actions import open_call, reword_call, widen_call
from releases.actions.telling import audience_of, notice_text
from releases.models import Release
from releases.picture import touched
from releases.schedule import ends

# What an area's answer is about: the work window, each outage with its effect, and the services named.
Plan = tuple[Range[datetime], frozenset[tuple[int, str, Range[datetime]]], frozenset[int]]


def ask_areas(release: Release, *, by: Any, at: datetime) -> None:
    """Every area hit is asked from now on, from the first outage's start; what was answered before is history."""
    starts_at, ends_at = hit_span(release)
    open_call(
        subject=release,
        title=release.title,
        notice=notice_text(release),
        url=release.get_absolute_url(),
        starts_at=starts_at,
        ends_at=ends_at,
        owner=release.owner,
        audience=audience_of(release),
        by=by,
        at=at,
    )


def go_on_asking(release: Release, *, by: Any, at: datetime, are_new_told: bool) -> None:
    """Times and outages stayed: answers count on, in other words. Areas that are newly told are asked as well."""
    reword_call(subject=release, title=release.title, notice=notice_text(release))
    if are_new_told:
        widen_call(subject=release, audience=audience_of(release), by=by, at=at)


def plan_of(release: Release) -> Plan:
    """What areas make ready for; while it stays the same, only words have changed."""
    outages = release.disruptions.all()
    hits = frozenset((outage.service_id, outage.effect, outage.span) for outage in outages)
    return release.work, hits, touched(release)


def hit_span(release: Release) -> tuple[datetime, datetime]:
    """From the first outage's planned start to the last one's end; of work without one, its window."""
    spans = [ends(outage.span) for outage in release.disruptions.all()] or [ends(release.work)]
    return min(start for start, _ in spans), max(end for _, end in spans)
