"""Before something is said its author sees whom it reaches, by channel, and who has no working contact."""

from datetime import datetime
from typing import Any

import pytest
from django.template.loader import render_to_string

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.notifications.audience import Audience
from continuity.notifications.models import (
    Channel,
    Contact,
    Delivery,
    Endpoint,
    Group,
    Kind,
    Preference,
    Subscription,
)
from continuity.notifications.reach import NAMED, Reach, reach
from tests.factories import AreaFactory, ServiceFactory, UserFactory
from tests.notifications.conftest import say, wants

pytestmark = pytest.mark.django_db


@pytest.fixture
def ers() -> Service:
    ers: Service = ServiceFactory.create(name="NHS e-Referral Service")
    return ers


@pytest.fixture
def group() -> Group:
    made: Group = Group.objects.create(key="practices", name="GP practices")
    return made


def reached(**named: Any) -> Reach:
    """Whom news of planned work would reach."""
    keys: dict[str, Any] = {name: frozenset(each.pk for each in things) for name, things in named.items()}
    return reach(Audience(**keys, tells_areas=True), Kind.PLANNED_WORK)


def missed(found: Reach) -> list[str]:
    return [str(each) for each in found.missed]


def contact(group: Group, name: str, **facts: Any) -> Contact:
    made: Contact = Contact.objects.create(name=name, email=f"{name.lower()}@gp.example", **facts)
    made.groups.add(group)
    return made


def words_of(found: Reach) -> str:
    return " ".join(render_to_string("notifications/reach.html", {"reach": found}).split())


def test_people_count_once_however_many_channels(manager: User, clinician: User) -> None:
    wants(manager, Channel.PORTAL, Channel.EMAIL)
    wants(clinician, Channel.PORTAL)

    found = reached()

    assert (found.everybody, found.people) == (2, {"portal": 2, "email": 1})
    assert found.sentence == "2 people"
    assert found.missed_count == 0


def test_every_sort_has_its_line(manager: User, ers: Service, group: Group, at: datetime) -> None:
    wants(manager, Channel.PORTAL, Channel.EMAIL, Channel.SMS)
    Preference.objects.update(mobile="07700900123")
    ward = AreaFactory.create(email="ward-7@ashcombe.example")
    ward.services.add(ers)
    contact(group, "Manager", agreed_at=at, mobile="07700900124")
    room = Endpoint.objects.create(key="room", name="Room", channel="teams", address="https://teams.example/")
    Subscription.objects.create(endpoint=room, kind=Kind.PLANNED_WORK, channel=Channel.TEAMS)

    found = reached(services=[ers], groups=[group])

    assert [(row.label, row.reached, row.missed) for row in found.rows] == [
        ("People, message in the portal", 1, 0),
        ("People, email", 1, 0),
        ("People, text message", 1, 0),
        ("Areas, shared mailbox", 1, 0),
        ("Outside contacts, email", 1, 0),
        ("Outside contacts, text message", 1, 0),
        ("Microsoft Teams", 1, 0),
    ]
    assert found.sentence == "1 person, 1 area, 1 outside contact and 1 other program"


def test_whoever_has_no_contact_is_shown_by_role_and_why(
    manager: User, ers: Service, group: Group, at: datetime
) -> None:
    wants(manager, Channel.PORTAL, Channel.EMAIL, Channel.SMS)
    User.objects.update(email="")
    AreaFactory.create(name="Ward 7").services.add(ers)
    contact(group, "Reception")
    contact(group, "Stopped", agreed_at=at, stopped_at=at)
    room = Endpoint.objects.create(
        key="room", name="Room", channel="teams", address="https://teams.example/", is_on=False
    )
    Subscription.objects.create(endpoint=room, kind=Kind.PLANNED_WORK, channel=Channel.TEAMS)

    found = reached(services=[ers], groups=[group])

    assert missed(found) == [
        "IT manager: no email address",
        "IT manager: no mobile number",
        "Reception: has not agreed yet",
        "Room: switched off",
        "Ward 7: no shared mailbox",
    ]
    assert (found.everybody, found.areas, found.contacts, found.endpoints) == (1, 0, 0, 0)


def test_whoever_left_is_neither_reached_nor_missed(manager: User) -> None:
    wants(manager, Channel.EMAIL)
    User.objects.update(is_active=False, email="")

    assert reached() == Reach(people=reached().people)
    assert not reached()
    assert "It reaches nobody yet" in words_of(reached())


def test_many_of_one_role_are_one_line_and_the_rest_is_counted() -> None:
    for number in range(NAMED + 2):
        wants(UserFactory.create(job_title=f"Sister {number:02}", email=""), Channel.EMAIL)
    for _ in range(3):
        wants(UserFactory.create(job_title="Porter", email=""), Channel.EMAIL)

    found = reached()

    assert missed(found)[0] == "Porter (3 people): no email address"
    assert (found.missed_count, len(found.missed), found.more_missed) == (NAMED + 5, NAMED, 3)
    assert "<li>3 more</li>" in words_of(found)


class TestFailedBefore:
    """An address is no working contact while the last that is known of it is a failure."""

    @pytest.fixture
    def failed(self, manager: User) -> Delivery:
        wants(manager, Channel.PORTAL, Channel.EMAIL)
        say(about=manager)
        Delivery.objects.filter(channel="email").update(state="failed")
        return Delivery.objects.get(channel="email")

    def test_it_is_said(self, failed: Delivery) -> None:
        found = reached()

        assert missed(found) == ["IT manager: the last email was not delivered"]
        assert found.people == {"portal": 1, "email": 0}

    @pytest.mark.parametrize(("state", "count"), [("sent", 0), ("queued", 1), ("failed", 1), ("unknown", 1)])
    def test_until_a_later_one_arrived(self, state: str, count: int, failed: Delivery, manager: User) -> None:
        say(key="release:2:published", about=manager)
        Delivery.objects.filter(channel="email", pk__gt=failed.pk).update(state=state)

        assert reached().missed_count == count

    def test_an_earlier_success_does_not_help(self, failed: Delivery, manager: User) -> None:
        say(key="release:2:published", about=manager)
        Delivery.objects.filter(channel="email").update(state="failed")
        Delivery.objects.filter(pk=failed.pk).update(state="sent")

        assert reached().missed_count == 1

    def test_another_address_is_a_new_beginning(self, failed: Delivery) -> None:
        User.objects.update(email="new@ashcombe.example")

        assert not reached().missed

    def test_an_area_and_a_contact_too(self, ers: Service, group: Group, manager: User, at: datetime) -> None:
        ward: Area = AreaFactory.create(name="Ward 7", email="ward-7@ashcombe.example")
        contact(group, "Reception", agreed_at=at)
        audience = Audience(areas=frozenset({ward.pk}), groups=frozenset({group.pk}))
        say(about=manager, audience=audience)
        Delivery.objects.update(state="failed")

        assert missed(reached(areas=[ward], groups=[group])) == [
            "Reception: the last email was not delivered",
            "Ward 7: the last email was not delivered",
        ]


def test_it_costs_a_fixed_number_of_queries(ers: Service, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        wants(UserFactory.create(), Channel.EMAIL, service=ers)

    # what depends on the services, whom it reaches
    with django_assert_num_queries(2):
        reached(services=[ers])
