"""Who hears of a job that goes down, what planned work explains, and what it does not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Dependency, Service
from continuity.core.clock import now
from continuity.monitors import actions
from continuity.monitors.models import Flip, Heartbeat
from continuity.monitors.tasks import flip_overdue
from continuity.notifications.models import Channel, Delivery, Kind, Message, Mute
from releases.actions import cancel, come_back, extend, hold, publish, start
from releases.models import Release
from tests.factories import STORY_BEGINS, DisruptionFactory, ReleaseFactory, ServiceFactory
from tests.notifications.conftest import wants

pytestmark = pytest.mark.django_db
BEFORE = STORY_BEGINS - timedelta(days=5)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PLANNED_END = STORY_BEGINS + timedelta(hours=8, minutes=36)


@pytest.fixture
def ers() -> Service:
    found: Service = ServiceFactory.create(name="NHS e-Referral Service")
    return found


@pytest.fixture
def polling(ers: Service) -> Service:
    """Slot polling, which stops without e-RS."""
    found: Service = ServiceFactory.create(name="Slot polling")
    Dependency.objects.create(service=found, on=ers, kind=Dependency.Kind.STOPS)
    return found


@pytest.fixture
def poll(polling: Service, manager: User) -> Heartbeat:
    """A job that was well until the story begins; the manager hears of watched jobs."""
    wants(manager, Channel.PORTAL, kind=Kind.WATCH)
    beat = Heartbeat.objects.create(
        key="slot-poll", name="Slot poll", service=polling, timeout_s=3_600, grace_s=600
    )
    actions.ping(heartbeat=beat, at=STORY_BEGINS - HOUR)
    return beat


@pytest.fixture
def release(ers: Service, manager: User) -> Release:
    found: Release = ReleaseFactory.create(owner=manager)
    DisruptionFactory.create(release=found, service=ers)
    publish(release=found, by=manager, at=BEFORE)
    return found


def look(settings: Any, at: datetime) -> None:
    """The worker looks at the jobs at an instant."""
    settings.CLOCK_OFFSET += at - now()
    flip_overdue()


def heard() -> list[str]:
    """What the people who hear of watched jobs were told, in order."""
    told = Delivery.objects.filter(message__kind=Kind.WATCH).order_by("pk")
    return list(told.values_list("message__title", flat=True))


def test_a_job_that_goes_down_alarms_and_is_told_well_again(poll: Heartbeat, settings: Any) -> None:
    look(settings, STORY_BEGINS + HOUR)
    actions.ping(heartbeat=poll, at=STORY_BEGINS + 2 * HOUR)

    assert heard() == ["Not working: Slot poll", "Working again: Slot poll"]
    down = Message.objects.get(key__contains=":down:")
    assert "at 4:10pm on Friday 1 November 2024" in down.body
    assert down.url == poll.get_absolute_url()


def test_looking_twice_alarms_once(poll: Heartbeat, settings: Any) -> None:
    look(settings, STORY_BEGINS + HOUR)
    look(settings, STORY_BEGINS + 2 * HOUR)

    assert heard() == ["Not working: Slot poll"]


def test_planned_work_explains_its_services_and_what_they_stop(
    poll: Heartbeat, release: Release, ers: Service, polling: Service, settings: Any
) -> None:
    look(settings, STORY_BEGINS + HOUR)

    assert set(Mute.objects.values_list("service", flat=True)) == {ers.pk, polling.pk}
    assert heard() == []
    assert Flip.objects.filter(new="down").count() == 1  # watching never stops
    assert Message.objects.get(kind=Kind.WATCH).is_muted


def test_what_only_works_in_part_without_it_still_alarms(
    poll: Heartbeat, release: Release, manager: User, settings: Any
) -> None:
    Dependency.objects.update(kind=Dependency.Kind.DEGRADES)
    hold(release=release, by=manager, at=BEFORE)
    hold(release=release, by=manager, at=BEFORE, is_held=False)

    look(settings, STORY_BEGINS + HOUR)

    assert heard() == ["Not working: Slot poll"]


def test_a_recovery_is_told_whatever_is_planned(poll: Heartbeat, release: Release, settings: Any) -> None:
    look(settings, STORY_BEGINS + HOUR)
    actions.ping(heartbeat=poll, at=STORY_BEGINS + 2 * HOUR)

    assert heard() == ["Working again: Slot poll"]


def test_what_is_down_still_when_the_work_should_be_over_is_told_once(
    poll: Heartbeat, release: Release, settings: Any
) -> None:
    look(settings, PLANNED_END - MINUTE)
    kept_back = heard()

    look(settings, PLANNED_END)
    look(settings, PLANNED_END + HOUR)

    assert kept_back == []
    assert heard() == ["Not working: Slot poll"]
    assert "Planned work explained it until now." in Message.objects.get(key__contains=":still:").body


def test_an_extension_keeps_alarms_back_until_the_new_end(
    poll: Heartbeat, release: Release, manager: User, settings: Any
) -> None:
    start(release=release, by=manager, at=STORY_BEGINS)
    extend(
        release=release,
        ends_at=PLANNED_END + 2 * HOUR,
        reason="The supplier needs longer",
        by=manager,
        at=PLANNED_END - HOUR,
    )

    look(settings, PLANNED_END + HOUR)
    in_extension = heard()
    look(settings, PLANNED_END + 2 * HOUR)

    assert in_extension == []
    assert heard() == ["Not working: Slot poll"]


def test_once_the_service_is_back_nothing_is_kept_back(
    poll: Heartbeat, release: Release, manager: User, settings: Any
) -> None:
    start(release=release, by=manager, at=STORY_BEGINS)
    look(settings, STORY_BEGINS + HOUR)
    come_back(release=release, by=manager, at=STORY_BEGINS + 2 * HOUR)

    look(settings, STORY_BEGINS + 2 * HOUR)

    assert heard() == ["Not working: Slot poll"]


@pytest.mark.parametrize("called_off", ["cancelled", "on hold"])
def test_work_that_does_not_take_place_explains_nothing(
    called_off: str, poll: Heartbeat, release: Release, manager: User, settings: Any
) -> None:
    if called_off == "cancelled":
        cancel(release=release, reason="The supplier is ill", by=manager, at=BEFORE)
    else:
        hold(release=release, by=manager, at=BEFORE)

    look(settings, STORY_BEGINS + HOUR)

    assert heard() == ["Not working: Slot poll"]


def test_a_mere_risk_explains_nothing(poll: Heartbeat, ers: Service, manager: User, settings: Any) -> None:
    risky = ReleaseFactory.create(owner=manager)
    DisruptionFactory.create(release=risky, service=ers, effect="at_risk")
    publish(release=risky, by=manager, at=BEFORE)

    look(settings, STORY_BEGINS + HOUR)

    assert heard() == ["Not working: Slot poll"]
