"""What jobs say and what their silence means, after the semantics of Healthchecks."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Dependency, Service
from continuity.core.clock import now
from continuity.core.models import Line
from continuity.monitors import actions
from continuity.monitors.models import Evidence, Flip, Heartbeat
from continuity.monitors.tasks import flip_overdue
from releases.models import Release
from tests.factories import STORY_BEGINS, DisruptionFactory, ReleaseFactory, ServiceFactory

pytestmark = pytest.mark.django_db
AT = datetime(2024, 11, 2, 2, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def service() -> Service:
    found: Service = ServiceFactory.create(name="Slot polling")
    return found


@pytest.fixture
def poll(service: Service) -> Heartbeat:
    """The slot poll: once a day, an hour's grace, well from 100 slots."""
    return Heartbeat.objects.create(
        key="slot-poll", name="Slot poll", service=service, number_name="slots", number_least=100
    )


@pytest.fixture
def ten_past_two(settings: Any) -> datetime:
    settings.CLOCK_OFFSET += AT - now()
    return AT


def again(poll: Heartbeat) -> Heartbeat:
    return Heartbeat.objects.get(pk=poll.pk)


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_job_says_that_it_ran_by_any_method_from_anywhere(method: str, poll: Heartbeat) -> None:
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7")

    answer = getattr(client, method)(f"/ping/{poll.secret}")

    assert answer.status_code == 200
    assert answer.content == (b"" if method == "head" else b"OK")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "no-store" in answer.headers["Cache-Control"]
    assert again(poll).state == "up"


def test_nobody_learns_which_secrets_there_are(client: Client, poll: Heartbeat) -> None:
    assert client.get(f"/ping/{uuid4()}").status_code == 404
    assert client.get("/ping/slot-poll").status_code == 404
    assert client.delete(f"/ping/{poll.secret}").status_code == 405


def test_a_ping_puts_off_the_next_by_patience_and_grace(poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=AT)

    beat = again(poll)
    assert (beat.state, beat.last_ping_at, beat.due_at) == ("up", AT, AT + DAY + HOUR)


def test_a_ping_costs_few_queries_and_no_ledger_line(
    client: Client, poll: Heartbeat, django_assert_num_queries: Any
) -> None:
    client.get(f"/ping/{poll.secret}")
    lines = Line.objects.count()

    # which job, transaction begins, locked, kept, releases it says something about, transaction ends
    with django_assert_num_queries(6):
        client.get(f"/ping/{poll.secret}")

    assert Line.objects.count() == lines


@pytest.mark.parametrize("way", ["fail", "1", "255"])
def test_a_job_that_failed_is_down_at_once(way: str, client: Client, poll: Heartbeat) -> None:
    client.get(f"/ping/{poll.secret}")

    answer = client.get(f"/ping/{poll.secret}/{way}")

    beat = again(poll)
    assert answer.text == "OK"
    assert (beat.state, beat.due_at) == ("down", None)
    assert [flip.new for flip in beat.flips.all()] == ["down", "up"]
    assert Line.objects.filter(verb="heartbeat.went_down").count() == 1


def test_exit_status_0_is_success_and_256_is_none(client: Client, poll: Heartbeat) -> None:
    assert client.get(f"/ping/{poll.secret}/0").status_code == 200
    assert client.get(f"/ping/{poll.secret}/256").status_code == 400
    assert again(poll).state == "up"


@pytest.mark.parametrize(
    ("sent", "state", "kept"), [("412", "up", 412), ("100", "up", 100), ("99", "down", 99), ("0", "down", 0)]
)
def test_the_number_it_counted_has_a_lower_limit(
    sent: str, state: str, kept: int, client: Client, poll: Heartbeat
) -> None:
    client.get(f"/ping/{poll.secret}?slots={sent}")

    assert (again(poll).state, again(poll).last_number) == (state, kept)


@pytest.mark.parametrize("sent", ["many", "4.5", "99999999999999999999", "2147483648", "٤", "1e3"])
def test_what_is_no_number_is_refused_and_not_counted(sent: str, client: Client, poll: Heartbeat) -> None:
    answer = client.get(f"/ping/{poll.secret}", {"slots": sent})

    assert (answer.status_code, answer.text) == (400, "slots is not a whole number")
    assert again(poll).state == "new"


def test_a_ping_without_the_number_still_counts(client: Client, poll: Heartbeat) -> None:
    client.get(f"/ping/{poll.secret}")

    assert (again(poll).state, again(poll).last_number) == ("up", None)


def test_silence_is_down_from_the_instant_it_was_due(poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=AT)
    due = AT + DAY + HOUR

    actions.fall_silent(at=due)
    in_time = again(poll).state
    actions.fall_silent(at=due + 3 * HOUR)
    actions.fall_silent(at=due + 3 * HOUR)

    assert in_time == "up"
    assert again(poll).state == "down"
    assert [(flip.new, flip.at) for flip in poll.flips.all()] == [("down", due), ("up", AT)]


def test_the_worker_notices_silence(poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=now() - 2 * DAY)

    flip_overdue()

    assert again(poll).state == "down"


def test_a_ping_that_comes_too_late_shows_that_it_was_down_in_between(poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=AT)

    actions.ping(heartbeat=poll, at=AT + 2 * DAY)

    assert [(flip.new, flip.at) for flip in poll.flips.all()] == [
        ("up", AT + 2 * DAY),
        ("down", AT + DAY + HOUR),
        ("up", AT),
    ]


def test_a_paused_job_is_not_heard_and_not_missed(poll: Heartbeat, administrator: User) -> None:
    actions.ping(heartbeat=poll, at=AT)
    actions.pause(heartbeat=again(poll), by=administrator, at=AT)

    actions.ping(heartbeat=poll, at=AT + 5 * DAY)
    actions.fall_silent(at=AT + 5 * DAY)
    paused = again(poll)
    actions.resume(heartbeat=again(poll), by=administrator, at=AT + 6 * DAY)

    assert (paused.state, paused.last_ping_at, paused.due_at) == ("paused", AT, None)
    assert (again(poll).state, again(poll).last_ping_at) == ("new", None)


def test_it_is_fresh_until_it_is_due_and_failing_after(poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=AT)
    due = AT + DAY + HOUR

    assert list(Heartbeat.objects.fresh(due)) == [poll]
    assert not Heartbeat.objects.failing(due)
    assert not Heartbeat.objects.fresh(due + HOUR)
    assert list(Heartbeat.objects.failing(due + HOUR)) == [poll]


def test_what_never_ran_says_nothing(poll: Heartbeat) -> None:
    assert not Heartbeat.objects.fresh(AT)
    assert not Heartbeat.objects.failing(AT)


@pytest.mark.django_db(transaction=True)
def test_silence_leaves_alone_what_a_ping_reaches_at_the_same_time(poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=AT)
    late = AT + 2 * DAY

    def notice() -> None:
        actions.fall_silent(at=late)
        connection.close()

    with transaction.atomic():
        Heartbeat.objects.select_for_update().get(pk=poll.pk)
        other = threading.Thread(target=notice)
        other.start()
        other.join(10)
        Heartbeat.objects.filter(pk=poll.pk).update(last_ping_at=late, due_at=late + DAY)

    assert again(poll).state == "up"
    assert Flip.objects.filter(new="down").count() == 0


class TestEvidence:
    """What the slot poll shows about NHS e-RS Release 14.7."""

    @pytest.fixture
    def ers(self, service: Service) -> Service:
        ers: Service = ServiceFactory.create(name="NHS e-Referral Service")
        Dependency.objects.create(service=service, on=ers, kind=Dependency.Kind.STOPS)
        return ers

    @pytest.fixture
    def release(self, ers: Service) -> Release:
        release: Release = ReleaseFactory.create(state="in_progress")
        release.services.add(ers)
        return release

    def test_the_overnight_slot_poll_is_evidence_about_what_it_needs(
        self, client: Client, poll: Heartbeat, release: Release, ten_past_two: datetime
    ) -> None:
        client.get(f"/ping/{poll.secret}?slots=412")

        kept = Evidence.objects.get()
        assert kept.release == release
        assert kept.text == "Slot poll ran at 2:10am on Saturday 2 November 2024 and returned 412 slots"
        assert kept.is_good

    @pytest.mark.parametrize(
        ("state", "hours", "counts"),
        [
            ("in_progress", None, True),
            ("checking", None, True),
            ("published", None, True),  # begun by the clock
            ("draft", None, False),
            ("cancelled", None, False),
            ("completed", 2, True),
            ("rolled_back", 2, True),
            ("completed", 25, False),
        ],
    )
    def test_it_counts_while_work_is_under_way_and_a_day_after(
        self, state: str, hours: int | None, counts: bool, poll: Heartbeat, release: Release
    ) -> None:
        ended = AT - timedelta(hours=hours) if hours else None
        Release.objects.update(state=state, ended_at=ended, outcome="Completed successfully")

        actions.ping(heartbeat=poll, at=AT, number=412)

        assert Evidence.objects.exists() is counts

    def test_work_on_its_own_service_counts_and_on_another_does_not(self, poll: Heartbeat) -> None:
        own = DisruptionFactory.create(service=poll.service, release__state="in_progress").release
        DisruptionFactory.create(release__state="in_progress")

        actions.ping(heartbeat=poll, at=AT, number=1)

        kept = Evidence.objects.get()
        assert (kept.release, kept.is_good) == (own, False)
        assert kept.text.endswith("returned 1 slot")

    def test_failing_and_silence_are_evidence_too(self, poll: Heartbeat, release: Release) -> None:
        actions.ping(heartbeat=poll, at=STORY_BEGINS - 21 * HOUR, number=400)
        actions.fall_silent(at=STORY_BEGINS + 6 * HOUR)
        actions.ping(heartbeat=poll, at=AT, failed="The job said that it failed")

        assert [(each.text, each.is_good) for each in release.evidences.all()][-2:] == [
            ("Slot poll had not run by 8pm on Friday 1 November 2024", False),
            ("Slot poll failed at 2:10am on Saturday 2 November 2024", False),
        ]

    def test_a_job_that_runs_every_minute_speaks_up_when_it_changes(
        self, poll: Heartbeat, release: Release
    ) -> None:
        Heartbeat.objects.update(timeout_s=60, grace_s=60)
        for minute, slots in enumerate([400, 401, 0, 0, 402, 403]):
            actions.ping(heartbeat=poll, at=AT + timedelta(minutes=minute), number=slots)

        assert [each.is_good for each in release.evidences.all()] == [True, False, True]

    def test_the_release_page_shows_it(
        self, client: Client, trusted: None, poll: Heartbeat, release: Release
    ) -> None:
        actions.ping(heartbeat=poll, at=AT, number=412)

        page = client.get(f"/releases/{release.ref}/")

        assert "Slot poll ran at 2:10am on Saturday 2 November 2024 and returned 412 slots" in page.text
