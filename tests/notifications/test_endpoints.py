"""Other programs that are told, kept on their pages by those who look after channels."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.models import Line
from continuity.notifications.models import Channel, Delivery, Endpoint, Kind, Subscription
from continuity.notifications.tasks import deliver_due
from tests.answering import Other, answering
from tests.factories import ServiceFactory
from tests.notifications.conftest import say

pytestmark = pytest.mark.django_db
OTHERS = ["clinician", "lead", "commander", "stranger"]
LIST = "/inbox/endpoints/"


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    with answering() as found:
        yield found


@pytest.fixture
def webhook(other: Other) -> Endpoint:
    found = Endpoint.objects.create(
        key="beds", name="Bed managers", channel=Channel.WEBHOOK, address=other.address
    )
    Subscription.objects.create(endpoint=found, kind=Kind.PLANNED_WORK, channel=Channel.WEBHOOK)
    return found


def facts(address: str, **changed: Any) -> dict[str, Any]:
    said = {
        "name": "Bed managers",
        "channel": "webhook",
        "address": address,
        "kinds": ["planned_work", "incident"],
        "severity": "2",
    }
    return {**said, **changed}


def test_a_webhook_is_added_and_its_secret_is_shown_this_once(
    as_: Any, administrator: User, other: Other
) -> None:
    client = as_(administrator)

    answer = client.post(f"{LIST}add/", facts(other.address))

    found = Endpoint.objects.get()
    assert answer.status_code == 200
    assert f"whsec_{found.secret}" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    for address in (LIST, f"{LIST}bed-managers/", f"{LIST}bed-managers/edit/"):
        assert found.secret not in client.get(address).text
    assert Line.objects.get(verb="endpoint.added").actor_id == str(administrator.pk)


def test_it_hears_what_was_ticked(as_: Any, administrator: User, other: Other) -> None:
    ers, _ = ServiceFactory(key="ers"), ServiceFactory(key="pas")

    as_(administrator).post(f"{LIST}add/", facts(other.address, services=[ers.pk]))

    rows = Subscription.objects.order_by("kind").values_list("kind", "channel", "severity", "service__key")
    assert list(rows) == [("incident", "webhook", 2, "ers"), ("planned_work", "webhook", 2, "ers")]


def test_without_a_choice_of_services_it_hears_about_all(as_: Any, administrator: User, other: Other) -> None:
    as_(administrator).post(f"{LIST}add/", facts(other.address, channel="teams"))

    assert {row.service_id for row in Subscription.objects.all()} == {None}
    assert {row.channel for row in Subscription.objects.all()} == {"teams"}


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://169.254.169.254/latest/", "inside the trust"),
        ("https://localhost/", "inside the trust"),
        ("https://0x7f.1/", "inside the trust"),
        ("http://93.184.216.34/", "begins with https"),
        ("https://nobody.invalid/", "no computer of that name"),
        ("ftp://files.example/", "whole address"),
        ("hooks", "whole address"),
        ("", "Enter the address"),
    ],
)
def test_an_address_the_portal_does_not_go_to_is_refused_in_plain_words(
    address: str, why: str, as_: Any, administrator: User, settings: Any
) -> None:
    settings.OUTBOUND_ALLOW = []

    page = as_(administrator).post(f"{LIST}add/", facts(address))

    assert page.status_code == 422
    assert why in page.text
    assert not Endpoint.objects.exists()


def test_what_it_hears_is_changed_as_a_whole(as_: Any, administrator: User, webhook: Endpoint) -> None:
    said = facts(webhook.address, kinds=["review"], version="1", name="Beds")

    as_(administrator).post(f"{LIST}beds/edit/", said)

    webhook.refresh_from_db()
    assert (webhook.name, webhook.version) == ("Beds", 2)
    assert [row.kind for row in webhook.subscriptions.all()] == ["review"]
    assert Line.objects.filter(verb="endpoint.changed").count() == 1


def test_of_two_who_change_it_the_second_sees_what_the_first_wrote(
    as_: Any, administrator: User, webhook: Endpoint
) -> None:
    client = as_(administrator)
    client.post(f"{LIST}beds/edit/", facts(webhook.address, version="1", name="Beds"))

    page = client.post(f"{LIST}beds/edit/", facts(webhook.address, version="1", name="Wards"))

    webhook.refresh_from_db()
    assert page.status_code == 422
    assert "Somebody else changed this" in page.text
    assert webhook.name == "Beds"


def test_one_that_is_switched_off_is_not_told(as_: Any, administrator: User, webhook: Endpoint) -> None:
    client = as_(administrator)

    client.post(f"{LIST}beds/switch/", {"to": "off"})
    say(about=webhook)
    again = client.post(f"{LIST}beds/switch/", {"to": "off"})

    assert not Delivery.objects.exists()
    assert again.status_code == 409
    client.post(f"{LIST}beds/switch/", {"to": "on"})
    assert list(Line.objects.filter(verb__startswith="endpoint.").values_list("verb", flat=True)) == [
        "endpoint.switched_off",
        "endpoint.switched_on",
    ]


def test_a_new_secret_signs_from_then_on(
    as_: Any, administrator: User, webhook: Endpoint, other: Other
) -> None:
    old = webhook.secret

    page = as_(administrator).post(f"{LIST}beds/secret/")
    say(about=webhook)
    deliver_due()

    shown = re.search(r"whsec_[A-Za-z0-9+/=]+", page.text)
    assert shown is not None
    assert shown[0] != f"whsec_{old}"
    assert Verifier(shown[0]).verify(other.got[0].body, dict(other.got[0].headers))["data"]


def test_it_is_sent_a_test_and_its_page_says_what_came_of_it(
    as_: Any, administrator: User, webhook: Endpoint, other: Other
) -> None:
    client = as_(administrator)
    other.answer = 410

    sent = client.post(f"{LIST}beds/test/")
    deliver_due()

    assert "It answered: 410" in client.get(sent.headers["Location"]).text
    assert "It answered: 410" in client.get(f"{LIST}beds/").text
    assert "In trouble" in client.get(LIST).text


def test_one_that_is_switched_off_is_sent_no_test(as_: Any, administrator: User, webhook: Endpoint) -> None:
    Endpoint.objects.update(is_on=False)

    page = as_(administrator).post(f"{LIST}beds/test/")

    assert page.status_code == 409
    assert "It is switched off. Switch it on first." in page.text


def test_the_list_costs_the_same_however_long(
    as_: Any, administrator: User, webhook: Endpoint, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        Endpoint.objects.create(
            key=f"e{number}", name=f"E {number}", channel=Channel.TEAMS, address="https://a.example/"
        )
    client = as_(administrator)

    # session, user, permissions, endpoints, newest deliveries, unread, banner (2)
    with django_assert_num_queries(8):
        client.get(LIST)


@pytest.mark.parametrize("who", OTHERS)
def test_only_those_who_look_after_channels_keep_them(
    who: str, request: Any, as_: Any, webhook: Endpoint
) -> None:
    client = as_(request.getfixturevalue(who))

    for address in ("", "add/", "beds/", "beds/edit/"):
        assert client.get(f"{LIST}{address}").status_code == 403
    for address in ("add/", "beds/edit/", "beds/switch/", "beds/secret/", "beds/test/"):
        assert client.post(f"{LIST}{address}").status_code == 403
    assert Service.objects.count() == 0
