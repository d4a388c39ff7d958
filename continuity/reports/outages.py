"""What the figures are made of: when services could not be used, planned and not. Two queries, bounded by months."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.types.range import Range

from continuity.catalogue.models import Service
from continuity.core.clock import days_window, local_day
from continuity.core.level import Effect
from continuity.core.spans import Span
from continuity.reports.figures import Lost, days_up_to, lost_within, month_of, months_up_to
from incidents.models import Impact, State
from releases.models import Disruption

MONTHS = 6
# Of one service: a year, and the days that status pages usually show.
YEAR, DAYS = 12, 90
Found = dict[int, list[Span]]


@dataclass(frozen=True)
class Availability:
    """When one service could not be used: by day, the oldest first, and by month, the newest first."""

    days: list[tuple[date, Lost]]
    months: list[tuple[date, Lost]]


def lost_by_month(at: datetime, months: list[date]) -> list[Lost]:
    """How much all services lost together in each of these months (their first days, the oldest first)."""
    since = month_of(months[0]).lower
    planned, unplanned = _planned(since), _unplanned(since)
    rows = [list(_row(planned[key], unplanned[key], months, at)) for key in {*planned, *unplanned}]
    return [sum((row[number] for row in rows), Lost()) for number in range(len(months))]


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


def availability_of(service: Service, at: datetime) -> Availability:
    """When one service could not be used in the last 90 days and 12 months, up to this instant."""
    months, days = months_up_to(local_day(at), YEAR), days_up_to(local_day(at), DAYS)
    since = month_of(months[-1]).lower
    planned, unplanned = _planned(since, service)[service.pk], _unplanned(since, service)[service.pk]
    return Availability(
        days=[(day, lost_within(planned, unplanned, days_window(day), at)) for day in days],
        months=list(zip(months, _row(planned, unplanned, months, at), strict=True)),
    )


def _row(planned: list[Span], unplanned: list[Span], months: list[date], at: datetime) -> Iterable[Lost]:
    for month in months:
        yield lost_within(planned, unplanned, month_of(month), at)


def _planned(since: datetime | None, service: Service | None = None) -> Found:
    """Planned outages as they happened, of releases that ran; of one service alone where it is named."""
    rows = Disruption.objects.filter(effect=Effect.DOWN.value, actual__overlap=Range(since, None, "[)"))
    rows = rows.filter(service=service) if service else rows
    found: Found = defaultdict(list)
    for key, span in rows.values_list("service_id", "actual"):
        if span:
            found[key].append(span)
    return found


def _unplanned(since: datetime | None, service: Service | None = None) -> Found:
    """Failures as they hit services: real ones that everybody may know of, and that turned out to be incidents."""
    found: Found = defaultdict(list)
    hits = Impact.objects.filter(
        effect=Effect.DOWN.value, incident__is_exercise=False, incident__is_restricted=False
    )
    hits = hits.exclude(incident__state=State.CANCELLED)
    hits = hits.filter(service=service) if service else hits
    recent = hits.filter(until__gt=since) | hits.filter(until__isnull=True)
    for key, start, end in recent.values_list("service_id", "since", "until"):
        found[key].append(Range(start, end, "[)"))
    return found
