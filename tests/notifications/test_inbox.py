"""Messages in the portal: told once, read when opened, chosen by each person."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.core.models import Line
from continuity.notifications import actions
from continuity.notifications.actions import Wish
from continuity.notifications.audience import Audience
from continuity.notifications.models import Channel, Delivery, Kind, Message, Subscription
from tests.factories import AreaFactory, ServiceFactory
from tests.notifications.conftest import say, wants

pytestmark = pytest.mark.django_db
COUNT = "(1)<span class"


@pytest.fixture
def told(clinician: User) -> Delivery:
    """A message to the ward sister that she has not read."""
    wants(clinician, Channel.PORTAL)
    say(about=clinician)
    return Delivery.objects.get()


def test_the_header_counts_what_is_not_read_until_it_is_opened(
    as_: Any, clinician: User, told: Delivery
) -> None:
    client = as_(clinician)
    before = client.get("/inbox/")
    page = client.get(f"/inbox/{told.pk}/")
    after = client.get("/inbox/")

    assert COUNT in before.text
    assert "Not read</strong>" in before.text
    assert "You cannot use e-RS from 4pm." in page.text
    assert 'href="/releases/REL-2024-001/"' in page.text
    assert COUNT not in after.text
    assert "Not read</strong>" not in after.text


def test_looking_ahead_at_a_message_does_not_mark_it(as_: Any, clinician: User, told: Delivery) -> None:
    as_(clinician).head(f"/inbox/{told.pk}/")

    told.refresh_from_db()
    assert told.read_at is None


def test_all_are_marked_at_once(as_: Any, clinician: User, told: Delivery) -> None:
    say(key="release:1:started", about=clinician)

    as_(clinician).post("/inbox/read/")

    assert not Delivery.objects.unread_by(clinician).exists()


def test_nobody_opens_the_messages_of_others(as_: Any, lead: User, told: Delivery) -> None:
    assert as_(lead).get(f"/inbox/{told.pk}/").status_code == 404
    assert "e-RS" not in as_(lead).get("/inbox/").text


def test_messages_are_for_people_with_an_account(client: Client, trusted: None) -> None:
    for address in ("/inbox/", "/inbox/1/", "/inbox/choices/"):
        assert client.get(address).status_code == 302


def test_what_a_message_says_is_shown_as_words(as_: Any, clinician: User, told: Delivery) -> None:
    Message.objects.update(body="<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in as_(clinician).get(f"/inbox/{told.pk}/").text


def test_the_newest_stand_first_and_are_searched(
    as_: Any, clinician: User, told: Delivery, django_assert_num_queries: Any
) -> None:
    for number in range(25):
        say(key=f"release:{number}:back", title=f"Wi-Fi {number} is back", about=clinician)
    client = as_(clinician)

    first, second = client.get("/inbox/"), client.get("/inbox/?page=2")
    # session, user, how many, messages, unread, permissions, banner (2)
    with django_assert_num_queries(8):
        found = client.get("/inbox/?q=back+Wi-Fi")

    assert first.text.index("Wi-Fi 24") < first.text.index("Wi-Fi 23")
    assert "e-RS is not available" not in first.text
    assert "e-RS is not available" in second.text
    assert "e-RS is not available" not in found.text


def test_somebody_who_chose_nothing_is_told_so_and_begins_in_one_press(as_: Any, stranger: User) -> None:
    client = as_(stranger)
    page = client.get("/inbox/")

    client.post("/inbox/choices/everything/")

    assert "You have not chosen what to hear about" in page.text
    assert {(row.kind, row.channel) for row in Subscription.objects.filter(person=stranger)} == {
        (kind, "portal") for kind in Kind
    }
    assert "You have not chosen" not in client.get("/inbox/").text


class TestChoices:
    """What somebody wants to hear about, and how."""

    @pytest.fixture
    def ers(self) -> Service:
        ers: Service = ServiceFactory.create(name="NHS e-Referral Service")
        return ers

    @pytest.fixture
    def ward(self) -> Area:
        ward: Area = AreaFactory.create(name="Ward 7")
        return ward

    def test_each_kind_by_each_channel_about_everything_or_some(
        self, as_: Any, clinician: User, ers: Service, ward: Area
    ) -> None:
        ticked = {
            "all_incident": ["portal", "email"],
            "some_planned_work": ["email"],
            "services": [ers.pk],
            "areas": [ward.pk],
        }
        answer = as_(clinician).post("/inbox/choices/", ticked)

        rows = Subscription.objects.values_list("kind", "channel", "service", "area")
        assert answer.headers["Location"] == "/inbox/"
        assert set(rows) == {
            ("incident", "portal", None, None),
            ("incident", "email", None, None),
            ("planned_work", "email", ers.pk, None),
            ("planned_work", "email", None, ward.pk),
        }
        assert Line.objects.get(verb="subscription.chosen").actor_id == str(clinician.pk)

    def test_what_was_chosen_is_ticked(self, as_: Any, clinician: User, ers: Service) -> None:
        wants(clinician, Channel.EMAIL, kind=Kind.INCIDENT)
        wants(clinician, Channel.PORTAL, service=ers)

        form = as_(clinician).get("/inbox/choices/").context["form"]

        assert form.initial == {
            "all_incident": ["email"],
            "some_planned_work": ["portal"],
            "services": [ers.pk],
        }

    def test_choosing_again_keeps_adds_and_takes_away(
        self, clinician: User, ers: Service, at: datetime
    ) -> None:
        wants(clinician, Channel.PORTAL, Channel.EMAIL)
        kept = Subscription.objects.get(channel="portal")

        wishes = [Wish("planned_work", "portal"), Wish("incident", "email", service_id=ers.pk)]
        actions.choose(person=clinician, wishes=wishes, by=clinician, at=at)
        actions.choose(person=clinician, wishes=wishes, by=clinician, at=at)

        assert Subscription.objects.count() == 2
        assert Subscription.objects.get(kind="planned_work") == kept
        assert Line.objects.filter(verb="subscription.chosen").count() == 1

    @pytest.mark.parametrize(
        ("has_place", "has_news", "said"),
        [
            (True, False, "Choose what to hear about these services and areas"),
            (False, True, "Choose at least 1 service or area"),
        ],
    )
    def test_half_a_choice_is_refused_and_kept(
        self, has_place: bool, has_news: bool, said: str, as_: Any, clinician: User, ers: Service
    ) -> None:
        ticked = {"all_review": ["portal"]}
        ticked |= {"services": [str(ers.pk)]} if has_place else {}
        ticked |= {"some_incident": ["email"]} if has_news else {}

        answer = as_(clinician).post("/inbox/choices/", ticked)

        assert answer.status_code == 422
        assert said in answer.text
        assert answer.context["form"]["all_review"].value() == ["portal"]
        assert not Subscription.objects.exists()

    def test_somebody_hears_once_however_often_it_was_chosen(
        self, clinician: User, ers: Service, ward: Area, at: datetime
    ) -> None:
        ward.services.add(ers)
        wants(clinician, Channel.PORTAL)
        wants(clinician, Channel.PORTAL, service=ers)
        wants(clinician, Channel.PORTAL, area=ward)

        say(about=ers, audience=Audience(services=frozenset({ers.pk})))
        say(about=ers, audience=Audience(services=frozenset({ers.pk})))

        assert Delivery.objects.count() == 1

    def test_a_choice_about_one_service_brings_no_news_of_another(
        self, clinician: User, ers: Service
    ) -> None:
        wants(clinician, Channel.PORTAL, service=ers)

        say(about=ers, audience=Audience(services=frozenset({ServiceFactory.create().pk})))

        assert not Delivery.objects.exists()

    def test_the_form_costs_the_same_however_much_was_chosen(
        self, as_: Any, clinician: User, ers: Service, django_assert_num_queries: Any
    ) -> None:
        for _ in range(5):
            wants(clinician, Channel.EMAIL, service=ServiceFactory.create())
        client = as_(clinician)

        # session, user, permissions, what was chosen, services, areas with their sites, unread, banner (2)
        with django_assert_num_queries(9):
            client.get("/inbox/choices/")
