"""A watched job says that planned work is back: past its planned end, where the owner lets it, for its own service."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.monitors import actions
from continuity.monitors.models import Heartbeat
from releases import actions as releases
from releases.models import Release
from tests.factories import STORY_BEGINS, DisruptionFactory, ReleaseFactory, ServiceFactory

pytestmark = pytest.mark.django_db
BEFORE = STORY_BEGINS - timedelta(days=5)
MINUTE = timedelta(minutes=1)
PLANNED_END = STORY_BEGINS + timedelta(hours=8, minutes=36)


def job_of(service: Service, name: str = "Slot poll") -> Heartbeat:
    key = name.lower().replace(" ", "-")
    return Heartbeat.objects.create(key=key, name=name, service=service, timeout_s=3_600, grace_s=600)


@pytest.fixture
def ers() -> Service:
    found: Service = ServiceFactory.create(name="NHS e-Referral Service")
    return found


@pytest.fixture
def poll(ers: Service) -> Heartbeat:
    return job_of(ers)


@pytest.fixture
def running(ers: Service, manager: User) -> Release:
    """e-RS is down since 4pm; its owner lets jobs say that it is back."""
    release: Release = ReleaseFactory.create(may_monitor_end=True, owner=manager)
    DisruptionFactory.create(release=release, service=ers)
    releases.publish(release=release, by=manager, at=BEFORE)
    releases.start(release=release, by=manager, at=STORY_BEGINS)
    return release


def state_of(release: Release) -> str:
    release.refresh_from_db()
    return release.state


def test_a_good_run_after_the_planned_end_says_that_it_is_back(running: Release, poll: Heartbeat) -> None:
    at = PLANNED_END + 20 * MINUTE

    actions.ping(heartbeat=poll, at=at)

    assert (state_of(running), running.back_at) == ("checking", at)
    line = lines_about(running).get(verb="release.back")
    assert (line.actor_kind, line.actor_label) == ("monitors.heartbeat", "slot-poll")
    assert running.updates.get(stage="checking").author_role == "Slot poll"


@pytest.mark.parametrize(
    ("at", "run"),
    [
        (PLANNED_END - MINUTE, {}),
        (PLANNED_END + MINUTE, {"failed": "Login refused"}),
    ],
    ids=["before the planned end", "a failed run"],
)
def test_other_runs_say_nothing(at: datetime, run: Any, running: Release, poll: Heartbeat) -> None:
    actions.ping(heartbeat=poll, at=at, **run)

    assert state_of(running) == "in_progress"


def test_an_extension_moves_the_end_that_counts(running: Release, poll: Heartbeat, manager: User) -> None:
    end = PLANNED_END + 60 * MINUTE
    releases.extend(release=running, ends_at=end, reason="Slow", by=manager, at=PLANNED_END)

    actions.ping(heartbeat=poll, at=PLANNED_END + 20 * MINUTE)
    assert state_of(running) == "in_progress"
    actions.ping(heartbeat=poll, at=end)

    assert state_of(running) == "checking"


def test_without_leave_a_person_says_so(running: Release, poll: Heartbeat) -> None:
    Release.objects.update(may_monitor_end=False)

    actions.ping(heartbeat=poll, at=PLANNED_END + MINUTE)

    assert state_of(running) == "in_progress"
    assert running.evidences.count() == 1


def test_a_job_vouches_for_its_own_service_alone(running: Release, poll: Heartbeat) -> None:
    other: Service = ServiceFactory.create(name="Radiology")
    outage = running.disruptions.get()
    DisruptionFactory.create(release=running, service=other, span=outage.span, actual=outage.actual)
    second = job_of(other, "Report queue")

    actions.ping(heartbeat=poll, at=PLANNED_END + MINUTE)
    assert state_of(running) == "in_progress"
    actions.ping(heartbeat=second, at=PLANNED_END + 2 * MINUTE)

    assert state_of(running) == "checking"


def test_a_risk_waits_for_no_job(running: Release, poll: Heartbeat) -> None:
    outage = running.disruptions.get()
    other = ServiceFactory.create(name="Slot polling")
    DisruptionFactory.create(
        release=running, service=other, effect="at_risk", span=outage.span, actual=outage.actual
    )

    actions.ping(heartbeat=poll, at=PLANNED_END + MINUTE)

    assert state_of(running) == "checking"


def test_a_ping_is_kept_where_somebody_was_first(running: Release, poll: Heartbeat, manager: User) -> None:
    releases.come_back(release=running, by=manager, at=PLANNED_END)

    actions.ping(heartbeat=poll, at=PLANNED_END + MINUTE)

    poll.refresh_from_db()
    assert poll.last_ping_at == PLANNED_END + MINUTE
    assert lines_about(running).filter(verb="release.back").count() == 1
