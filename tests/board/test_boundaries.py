"""The clock moves the board: what passes shows on every screen, and nobody has to write or to work."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import OperationalError, connection

from continuity.asgi import Router
from continuity.board import newsroom
from continuity.board.known import Facts
from continuity.catalogue.models import Service, Vouch
from continuity.core.clock import now, window
from continuity.core.ledger import SYSTEM, record
from continuity.monitors.models import Heartbeat
from tests.board.knocking import Reply, ask, comes_true, run, watching
from tests.factories import DisruptionFactory, ImpactFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
AHEAD = timedelta(seconds=1)  # from where the clock is set to the boundary
ALLOWED = 1.5  # seconds: the promise is one, and the machine may be busy with other tests


def work_begins(service: Service, at: datetime) -> None:
    planned(service, at, at + HOUR)


def planned_end_passes(service: Service, at: datetime) -> None:
    planned(service, at - 2 * HOUR, at)


def planned(service: Service, start: datetime, end: datetime) -> None:
    span = window(start, end)
    DisruptionFactory(release__state="published", release__work=span, service=service, span=span)


def promise_lapses(service: Service, at: datetime) -> None:
    ImpactFactory(
        incident__state="responding", incident__next_update_due_at=at, service=service, since=at - 2 * HOUR
    )


def job_falls_silent(service: Service, at: datetime) -> None:
    Heartbeat.objects.create(
        key="poll", name="Slot poll", service=service, state="up", last_ping_at=at - 2 * HOUR, due_at=at
    )


def word_grows_old(service: Service, at: datetime) -> None:
    said_by = UserFactory(job_title="IT manager")
    Vouch.objects.create(service=service, by=said_by, said_at=at - 2 * HOUR, holds_until=at)


class Passing(NamedTuple):
    """What passes at an instant, and a word of the board before and after."""

    of: Callable[[Service, datetime], None]
    before: bytes
    after: bytes


PASSINGS = [
    Passing(work_begins, b'id="group-no_problem"', b"e-RS is not available"),
    Passing(planned_end_passes, b"Planned work until", b"not confirmed"),
    Passing(promise_lapses, b"Next update by", b"Update overdue since"),
    Passing(job_falls_silent, b'id="group-working"', b'id="group-no_problem"'),
    Passing(word_grows_old, b'id="group-working"', b'id="group-no_problem"'),
]


def gone(at: datetime) -> Facts:
    raise OperationalError("The database is gone.")


@pytest.mark.parametrize("has_database", [True, False], ids=["with its database", "without"])
@pytest.mark.parametrize("passing", PASSINGS, ids=[passing.of.__name__ for passing in PASSINGS])
def test_what_passes_shows_by_itself(
    passing: Passing,
    has_database: bool,
    trusted: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boundary, service = now() + HOUR, ServiceFactory(key="ers", name="e-RS")
    passing.of(service, boundary)

    async def work(router: Router) -> None:
        async with watching(router) as screen:
            await screen.until(lambda got: b"id: " in got.body)
            page = (await ask(router, "/")).body
            if not has_database:
                monkeypatch.setattr(newsroom, "read_facts", gone)
            settings.CLOCK_OFFSET += boundary - AHEAD - now()
            shown = asyncio.create_task(shown_at(screen, passing.after))
            if has_database:
                await reads_again(router, service)
            seen_at = await shown
            new_page = (await ask(router, "/")).body

        assert (passing.before in page, passing.after in page) == (True, False)
        assert (passing.before in new_page, passing.after in new_page) == (False, True)
        assert 0 <= (seen_at - boundary).total_seconds() < ALLOWED
        assert router.newsroom.checked_at
        assert has_database or router.newsroom.checked_at < boundary - AHEAD  # nothing was read since

    run(work)


async def shown_at(screen: Reply, word: bytes) -> datetime:
    """When a screen has a word."""
    await screen.until(lambda got: word in got.body)
    return now()


async def reads_again(router: Router, service: Service) -> None:
    """What is known is as new as the clock: from here on nobody writes."""
    set_at = now()

    def write() -> None:
        record("service.updated", service, by=SYSTEM, at=now())
        connection.close()

    await asyncio.to_thread(write)
    await comes_true(lambda: bool((at := router.newsroom.checked_at) and at >= set_at))


def test_a_board_that_nothing_moves_is_looked_at_within_a_second_of_what_passes() -> None:
    assert newsroom.LATE + newsroom.LOOK < 1
