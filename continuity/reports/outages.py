"""What the figures are made of: when services could not be used, planned and not. Two queries, bounded by months."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from psycopg.types.range import Range

from continuity.catalogue.models import Service
from continuity.core.clock import local_day
from continuity.core.level import Effect
from continuity.reports.figures import NOTHING, Lost, Span, month_of, months_up_to, time_lost
from incidents.models import Impact, State
from releases.models import Disruption

MONTHS = 6
Found = dict[int, list[Span]]


def lost_by_month(at: datetime, months: list[date]) -> list[Lost]:
    """How much all services lost together in each of these months (their first days, the oldest first)."""
    since = month_of(months[0]).lower
    planned, unplanned = _planned(since), _unplanned(since)
    rows = [list(_row(planned[key], unplanned[key], months, at)) for key in {*planned, *unplanned}]
    return [
        Lost(_total(row[number].planned for row in rows), _total(row[number].unplanned for row in rows))
        for number in range(len(months))
    ]


def _total(lengths: Iterable[timedelta]) -> timedelta:
    return sum(lengths, NOTHING)


def lost_by_service(at: datetime) -> tuple[list[date], list[tuple[Service, list[Lost]]]]:
    """The last months, newest first, and for each service that lost time in them how much, most first."""
    months = months_up_to(local_day(at), MONTHS)
    since = month_of(months[-1]).lower
    planned, unplanned = _planned(since), _unplanned(since)
    services = Service.objects.filter(pk__in={*planned, *unplanned}).order_by("name")
    rows = [
        (service, list(_row(planned[service.pk], unplanned[service.pk], months, at))) for service in services
    ]
    return months, sorted(
        rows, key=lambda row: -sum((lost.planned + lost.unplanned).total_seconds() for lost in row[1])
    )


def _row(planned: list[Span], unplanned: list[Span], months: list[date], at: datetime) -> Iterable[Lost]:
    for month in months:
        window = month_of(month)
        yield Lost(time_lost(planned, window, at), time_lost(unplanned, window, at))


def _planned(since: datetime | None) -> Found:
    """Planned outages as they happened, of releases that ran."""
    rows = Disruption.objects.filter(effect=Effect.DOWN.value, actual__overlap=Range(since, None, "[)"))
    found: Found = defaultdict(list)
    for service, span in rows.values_list("service_id", "actual"):
        if span:
            found[service].append(span)
    return found


def _unplanned(since: datetime | None) -> Found:
    """Failures as they hit services: real ones that everybody may know of, and that turned out to be incidents."""
    found: Found = defaultdict(list)
    hits = Impact.objects.filter(
        effect=Effect.DOWN.value, incident__is_exercise=False, incident__is_restricted=False
    )
    hits = hits.exclude(incident__state=State.CANCELLED)
    recent = hits.filter(until__gt=since) | hits.filter(until__isnull=True)
    for service, start, end in recent.values_list("service_id", "since", "until"):
        found[service].append(Range(start, end, "[)"))
    return found
