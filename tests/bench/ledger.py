"""The ledger after years: whether five million lines, and what they are about, make writing or pages slower.

Everything is asked by turns of the database with that past and of a copy with a year of it and next to no ledger, so
that whatever else the machine does slows both. BENCH_LEDGER_LINES sets another number of lines.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from itertools import count
from statistics import median
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.ledger import record, seal
from incidents.actions import add_entry
from incidents.models import Incident
from incidents.reviews.models import Review
from releases.models import RUNNING, Release
from tests.bench import past, sample
from tests.bench.history import over, twin
from tests.bench.room import session_of

LINES = int(os.environ.get("BENCH_LEDGER_LINES", "5000000"))
A_YEAR, EACH = 2_500, 100_000  # past releases, and as many incidents, in both databases and in one
YEARS_AGO = timedelta(days=400)
WRITES, LOOKS, TASKS = 60, 15, 5
COMES = 200

Act = Callable[[], object]


def figures() -> Iterator[tuple[str, float]]:
    """`ledger_write_ratio` and `ledger_page_ratio`, the worst of each; `timetable_ms`, the worker's slowest round."""
    sample.load_once()
    manager, lead = sample.somebody("manager"), sample.somebody("lead")
    pages = {path: client_of(lead) for path in read_by_leads()}
    pages |= {path: client_of(manager) for path in read_by_managers()}
    seal(at=now())
    services = list(Service.objects.order_by("pk"))
    past.lay_down(A_YEAR, services, before=now() - YEARS_AGO)
    before = twin("before_the_ledger")
    past.lay_down(EACH - A_YEAR, services, before=now() - YEARS_AGO, beyond=A_YEAR)
    past.lay_down_lines(LINES, before=now() - YEARS_AGO)
    yield "ledger_write_ratio", max(ratio(act, before, WRITES) for act in writes(manager))
    yield (
        "ledger_page_ratio",
        max(ratio(opening(client, path), before, LOOKS) for path, client in pages.items()),
    )
    yield "timetable_ms", max(median(seconds(task) for _ in range(TASKS)) for task in timetable()) * 1000


def ratio(act: Act, before: BaseDatabaseWrapper, rounds: int) -> float:
    """How much longer something takes now than over the database of before."""
    present, earlier = list[float](), list[float]()
    for _ in range(rounds + 1):
        present.append(seconds(act))
        with over(before):
            earlier.append(seconds(act))
    return median(present[1:]) / median(earlier[1:])  # the first ones compile templates


def seconds(act: Act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def writes(by: User) -> Iterator[Act]:
    """A line, a note of an incident with its row, and a seal over what was written since the last."""
    release, incident, number = running_release(), open_incident(), count()

    def line() -> None:
        with transaction.atomic():
            record("release.updated", release, by=by, at=now())

    def note() -> None:
        at = now()
        add_entry(
            incident=incident, kind="action", text=f"Rang ward {next(number)}.", occurred_at=at, by=by, at=at
        )

    yield from (line, note, lambda: seal(at=now()))


def read_by_managers() -> Iterator[str]:
    """Pages that read the ledger, or that show records of which there are many by then."""
    incident, release = open_incident().get_absolute_url(), running_release().get_absolute_url()
    yield from (f"{incident}room/", f"{incident}timeline/", incident, release, f"{release}told/")
    yield from (
        "/incidents/",
        Service.objects.filter(impacts__incident__ref=open_incident().ref)[0].get_absolute_url(),
    )


def read_by_leads() -> Iterator[str]:
    yield from ("/reviews/", Review.objects.order_by("-pk")[0].get_absolute_url(), "/reviews/actions/")


def open_incident() -> Incident:
    return Incident.objects.active().earliest("pk")


def running_release() -> Release:
    return Release.objects.filter(state__in=RUNNING).earliest("pk")


def client_of(person: User) -> Client:
    client = Client(REMOTE_ADDR="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    return client


def opening(client: Client, path: str) -> Act:
    def look() -> None:
        answer = client.get(path)
        assert answer.status_code == COMES, (path, answer.status_code)

    return look


def timetable() -> Iterator[Callable[[], Any]]:
    """What the worker does again and again, done here."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        module, _, name = str(entry["task"]).rpartition(".")
        yield getattr(import_module(module), name)
