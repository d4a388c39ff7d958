"""The clock starts planned work, once, and never ends it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from releases import actions
from releases.models import Release
from releases.tasks import start_due
from tests.releases.conftest import ANNOUNCED, BACK, FOUR_PM, told

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def it_is(settings: Any) -> Any:
    def set_clock(at: datetime) -> None:
        settings.CLOCK_OFFSET = at - datetime.now(at.tzinfo)

    return set_clock


def test_what_is_due_starts_as_planned_however_late_the_worker_looks(
    it_is: Any, published: Release, nurse: User
) -> None:
    it_is(FOUR_PM + 20 * MINUTE)

    start_due()

    published.refresh_from_db()
    assert (published.state, published.started_at) == ("in_progress", FOUR_PM)
    assert {outage.actual for outage in published.disruptions.all()} == {Range(FOUR_PM, None, "[)")}
    line = lines_about(published).last()
    assert line is not None
    assert (line.verb, line.actor_kind) == ("release.started", "system")
    assert told(nurse) == [f"Started: {published.title}"]


def test_starting_twice_changes_nothing(it_is: Any, published: Release) -> None:
    it_is(FOUR_PM + MINUTE)

    start_due()
    start_due()

    assert lines_about(published).filter(verb="release.started").count() == 1


@pytest.mark.parametrize("is_held", [True, False])
def test_nothing_starts_before_its_time_or_while_it_is_held(
    is_held: bool, it_is: Any, published: Release, manager: User
) -> None:
    if is_held:
        actions.hold(release=published, by=manager, at=ANNOUNCED)
    it_is(FOUR_PM + HOUR if is_held else FOUR_PM - MINUTE)

    start_due()

    published.refresh_from_db()
    assert published.state == "published"


def test_nothing_ends_by_the_clock(it_is: Any, published: Release) -> None:
    it_is(BACK + timedelta(days=30))

    start_due()
    start_due()

    published.refresh_from_db()
    assert (published.state, published.ended_at) == ("in_progress", None)
    assert all(outage.actual.upper is None for outage in published.disruptions.all())


def test_work_published_after_its_planned_start_began_when_it_was_published(
    it_is: Any, drafted: Release, manager: User
) -> None:
    actions.publish(release=drafted, by=manager, at=FOUR_PM + HOUR)
    it_is(FOUR_PM + HOUR + MINUTE)

    start_due()

    drafted.refresh_from_db()
    assert drafted.started_at == FOUR_PM + HOUR


def test_the_next_outage_begins_while_the_one_before_is_checked(
    it_is: Any, manager: User, ers: Service
) -> None:
    first, second = Range(FOUR_PM, FOUR_PM + HOUR, "[)"), Range(BACK, BACK + HOUR, "[)")
    outages = [actions.Outage(ers, "down", first), actions.Outage(ers, "down", second)]
    release = actions.draft(by=manager, at=ANNOUNCED, title="Twice", outages=outages, contact="ext 5000")
    actions.publish(release=release, by=manager, at=ANNOUNCED)
    it_is(FOUR_PM + MINUTE)
    start_due()
    release.refresh_from_db()
    actions.come_back(release=release, by=manager, at=FOUR_PM + HOUR)
    it_is(BACK + MINUTE)

    start_due()

    release.refresh_from_db()
    assert release.state == "in_progress"
    assert [outage.actual for outage in release.disruptions.order_by("span")] == [
        first,
        Range(BACK, None, "[)"),
    ]


def test_the_owner_is_asked_once_for_each_planned_end(it_is: Any, published: Release, manager: User) -> None:
    it_is(BACK + MINUTE)
    start_due()
    start_due()

    assert told(manager) == [f"Not confirmed: {published.title}"]
    published.refresh_from_db()
    actions.extend(
        release=published, ends_at=BACK + HOUR, reason="Slow copy", by=manager, at=BACK + 2 * MINUTE
    )
    start_due()
    assert told(manager).count(f"Not confirmed: {published.title}") == 1
    it_is(BACK + HOUR + MINUTE)
    start_due()
    assert told(manager).count(f"Not confirmed: {published.title}") == 2


def test_nobody_is_asked_about_what_is_being_checked(it_is: Any, published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=BACK - MINUTE)
    it_is(BACK + HOUR)

    start_due()

    assert told(manager) == []
