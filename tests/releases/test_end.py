"""The end: warned of in time, told apart from a risk, and never said by the clock."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from releases import actions
from releases.models import Release
from releases.tasks import start_due
from tests.releases.conftest import ANNOUNCED, BACK, DONE, FOUR_PM, OUTAGE, told
from tests.releases.test_pages import set_clock

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def warnings_to(person: User) -> int:
    return sum(title.startswith("Ends soon") for title in told(person))


def test_the_owner_is_warned_once_half_an_hour_before_the_planned_end(
    settings: Any, published: Release, manager: User, nurse: User
) -> None:
    for at, heard in [(BACK - 31 * MINUTE, 0), (BACK - 29 * MINUTE, 1), (BACK - 5 * MINUTE, 1)]:
        set_clock(settings, at)
        start_due()
        assert warnings_to(manager) == heard

    assert warnings_to(nurse) == 0
    assert lines_about(published).filter(verb="release.warned").count() == 1


def test_an_extension_is_a_new_end_to_warn_of(settings: Any, published: Release, manager: User) -> None:
    set_clock(settings, BACK - 20 * MINUTE)
    start_due()
    published.refresh_from_db()
    actions.extend(release=published, ends_at=BACK + HOUR, reason="Slow", by=manager, at=BACK - 15 * MINUTE)

    start_due()
    assert warnings_to(manager) == 1
    set_clock(settings, BACK + 40 * MINUTE)
    start_due()

    assert warnings_to(manager) == 2


def test_nobody_is_warned_of_what_is_back_already(settings: Any, published: Release, manager: User) -> None:
    actions.come_back(release=published, by=manager, at=BACK - HOUR)
    set_clock(settings, BACK - 10 * MINUTE)

    start_due()

    assert warnings_to(manager) == 0


def test_a_restart_of_20_minutes_is_not_warned_of(settings: Any, manager: User, ers: Service) -> None:
    span = Range(FOUR_PM, FOUR_PM + 20 * MINUTE, "[)")
    release = actions.draft(
        by=manager,
        at=ANNOUNCED,
        title="Restart",
        contact="ext 5000",
        outages=[actions.Outage(ers, "down", span)],
    )
    actions.publish(release=release, by=manager, at=ANNOUNCED)
    set_clock(settings, FOUR_PM + MINUTE)

    start_due()

    assert warnings_to(manager) == 0


def test_work_without_an_outage_is_warned_of_by_its_own_end(
    settings: Any, manager: User, ers: Service
) -> None:
    release = actions.draft(
        by=manager, at=ANNOUNCED, title="Update", contact="ext 5000", work=OUTAGE, services=[ers], outages=[]
    )
    actions.publish(release=release, by=manager, at=ANNOUNCED)
    set_clock(settings, BACK - 10 * MINUTE)

    start_due()

    assert warnings_to(manager) == 1


def test_warning_of_an_end_that_is_not_near_says_nothing(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)

    actions.warn(release=published, at=FOUR_PM + HOUR)
    actions.warn(release=published, at=DONE)

    assert warnings_to(manager) == 0
