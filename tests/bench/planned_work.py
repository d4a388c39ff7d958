"""Planned work: whether the list and the calendar cost more after a hundred thousand releases than after a hundred."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, override_settings
from psycopg.types.range import Range

from continuity.catalogue.models import Service
from releases.models import Disruption, Release, State
from tests.bench.history import indexed_afterwards, over, shelve, twin, without_triggers
from tests.bench.past import copied
from tests.factories import ServiceFactory

FEW, MANY = 100, 100_000
ROUNDS = 40
AN_HOUR, LATELY = timedelta(hours=1), timedelta(days=60)
PAGES = ("/releases/", "/releases/calendar/?on=", "/releases/calendar/?view=list&on=")


def figures() -> Iterator[tuple[str, float]]:
    """The worst ratio of a page's time with a long history to its time with a short one."""
    services = [ServiceFactory.create() for _ in range(48)]
    begun = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    ended = _ended(begun, services)
    before = twin("planned")
    _ended_long_ago(begun, services, like=ended)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    yield "releases_history_ratio", max(ratio(_address(page, begun.date()), before) for page in PAGES)


def ratio(address: str, before: BaseDatabaseWrapper) -> float:
    """How much longer a page takes now than over the database of before, asked for in turn."""
    client, now, then = Client(REMOTE_ADDR="127.0.0.1"), list[float](), list[float]()
    for _ in range(ROUNDS + 1):
        now.append(seconds(client, address))
        with over(before):
            then.append(seconds(client, address))
    return median(now[1:]) / median(then[1:])  # the first ones compile templates


def seconds(client: Client, address: str) -> float:
    """Seconds until the page is there, for anybody on a trusted network."""
    with override_settings(TRUSTED_NETWORKS=["127.0.0.0/8"]):
        began = time.perf_counter()
        answer = client.get(address)
        took = time.perf_counter() - began
    assert answer.status_code == 200, answer.status_code
    return took


def _ended(before: datetime, services: list[Service]) -> Disruption:
    """The few, each with an outage of one service; answers one of these."""
    with without_triggers():
        releases = Release.objects.bulk_create(_release(before, number) for number in range(FEW))
        outages = Disruption.objects.bulk_create(
            Disruption(
                release=release,
                service=services[number % len(services)],
                effect="down",
                span=release.work,
                actual=release.work,
            )
            for number, release in enumerate(releases)
        )
    shelve("release", Release.objects.all())
    return outages[0]


def _ended_long_ago(before: datetime, services: list[Service], *, like: Disruption) -> None:
    """The many, one an hour before the few, row by row in SQL."""
    numbers = f"generate_series({FEW}, {MANY - 1}) AS n"
    start = f"'{(before - LATELY).isoformat()}'::timestamptz - n * interval '1 hour'"
    work = f"tstzrange({start}, {start} + interval '1 hour')"
    keys = ", ".join(str(service.pk) for service in services)
    copied(
        like.release, numbers, ref="'OLD-' || lpad(n::text, 6, '0')", title="'Work number ' || n",
        work=work, published_at=f"lower({work})", ended_at=f"upper({work})",
    )  # fmt: skip
    copied(
        like, f"{numbers} JOIN releases_release AS whole ON whole.ref = 'OLD-' || lpad(n::text, 6, '0')",
        release_id="whole.id", service_id=f"(ARRAY[{keys}])[1 + n %% {len(services)}]",
        span="whole.work", actual="whole.work",
    )  # fmt: skip
    with indexed_afterwards("library_document", unique=False):
        shelve("release", Release.objects.order_by("pk")[FEW:])


def _release(before: datetime, number: int) -> Release:
    work = _hour(before, number)
    return Release(
        ref=f"OLD-{number:06}",
        title=f"Work number {number}",
        state=State.COMPLETED,
        published_at=work.lower,
        ended_at=work.upper,
        outcome="Completed as planned.",
        work=work,
    )


def _hour(before: datetime, number: int) -> Range[datetime]:
    """One of the few: in the weeks before now, on the pages that are shown."""
    start = before - (number + 1) * 9 * AN_HOUR
    return Range(start, start + AN_HOUR, "[)")


def _address(page: str, on: date) -> str:
    return f"{page}{on.isoformat()}" if page.endswith("on=") else page
