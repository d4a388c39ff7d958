"""Publishing asks the areas; other times ask them again; what is off or has begun asks nobody."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.core.ledger import lines_about
from continuity.notifications.actions import confirm_ready
from continuity.notifications.actions.confirming import on_own_computer
from continuity.notifications.letters import Letter, enclose
from continuity.notifications.models import Call, Delivery
from releases import actions
from releases.actions import Outage
from releases.models import Release
from releases.schedule import ends
from tests.factories import AreaFactory, ServiceFactory
from tests.releases.conftest import ANNOUNCED, BACK, DONE, FOUR_PM, OUTAGE, WORK

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def ward(ers: Service) -> Area:
    made: Area = AreaFactory.create(key="ward-3", name="Ward 3")
    made.services.add(ers)
    return made


def calls() -> list[tuple[int, bool]]:
    """By number: whether it is open."""
    return [(call.number, call.closed_at is None) for call in Call.objects.order_by("number")]


def rewrite(release: Release, story: dict[str, Any], by: User, **changes: Any) -> None:
    actions.revise(
        release=release, version=release.version, by=by, at=ANNOUNCED + HOUR, **{**story, **changes}
    )


def moved(span: Range[datetime], by: timedelta) -> Range[datetime]:
    start, end = ends(span)
    return Range(start + by, end + by, "[)")


def test_publishing_asks_the_areas_from_the_first_outage_on(published: Release, manager: User) -> None:
    call = Call.objects.get()

    assert (call.subject_ref, call.title, call.owner) == (published.ref, published.title, manager)
    assert (call.starts_at, call.ends_at) == (FOUR_PM, BACK)
    assert [each.area.key for each in call.confirmations.all()] == ["ward-3"]


def test_an_outage_that_begins_after_the_work_is_what_areas_wait_for(
    drafted: Release, story: dict[str, Any], ers: Service, manager: User
) -> None:
    later = Range(FOUR_PM + HOUR, BACK, "[)")
    rewrite(drafted, story, manager, outages=[Outage(ers, "down", later)])

    actions.publish(release=drafted, by=manager, at=ANNOUNCED + 2 * HOUR)

    assert Call.objects.get().starts_at == FOUR_PM + HOUR


def test_work_without_an_outage_counts_from_its_own_start(
    drafted: Release, story: dict[str, Any], ers: Service, manager: User
) -> None:
    rewrite(drafted, story, manager, outages=[], services=[ers])

    actions.publish(release=drafted, by=manager, at=ANNOUNCED + 2 * HOUR)

    assert (Call.objects.get().starts_at, Call.objects.get().ends_at) == (FOUR_PM, DONE)


def test_other_words_keep_what_was_confirmed(
    published: Release, story: dict[str, Any], ward: Area, manager: User
) -> None:
    confirm_ready(call=Call.objects.get(), area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED)

    rewrite(published, story, manager, title="e-RS release 14.7", summary="Other words.")

    call = Call.objects.get()
    assert (call.title, call.closed_at) == ("e-RS release 14.7", None)
    assert "Other words." in call.notice
    assert not call.confirmations.missing().exists()


def test_an_area_that_the_notice_comes_to_name_is_asked_too_and_the_others_stay(
    published: Release, story: dict[str, Any], ward: Area, manager: User
) -> None:
    confirm_ready(call=Call.objects.get(), area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED)
    clinic = AreaFactory.create(key="clinic-2", email="clinic-2@ashcombe.example")

    rewrite(published, story, manager, others={"areas": [clinic]})

    call = Call.objects.get()
    asked = call.confirmations.values_list("area__key", "asked_at", "how").order_by("area__key")
    assert list(asked) == [("clinic-2", ANNOUNCED + HOUR, ""), ("ward-3", None, "kiosk")]
    assert [line.verb for line in lines_about(call)] == ["call.opened", "call.widened"]
    letter = Delivery.objects.get(area=clinic)
    enclose([letter])
    assert Letter.of(letter).ready_url


def test_an_area_that_has_come_to_use_the_service_is_asked_once_it_is_told(
    published: Release, story: dict[str, Any], ers: Service, manager: User
) -> None:
    AreaFactory.create(key="clinic-2", email="clinic-2@ashcombe.example").services.add(ers)

    rewrite(published, story, manager, owner_role="IT")
    unasked = [each.area.key for each in Call.objects.get().confirmations.all()]
    rewrite(published, story, manager, summary="Other words.")

    assert unasked == ["ward-3"]
    assert sorted(each.area.key for each in Call.objects.get().confirmations.all()) == ["clinic-2", "ward-3"]


def test_an_area_that_is_no_longer_named_stays_asked(
    published: Release, story: dict[str, Any], manager: User
) -> None:
    clinic = AreaFactory.create(key="clinic-2", email="clinic-2@ashcombe.example")
    rewrite(published, story, manager, others={"areas": [clinic]})

    rewrite(published, story, manager, others={})

    assert Call.objects.get().confirmations.filter(area=clinic).exists()


@pytest.mark.parametrize("what", ["times", "outage", "effect", "service"])
def test_another_plan_asks_everybody_again(
    what: str, published: Release, story: dict[str, Any], ers: Service, ward: Area, manager: User
) -> None:
    confirm_ready(call=Call.objects.get(), area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED)
    also = ServiceFactory.create(key="pas")
    changes: dict[str, Any] = {
        "times": {"work": moved(WORK, DAY), "outages": [Outage(ers, "down", moved(OUTAGE, DAY))]},
        "outage": {"outages": [Outage(ers, "down", Range(FOUR_PM + HOUR, BACK, "[)"))]},
        "effect": {"outages": [Outage(ers, "read_only", OUTAGE)]},
        "service": {"services": [also]},
    }

    rewrite(published, story, manager, **changes[what])

    assert calls() == [(1, False), (2, True)]
    assert Call.objects.get(number=2).confirmations.missing().count() == 1


def test_extending_does_not_ask_again(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM - HOUR)

    actions.extend(release=published, ends_at=DONE + DAY, by=manager, at=BACK, reason="It takes longer.")

    assert calls() == [(1, False)]


@pytest.mark.parametrize("end", ["cancel", "postpone", "start"])
def test_what_is_off_or_has_begun_asks_nobody(end: str, published: Release, manager: User) -> None:
    facts: dict[str, dict[str, Any]] = {"cancel": {}, "postpone": {"to": None}, "start": {}}
    reason = {} if end == "start" else {"reason": "The supplier withdrew it."}

    getattr(actions, end)(release=published, by=manager, at=ANNOUNCED + HOUR, **reason, **facts[end])

    assert calls() == [(1, False)]
    assert not Call.objects.get().reminders.filter(done_at=None).exists()


def test_new_times_after_postponing_ask_again(published: Release, manager: User) -> None:
    actions.postpone(
        release=published,
        to=FOUR_PM + 7 * DAY,
        reason="The supplier is late.",
        by=manager,
        at=ANNOUNCED + HOUR,
    )
    actions.publish(release=published, by=manager, at=ANNOUNCED + 2 * HOUR)

    assert calls() == [(1, False), (2, True)]
    assert Call.objects.get(number=2).starts_at == FOUR_PM + 7 * DAY


def test_a_draft_asks_nobody(drafted: Release, story: dict[str, Any], manager: User) -> None:
    rewrite(drafted, story, manager, work=moved(WORK, DAY), outages=[])

    assert calls() == []
