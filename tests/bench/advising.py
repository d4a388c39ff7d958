"""The advisor: from the rows to the three best windows, for 48 services, 500 planned works and 8 weeks."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from random import Random
from statistics import median

from django.db import connection, transaction
from psycopg.types.range import Range

from continuity.catalogue.models import HOURS_A_WEEK, Dependency, Service, Usage
from continuity.core.level import Effect
from releases.ground import ground_for
from releases.models import Disruption, Freeze, Release
from releases.weighing.advisor import STARTS, advise
from releases.weighing.facts import Hit, Plan
from tests.factories import AreaFactory, ServiceFactory, TeamFactory

SERVICES, WORKS, AREAS = 48, 500, 30
ROUNDS = 7
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Two weeks before the clocks go back, in a year in which no other benchmark makes rows.
TOLD_AT = datetime(2031, 10, 13, 8, tzinfo=UTC)


def figures() -> Iterator[tuple[str, float]]:
    """`advisor_ms`: reading everything and weighing all 5,376 starts, in milliseconds; the median of the rounds."""
    with transaction.atomic():
        yield "advisor_ms", median(_advise_ms(plan) for plan in [planned(trust(Random(4)))] * ROUNDS)
        transaction.set_rollback(True)


def planned(services: list[Service]) -> Plan:
    """Work on every service, and what the planner of queries knows brought up to date."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    start = TOLD_AT + 10 * DAY
    hits = tuple(Hit(each.pk, Effect.DOWN, start, start + 8 * HOUR) for each in services)
    return Plan(start, start + 9 * HOUR, hits, frozenset(each.pk for each in services))


def trust(chance: Random) -> list[Service]:
    """48 services that need each other, each with its users counted, and 500 works spread over the 8 weeks."""
    teams = TeamFactory.create_batch(12)
    weekly = {"hours": "weekly", "open_days": [0, 1, 2, 3, 4], "opens": wall(8), "closes": wall(18)}
    services = [
        ServiceFactory.create(owner=teams[number % 12], tier=number % 4 + 1, **(weekly if number % 3 else {}))
        for number in range(SERVICES)
    ]
    Dependency.objects.bulk_create(
        Dependency(service=services[number], on=services[number // 2], kind="stops")
        for number in range(1, SERVICES)
    )
    Usage.objects.bulk_create(
        Usage(service=service, hour=hour, people=chance.randrange(400))
        for service in services
        for hour in range(HOURS_A_WEEK)
    )
    for _ in range(AREAS):
        AreaFactory.create().services.add(*chance.sample(services, 12))
    works(services, chance)
    return services


def works(services: list[Service], chance: Random) -> None:
    """Published work of 2 hours on two services each, and a freeze of a week."""
    starts = [TOLD_AT + chance.randrange(8 * 7 * 24) * HOUR for _ in range(WORKS)]
    releases = Release.objects.bulk_create(
        Release(
            ref=f"BEN-2031-{number:03}", title=f"Work {number}", contact="ext 5000", state="published",
            work=Range(start, start + 2 * HOUR, "[)"),
        )
        for number, start in enumerate(starts)
    )  # fmt: skip
    Disruption.objects.bulk_create(
        Disruption(release=release, service=service, effect="down", span=release.work)
        for release in releases
        for service in chance.sample(services, 2)
    )
    span = Range(TOLD_AT + 30 * DAY, TOLD_AT + 37 * DAY, "[)")
    Freeze.objects.create(ref="BEN-2031-FRZ", title="Go-live", span=span)


def _advise_ms(plan: Plan) -> float:
    began = time.perf_counter()
    windows = advise(plan, ground_for(plan, at=TOLD_AT), told_at=TOLD_AT, starts=STARTS)
    seconds = time.perf_counter() - began
    assert len(windows) == 3
    return seconds * 1000
