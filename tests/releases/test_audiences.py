"""Who is told of planned work besides those who hear about its services, and that nobody is missed or told twice."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.notifications.actions import add_audience
from continuity.notifications.models import AudienceList, Contact, Delivery, Group
from releases import actions
from releases.actions import Outage
from releases.models import Release
from tests.factories import AreaFactory, ServiceFactory, UserFactory
from tests.notifications.conftest import wants
from tests.releases.conftest import ANNOUNCED, BACK, FOUR_PM

pytestmark = pytest.mark.django_db
LATER = ANNOUNCED + timedelta(days=1)


@pytest.fixture
def ward(ers: Service) -> Area:
    """An area that uses e-RS."""
    ward: Area = AreaFactory.create(name="Ward 7", email="ward-7@ashcombe.example")
    ward.services.add(ers)
    return ward


@pytest.fixture
def clinic() -> Area:
    """An area that uses nothing, and is told only where it is named."""
    clinic: Area = AreaFactory.create(name="Clinic 2", email="clinic-2@ashcombe.example")
    return clinic


@pytest.fixture
def practices() -> Group:
    group: Group = Group.objects.create(key="practices", name="GP practices")
    reception = Contact.objects.create(
        name="Reception", email="reception@gp.example", mobile="07700900123", agreed_at=ANNOUNCED
    )
    reception.groups.add(group)
    return group


@pytest.fixture
def saved(practices: Group, manager: User) -> AudienceList:
    return add_audience(name="GP practices", groups=[practices], by=manager, at=ANNOUNCED)


@pytest.fixture
def widely(
    story: dict[str, Any], manager: User, nurse: User, ward: Area, clinic: Area, saved: AudienceList
) -> Release:
    """The story's release, published to its subscribers and areas, GP practices, a clinic and a stranger to it."""
    person = UserFactory.create(username="porter", job_title="Head porter")
    others = {"areas": [clinic], "people": [person]}
    release = actions.draft(by=manager, at=ANNOUNCED, audiences=[saved], others=others, **story)
    actions.publish(release=release, by=manager, at=ANNOUNCED)
    return release


def told_by(event: str) -> Counter[str]:
    """Who was told by one message, by recipient and channel, each as often as told."""
    found = Delivery.objects.filter(message__key__contains=f":{event}")
    rows = found.select_related("person", "area", "contact")
    return Counter(f"{row.recipient} by {row.channel}" for row in rows)


EVERYBODY = Counter(
    [
        "Ward sister by portal",
        "Ward sister by email",
        "Head porter by portal",
        "Head porter by email",
        "Ward 7 by email",
        "Clinic 2 by email",
        "Reception by email",
        "Reception by sms",
    ]
)


def revised(release: Release, story: dict[str, Any], by: User, **changes: Any) -> None:
    """The notice written anew, with what stood there but for the changes."""
    kept = {
        "audiences": list(release.audiences.exclude(name="")),
        "others": {
            name: list(getattr(own, name).all())
            for own in release.audiences.filter(name="")
            for name in ("areas", "people")
        },
    }
    release.refresh_from_db()
    actions.revise(release=release, version=release.version, by=by, at=LATER, **{**story, **kept, **changes})


def test_publishing_reaches_everybody_concerned_and_named_once(widely: Release) -> None:
    assert told_by("published") == EVERYBODY


@pytest.mark.parametrize("event", ["changed", "extended", "cancelled", "postponed"])
def test_later_news_reaches_everybody_told_before_once(
    event: str, widely: Release, story: dict[str, Any], manager: User, ward: Area
) -> None:
    forget(widely, ward)

    move(event, widely, story, manager)

    assert told_by(event) == EVERYBODY


@pytest.mark.parametrize("event", ["changed", "extended", "cancelled", "postponed"])
def test_later_news_reaches_whoever_is_newly_affected_too(
    event: str, widely: Release, story: dict[str, Any], manager: User, ers: Service
) -> None:
    wants(UserFactory.create(job_title="Booking clerk"), "email", service=ers)  # type: ignore[arg-type]
    AreaFactory.create(name="Ward 9", email="ward-9@ashcombe.example").services.add(ers)

    move(event, widely, story, manager)

    assert told_by(event) == EVERYBODY + Counter(["Booking clerk by email", "Ward 9 by email"])


def test_a_service_added_reaches_its_people_and_areas(
    widely: Release, story: dict[str, Any], manager: User, ward: Area
) -> None:
    wifi = ServiceFactory.create(name="Wi-Fi")
    AreaFactory.create(name="Ward 9", email="ward-9@ashcombe.example").services.add(wifi)
    wants(UserFactory.create(job_title="Network engineer"), "portal", service=wifi)  # type: ignore[arg-type]

    outage = Outage(wifi, "down", Range(FOUR_PM, BACK, "[)"))
    revised(widely, story, manager, outages=[*story["outages"], outage])

    assert told_by("changed") == EVERYBODY + Counter(["Ward 9 by email", "Network engineer by portal"])


class TestWiderAudience:
    """More people are chosen on a published notice whose words stay."""

    @pytest.fixture
    def widened(self, widely: Release, story: dict[str, Any], manager: User) -> Release:
        other = UserFactory.create(job_title="Volunteer lead")
        place = AreaFactory.create(name="Chapel", email="chapel@ashcombe.example")
        revised(widely, story, manager, others={"people": [other], "areas": [place]})
        return widely

    def test_only_the_new_ones_are_told_and_of_everything(self, widened: Release) -> None:
        assert told_by("added") == Counter(
            ["Volunteer lead by portal", "Volunteer lead by email", "Chapel by email"]
        )
        said = Delivery.objects.filter(message__key__contains=":added")[0].message
        assert said.title == "Planned work: NHS e-Referral Service Maintenance Release 14.7"
        assert "Take urgent referrals by phone." in said.body
        assert not told_by("changed")

    def test_whoever_was_told_hears_of_the_end_also_when_no_longer_named(
        self, widened: Release, story: dict[str, Any], manager: User
    ) -> None:
        revised(widened, story, manager, audiences=[], others={})

        actions.cancel(release=widened, reason="Not ready", by=manager, at=LATER)

        assert told_by("cancelled") == EVERYBODY + told_by("added")

    def test_nothing_is_said_when_nobody_is_new(
        self, widely: Release, story: dict[str, Any], manager: User
    ) -> None:
        revised(widely, story, manager)
        revised(widely, story, manager, audiences=[], others={})

        assert not told_by("added")


def move(event: str, release: Release, story: dict[str, Any], by: User) -> None:
    """Let the release be rescheduled, extended, cancelled or postponed."""
    match event:
        case "changed":
            later = timedelta(hours=1)
            span = Range(FOUR_PM + later, BACK + later, "[)")
            outages = [Outage(each.service, each.effect, span) for each in story["outages"]]
            revised(release, story, by, outages=outages, work=span)
        case "extended":
            actions.start(release=release, by=by, at=FOUR_PM)
            later_end = BACK + timedelta(hours=2)
            actions.extend(release=release, ends_at=later_end, reason="Slow", by=by, at=FOUR_PM)
        case "cancelled":
            actions.cancel(release=release, reason="Not ready", by=by, at=LATER)
        case "postponed":
            actions.postpone(release=release, to=None, reason="Not ready", by=by, at=LATER)


def forget(release: Release, ward: Area) -> None:
    """Nobody would hear of the release any more if they had not been told of it."""
    ward.services.clear()
    release.audiences.clear()
    for person in User.objects.all():
        person.subscriptions.all().delete()


def test_the_form_keeps_who_else_is_told(
    as_: Any, settings: Any, widely: Release, manager: User, saved: AudienceList, clinic: Area, ers: Service
) -> None:
    settings.CLOCK_OFFSET = ANNOUNCED - datetime.now(ANNOUNCED.tzinfo)
    client = as_(manager)

    page = client.get(f"/releases/{widely.ref}/edit/")
    shown = client.get(widely.get_absolute_url())

    form = page.context["form"]
    assert form["also_lists"].value() == [saved.pk]
    assert form["also_people"].value() == "porter"
    assert list(form["also_areas"].value()) == [clinic.pk]
    assert "GP practices" in shown.text
    assert "Told as well" in shown.text


def test_a_notice_is_drafted_with_others_to_tell(
    as_: Any, settings: Any, manager: User, saved: AudienceList, clinic: Area, ers: Service, nurse: User
) -> None:
    settings.CLOCK_OFFSET = ANNOUNCED - datetime.now(ANNOUNCED.tzinfo)
    sent = {
        "title": "e-RS 14.7",
        "services": [ers.pk],
        "effect": "down",
        "contact": "ext 5000",
        "outage_from_date": "1 November 2024",
        "outage_from_time": "4pm",
        "outage_to_date": "2 November 2024",
        "outage_to_time": "12:36am",
        "kind": "release",
        "source": "national",
        "also_lists": [saved.pk],
        "also_areas": [clinic.pk],
        "also_people": "clinician",
    }
    client = as_(manager)

    wrong = client.post("/releases/new/", {**sent, "also_people": "ghost"})
    answer = client.post("/releases/new/", sent, follow=True)

    release = Release.objects.get()
    assert wrong.status_code == 422
    assert "Nobody with the user name ghost can log in" in wrong.text
    assert {each.name for each in release.audiences.all()} == {"GP practices", ""}
    assert "It reaches 1 person, 1 area and 1 outside contact." in answer.text


@pytest.mark.parametrize("count", [1, 12])
def test_the_form_costs_the_same_however_many_may_be_told(
    count: int,
    as_: Any,
    settings: Any,
    widely: Release,
    manager: User,
    django_assert_num_queries: Any,
) -> None:
    settings.CLOCK_OFFSET = ANNOUNCED - datetime.now(ANNOUNCED.tzinfo)
    for number in range(count):
        add_audience(name=f"Audience {number}", people=[manager], by=manager, at=ANNOUNCED)
        AreaFactory.create()
        ServiceFactory.create()
    client = as_(manager)

    # session, user, permissions, the notice with its outages, services and steps (4), its audiences and what its own
    # names (8), services twice, areas, sites, roles, teams, groups and audiences to tick (8), unread, banner (2) and
    # what is known of its services and of those beside them, with how far back that goes (6)
    with django_assert_num_queries(32):
        client.get(f"/releases/{widely.ref}/edit/")
