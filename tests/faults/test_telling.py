"""Everybody affected is told, and nobody twice, whatever dies in between.

Workers, broker, database and mail server are real. The clock of a worker stands where a test puts it, so that a
minute of waiting costs none.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.db import connection, connections
from django.db.models import QuerySet
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.core.embedded import Postgres, Valkey
from continuity.core.processes import wait_until
from continuity.notifications.delivering import BATCH, LANES
from continuity.notifications.models import Delivery
from releases.models import Release
from tests.clusters import ROOT
from tests.factories import DisruptionFactory, ReleaseFactory, ServiceFactory
from tests.faults.house import killed
from tests.mailserver import MailServer

pytestmark = [
    pytest.mark.fault,
    pytest.mark.processes,
    pytest.mark.enable_socket,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
State = Delivery.State
PATIENCE = 400.0  # seconds; the machine may be busy with other tests
LOOK_EVERY = 0.2  # seconds
MINUTE = timedelta(minutes=1)
# By the worker's clock: everything gathered is due; a dead worker's lease is over as well.
GATHERED, LEASE_OVER, TEN_MINUTES = 2 * MINUTE, 6 * MINUTE, 10 * MINUTE
# What a worker goes on with by itself, while the lease lasts of what it had in hand.
MORE_THAN_IN_HAND = LANES * BATCH + 200
# A person for each number, who hears of planned work by email.
CROWD = """
    WITH people AS (
        INSERT INTO accounts_user (username, email, password, job_title, is_active, is_staff, is_superuser,
            first_name, last_name, date_joined)
        SELECT 'p' || n, 'p' || n || '@ashcombe.example', '!', 'Nurse', true, false, false, '', '', %(at)s
        FROM generate_series(1, %(count)s) n RETURNING id
    ), chosen AS (
        INSERT INTO notifications_preference (person_id, chosen_at, mobile, rhythm)
        SELECT id, %(at)s, '', 'at_once' FROM people
    )
    INSERT INTO notifications_subscription (person_id, kind, channel, severity)
    SELECT id, 'planned_work', 'email', 4 FROM people
"""


@pytest.fixture
def broker() -> Iterator[Valkey]:
    server = Valkey(Path(tempfile.mkdtemp(prefix="portal-faults-")), throwaway=True)
    server.start()
    yield server
    server.discard()


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


class Worker:
    """`manage.py work` over the test's database: a worker with beat, its clock ahead of ours."""

    def __init__(self, broker: Valkey, post: MailServer, *, ahead: timedelta) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-worker-"))
        place = connection.settings_dict
        epoch = datetime.now(UTC)
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}",
            "BROKER_URL": broker.url,
            "EMAIL_URL": post.url,
            "SAMPLE": "on",
            "CLOCK_EPOCH": epoch.isoformat(),
            "CLOCK_STARTS_AT": (epoch + ahead).isoformat(),
            "SECRET_KEY": portal_settings.SECRET_KEY,
            "LEDGER_KEY": portal_settings.LEDGER_KEY,
        }
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "work", "--schedule", str(self.folder / "schedule")],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Take it away in the middle of what it does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def finish(self) -> None:
        """Let it end what it has begun, and go."""
        self.process.terminate()
        self.process.wait(PATIENCE)

    def end(self) -> None:
        if self.process.poll() is None:
            self.kill()


@pytest.fixture
def hire(broker: Valkey, post: MailServer) -> Iterator[Any]:
    """`hire(ahead=...)`: another worker, which ends with the test at the latest."""
    hired: list[Worker] = []

    def one(*, ahead: timedelta) -> Worker:
        hired.append(Worker(broker, post, ahead=ahead))
        return hired[-1]

    yield one
    for worker in hired:
        worker.end()


def comes(true: Callable[[], bool]) -> bool:
    """Whether something becomes true in time. To look more often would take the machine from the workers."""
    return wait_until(true, within=PATIENCE, every=LOOK_EVERY)


def crowd(count: int) -> None:
    """So many people who hear of planned work by email."""
    with connection.cursor() as cursor:
        cursor.execute(CROWD, {"at": now(), "count": count})


def published(as_: Any, manager: User) -> Release:
    """A release that the manager publishes on the page, for the day after tomorrow."""
    begins = now().replace(second=0, microsecond=0) + timedelta(days=2)
    release: Release = ReleaseFactory.create(
        owner=manager, work=Range(begins, begins + timedelta(hours=9), "[)")
    )
    service = ServiceFactory.create(name="NHS e-Referral Service")
    DisruptionFactory.create(
        release=release, service=service, span=Range(begins, begins + timedelta(hours=8), "[)")
    )
    answer = as_(manager).post(f"{release.get_absolute_url()}publish/", {"version": release.version})
    assert answer.status_code == 302
    return release


def left() -> int:
    """Letters on which the last word is not spoken."""
    return Delivery.objects.filter(channel="email", state__in=[State.QUEUED, State.SENDING]).count()


def waiting() -> QuerySet[Delivery]:
    """Letters that no worker has taken."""
    return Delivery.objects.filter(channel="email", state=State.QUEUED)


def everybody_is_told_once(post: MailServer, *, people: int, in_flight: int) -> None:
    """Each has exactly one letter, or one row that says "unknown" and at most one letter; few are unknown."""
    letters = post.letters()
    rows = dict(Delivery.objects.filter(channel="email").values_list("address", "state"))
    unknown = {address for address, state in rows.items() if state == State.UNKNOWN}
    sent = {address for address, state in rows.items() if state == State.SENT}
    assert len(rows) == people
    assert sent | unknown == set(rows)
    assert {address for address, count in letters.items() if count > 1} == set()
    assert sent <= set(letters)
    assert set(letters) <= set(rows)
    assert len(unknown) <= in_flight


def test_20_000_people_are_told_once_though_a_worker_is_killed_and_the_broker_restarts(
    broker: Valkey, post: MailServer, hire: Any, as_: Any, manager: User
) -> None:
    people = 20_000
    crowd(people)
    published(as_, manager)

    first = [hire(ahead=GATHERED), hire(ahead=GATHERED)]  # two workers, each with its own beat
    assert comes(lambda: post.count() > people // 10)
    for worker in first:
        worker.kill()
    killed(broker)
    broker.stop()
    broker.start()
    for _ in first:
        hire(ahead=LEASE_OVER)

    assert comes(lambda: left() == 0)
    everybody_is_told_once(post, people=people, in_flight=len(first) * LANES)


def test_a_broker_that_is_gone_for_ten_minutes_delays_and_loses_nothing(
    broker: Valkey, post: MailServer, hire: Any, as_: Any, manager: User
) -> None:
    crowd(200)
    killed(broker)
    broker.stop()
    published(as_, manager)
    waited = left()

    broker.start()
    hire(ahead=TEN_MINUTES)

    assert waited == 200
    assert comes(lambda: left() == 0)
    everybody_is_told_once(post, people=200, in_flight=0)


def test_a_mail_server_that_puts_off_is_slow_and_hangs_up_gets_each_letter_at_most_once(
    post: MailServer, hire: Any, as_: Any, manager: User
) -> None:
    crowd(200)
    published(as_, manager)
    post.be("put off")
    impatient = hire(ahead=GATHERED)
    assert comes(lambda: Delivery.objects.filter(attempts=1, state=State.QUEUED).count() > 20)
    impatient.end()

    post.be("slow")
    hire(ahead=TEN_MINUTES), hire(ahead=TEN_MINUTES)
    assert comes(lambda: post.count() > 20)
    post.be("take and hang up")
    assert comes(lambda: Delivery.objects.filter(state=State.UNKNOWN).count() > 1)
    post.be("hang up")
    lost_before = Delivery.objects.filter(state=State.UNKNOWN).count()
    assert comes(lambda: Delivery.objects.filter(state=State.UNKNOWN).count() > lost_before)
    post.be("take")

    assert comes(lambda: left() == 0)
    # Each time it hung up after DATA, that one letter is unknown: it may be there, and is not sent again. More
    # may have been in the hands of the worker that was killed.
    everybody_is_told_once(post, people=200, in_flight=post.hang_ups() + LANES)
    assert post.hang_ups() < 200
    assert Delivery.objects.filter(state=State.UNKNOWN, fault__contains="stopped answering").exists()


def test_a_database_that_is_killed_meanwhile_costs_at_most_what_was_in_flight(
    post: MailServer, hire: Any, as_: Any, manager: User, own_postgres: Postgres
) -> None:
    crowd(MORE_THAN_IN_HAND)
    published(as_, manager)
    post.be("slow")
    survivor = hire(ahead=GATHERED)
    assert comes(lambda: post.count() > 20)

    connections["default"].close()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    killed(own_postgres)
    own_postgres.stop()
    own_postgres.start()
    before = post.count()
    assert comes(lambda: post.count() > before + 20)  # it goes on by itself
    assert comes(lambda: not waiting().exists())
    survivor.finish()  # killed in the middle of letters it would leave those too
    hire(ahead=LEASE_OVER)  # and what it had in hand is seen to

    assert comes(lambda: left() == 0)
    everybody_is_told_once(post, people=MORE_THAN_IN_HAND, in_flight=LANES)
