"""What is counted month by month: of real incidents that everybody may know of. A fixed number of queries.

The database adds up; what comes back is as long as the months that are shown, however long the history.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from continuity.core.clock import LONDON, local_day
from continuity.reports.figures import month_of
from incidents.models import ACTIVE, Incident, State
from incidents.models.questions import IncidentQuerySet
from incidents.reviews.ages import AGES, NOT_KNOWN
from incidents.reviews.chasing import LONG_LATE
from incidents.reviews.models import Action, Factor, Review

# What turned out to be none, or to be another.
NONE = (State.CANCELLED, State.DUPLICATE)
Quarters = tuple[timedelta, timedelta, timedelta]


class Quartiles(Aggregate):
    """First quartile, median and third quartile, between two values where none is the middle (`PERCENTILE_CONT`)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DurationField())


@dataclass(frozen=True)
class Times:
    """How long it took, of the incidents of a month: to notice, to declare, and until the service was back."""

    incidents: int
    detect: Quarters | None
    declare: Quarters | None
    restored: int
    restore: Quarters | None


@dataclass(frozen=True)
class Kept:
    """Promises of the next update: how many were kept, of how many that fell due or were met before."""

    kept: int = 0
    made: int = 0


@dataclass(frozen=True)
class Again:
    """A factor that hindered: in how many reviews, and when it was last published."""

    name: str
    heading: str
    reviews: int
    last: date


def counted() -> IncidentQuerySet:
    """Incidents that figures are made of: no exercises, none that is restricted, none that was none."""
    return Incident.objects.live().unrestricted().exclude(state__in=NONE)


def first_month() -> date | None:
    """The month of the first incident on record; before it nothing was counted. One query, by index."""
    found = counted().aggregate(first=Min("declared_at"))["first"]
    return local_day(found).replace(day=1) if found else None


def by_severity(months: list[date]) -> Mapping[date, Counter[int]]:
    return _tally(_of(months).values_list("month", "severity").annotate(Count("pk")))


def by_service(months: list[date]) -> Mapping[date, Counter[str]]:
    """An incident that hits several services counts for each of them."""
    return _tally(
        _of(months)
        .filter(impacts__isnull=False)
        .values_list("month", "impacts__service__name")
        .annotate(Count("pk", distinct=True))
    )


def times(months: list[date]) -> Mapping[date, Times]:
    rows = (
        _of(months)
        .values("month")
        .annotate(
            incidents=Count("pk"),
            restored=Count("restored_at"),
            detect=Quartiles(_length("detected_at", "started_at")),
            declare=Quartiles(_length("declared_at", "detected_at")),
            restore=Quartiles(
                _length("restored_at", "started_at")
            ),  # which leaves out those that are not back
        )
    )
    return {
        _day(row["month"]): Times(
            row["incidents"], _quarters(row["detect"]), _quarters(row["declare"]),
            row["restored"], _quarters(row["restore"]),
        )
        for row in rows
    }  # fmt: skip


def promises(months: list[date], at: datetime) -> Mapping[date, Kept]:
    """By the month an incident was declared in. The rule is that of `incidents.silences`. One query."""
    since, until = _bounds(months)
    with connection.cursor() as cursor:
        cursor.execute(
            PROMISES, {"since": since, "until": until, "at": at, "none": list(NONE), "active": list(ACTIVE)}
        )
        return {month: Kept(kept, made) for month, kept, made in cursor.fetchall()}


def open_actions(on: date) -> tuple[Mapping[str, Counter[str]], Mapping[str, int], int]:
    """Actions of published reviews that are not checked yet, by age and strength; by age how many are overdue.

    Last, how many are overdue for 30 days or more: what the board is told.
    """
    seen = Action.objects.open().filter(review__in=_published())
    held = Coalesce(
        F("review__held_on"),
        TruncDate("review__published_at", tzinfo=LONDON),
        TruncDate("review__approved_at", tzinfo=LONDON),
    )
    ages = [When(held__gte=on - timedelta(days=days), then=Value(name)) for name, days in AGES]
    late = Q(due_on__lt=on) & ~Q(state=Action.State.CLAIMED_DONE)
    rows = (
        seen.annotate(held=held)
        .annotate(age=Case(*ages, default=Value(NOT_KNOWN)))
        .values_list("age", "strength")
        .annotate(
            number=Count("pk"),
            late=Count("pk", filter=late),
            long_late=Count("pk", filter=late & Q(due_on__lte=on - LONG_LATE)),
        )
        .order_by()
    )
    strengths: dict[str, Counter[str]] = defaultdict(Counter)
    overdue: Counter[str] = Counter()
    long_late = 0
    for age, strength, number, are_late, are_long_late in rows:
        strengths[age][strength] += number
        overdue[age] += are_late
        long_late += are_long_late
    return strengths, overdue, long_late


def by_heading(months: list[date]) -> Mapping[date, Counter[str]]:
    """Hindering factors by the month their review was published in, under the SEIPS headings."""
    month = TruncMonth("review__published_at", tzinfo=LONDON)
    rows = _hindering(months).annotate(month=month).values_list("month", "area").annotate(Count("pk"))
    return _tally(rows.order_by())


def came_back(months: list[date]) -> tuple[list[Again], int]:
    """Factors under the trust's own words that hindered in 2 reviews or more, most first; of how many reviews."""
    reviews = Count("review", distinct=True)
    rows = (
        _hindering(months)
        .filter(local__isnull=False)
        .values_list("local__name", "area")
        .annotate(reviews=reviews, last=Max("review__published_at"))
        .filter(reviews__gt=1)
        .order_by("-reviews", "local__name")
    )
    found = [
        Again(name, Factor.Area(area).label, number, local_day(last)) for name, area, number, last in rows
    ]
    return found, _of_one_record().filter(_within(months, "published_at")).count()


def _of(months: list[date]) -> QuerySet[Any]:
    month = TruncMonth("declared_at", tzinfo=LONDON)
    return counted().filter(_within(months, "declared_at")).annotate(month=month).order_by()


def _hindering(months: list[date]) -> QuerySet[Factor]:
    found = Factor.objects.filter(is_hindering=True, review__in=_of_one_record())
    return found.filter(_within(months, "review__published_at")).order_by()


def _published() -> QuerySet[Review]:
    """Published reviews that everybody may read, without those of exercises."""
    real = Review.objects.published().filter(exercise=None).exclude(sources__exercise__isnull=False)
    told = real.exclude(incident__is_restricted=True).exclude(sources__incident__is_restricted=True)
    return told.exclude(incident__is_exercise=True)


def _of_one_record() -> QuerySet[Review]:
    """Without themes: what their records teach was counted with each of these."""
    return _published().filter(sources=None)


def _bounds(months: list[date]) -> tuple[datetime | None, datetime | None]:
    return month_of(months[0]).lower, month_of(months[-1]).upper


def _within(months: list[date], name: str) -> Q:
    since, until = _bounds(months)
    return Q(**{f"{name}__gte": since, f"{name}__lt": until})


def _length(end: str, start: str) -> Expression:
    return ExpressionWrapper(F(end) - F(start), output_field=DurationField())


def _tally(rows: Iterable[tuple[Any, Any, int]]) -> Mapping[date, Counter[Any]]:
    found: dict[date, Counter[Any]] = defaultdict(Counter)
    for month, what, number in rows:
        found[_day(month)][what] += number
    return found


def _day(month: datetime) -> date:
    return local_day(month)


def _quarters(found: list[timedelta] | None) -> Quarters | None:
    return (found[0], found[1], found[2]) if found else None


# Declaring promises the first update; each update promises the next, by its own words or by its severity. A promise
# that was still ahead when the service was back is none.
PROMISES = """
WITH looked_at AS (
    SELECT id, declared_at, severity,
        coalesce(restored_at, CASE WHEN state = ANY(%(active)s) THEN %(at)s ELSE declared_at END) AS over_at,
        date_trunc('month', declared_at AT TIME ZONE 'Europe/London')::date AS month
    FROM incidents_incident
    WHERE declared_at >= %(since)s AND declared_at < %(until)s
        AND NOT is_exercise AND NOT is_restricted AND NOT state = ANY(%(none)s)
), told AS (
    SELECT i.id, 0 AS number, i.declared_at AS at, NULL::timestamptz AS next_due_at,
        coalesce((SELECT u.severity FROM incidents_update u WHERE u.incident_id = i.id ORDER BY u.number LIMIT 1),
            i.severity) AS severity
    FROM looked_at i
    UNION ALL
    SELECT u.incident_id, u.number, u.published_at, u.next_due_at, u.severity
    FROM incidents_update u JOIN looked_at i ON i.id = u.incident_id
), promised AS (
    SELECT t.id, t.at,
        coalesce(t.next_due_at, greatest(t.at, i.declared_at) + r.update_every_min * interval '1 minute') AS due_at,
        lead(t.at) OVER (PARTITION BY t.id ORDER BY t.number) AS came_at,
        i.over_at, i.month
    FROM told t JOIN looked_at i ON i.id = t.id JOIN incidents_severityrule r ON r.severity = t.severity
)
SELECT month, count(*) FILTER (WHERE came_at <= due_at), count(*)
FROM promised
WHERE at < over_at AND (due_at < over_at OR (came_at <= due_at AND came_at < over_at))
GROUP BY month
"""
