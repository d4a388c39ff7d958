"""Teams, webhooks and text messages, handed to real servers that answer well and badly."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import jwt
import pytest
from django.db import connection
from standardwebhooks import Webhook as Verifier

from continuity.accounts.models import User
from continuity.core import outbound
from continuity.core.clock import now
from continuity.notifications.actions import Words
from continuity.notifications.models import (
    Channel,
    ChannelHealth,
    Delivery,
    Endpoint,
    Kind,
    Preference,
    Subscription,
)
from continuity.notifications.tasks import deliver_due
from tests.answering import Other, answering
from tests.factories import UserFactory
from tests.mailserver import free_port
from tests.notifications.conftest import Desk, say, wants

pytestmark = pytest.mark.django_db
SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
MOBILE = "07700900123"


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    with answering() as found:
        yield found


@pytest.fixture
def webhook(other: Other) -> Endpoint:
    return endpoint("Bed managers", Channel.WEBHOOK, other.address)


@pytest.fixture
def teams(other: Other) -> Endpoint:
    return endpoint("IT operations", Channel.TEAMS, other.address)


@pytest.fixture
def gateway(other: Other, settings: Any) -> Other:
    """A text message service that the portal is told to use."""
    settings.SMS_URL = other.address.removesuffix("/hook")
    settings.SMS_API_KEY, settings.SMS_TEMPLATE_ID = f"portal-{SERVICE}-{SECRET}", "template"
    other.answer, other.words = 201, b'{"id": "740e5834-3a29-46b4-9a6f-16142fde533a"}'
    return other


@pytest.fixture
def phone(commander: User) -> User:
    wants(commander, Channel.SMS)
    Preference.objects.filter(person=commander).update(mobile=MOBILE)
    return commander


def endpoint(name: str, channel: Channel, address: str) -> Endpoint:
    """A program that hears of planned work."""
    found = Endpoint.objects.create(
        key=name.lower().replace(" ", "-"), name=name, channel=channel, address=address
    )
    Subscription.objects.create(endpoint=found, kind=Kind.PLANNED_WORK, channel=channel)
    return found


def tell(about: Any, **details: Any) -> None:
    """Something is said, and everything that waits is due."""
    say(about=about, **details)
    Delivery.objects.filter(state="queued").update(due_at=now())


def fates(channel: Channel) -> list[tuple[str, str]]:
    found = Delivery.objects.filter(channel=channel).order_by("pk")
    return list(found.values_list("state", "fault"))


def test_a_webhook_is_signed_as_its_receiver_checks(other: Other, webhook: Endpoint, settings: Any) -> None:
    settings.PUBLIC_URL = "https://continuity.ashcombe.example"
    tell(webhook)

    deliver_due()

    (got,) = other.got
    event = Verifier(webhook.secret).verify(got.body, dict(got.headers))
    assert fates(Channel.WEBHOOK) == [("sent", "")]
    assert got.headers["Content-Type"] == "application/cloudevents+json"
    assert (event["specversion"], event["id"]) == ("1.0", got.headers["webhook-id"])
    assert (event["source"], event["type"]) == (settings.PUBLIC_URL, "continuity.planned_work")
    assert event["data"]["title"] == "e-RS is not available"
    assert event["data"]["url"] == "https://continuity.ashcombe.example/releases/REL-2024-001/"


def test_a_webhook_with_another_secret_is_not_believed(other: Other, webhook: Endpoint) -> None:
    tell(webhook)

    deliver_due()

    (got,) = other.got
    with pytest.raises(Exception, match="No matching signature"):
        Verifier("whsec_b3RoZXIgc2VjcmV0").verify(got.body, dict(got.headers))


def test_the_id_of_a_webhook_stays_the_same_however_often_it_is_tried(
    other: Other, webhook: Endpoint
) -> None:
    other.answer = 503
    tell(webhook)
    deliver_due()
    other.answer = 200
    Delivery.objects.update(due_at=now())

    deliver_due()

    first, second = other.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert fates(Channel.WEBHOOK) == [("sent", "")]


def test_a_teams_message_is_a_card_with_a_link(other: Other, teams: Endpoint, settings: Any) -> None:
    settings.PUBLIC_URL = "https://continuity.ashcombe.example"
    other.answer = 202
    tell(teams)

    deliver_due()

    (attachment,) = json.loads(other.got[0].body)["attachments"]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [block["text"] for block in card["body"]] == [
        "e-RS is not available",
        "You cannot use e-RS from 4pm.",
    ]
    assert card["actions"][0]["url"] == "https://continuity.ashcombe.example/releases/REL-2024-001/"
    assert fates(Channel.TEAMS) == [("sent", "")]


def test_a_text_too_long_for_teams_is_cut_and_says_so(other: Other, teams: Endpoint) -> None:
    tell(teams, words=Words(title="Long", body="é ward \n\n" * 5000, url="/"))

    deliver_due()

    card = json.loads(other.got[0].body)["attachments"][0]["content"]
    assert len(other.got[0].body) < 28 * 1024
    assert card["body"][-1]["text"].endswith("\n\nThe rest is in the portal.")


def test_a_text_message_goes_to_the_gateway_with_its_token(
    gateway: Other, phone: User, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://continuity.ashcombe.example"
    tell(phone)

    deliver_due()

    (got,) = gateway.got
    said = json.loads(got.body)
    assert got.path == "/v2/notifications/sms"
    assert (said["phone_number"], said["template_id"]) == (MOBILE, "template")
    assert "e-RS is not available" in said["personalisation"]["text"]
    assert "https://continuity.ashcombe.example/releases/REL-2024-001/" in said["personalisation"]["text"]
    token = got.headers["Authorization"].removeprefix("Bearer ")
    assert jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})["iss"] == SERVICE
    assert fates(Channel.SMS) == [("sent", "")]


@pytest.mark.parametrize("settled", [{"SMS_API_KEY": ""}, {"SMS_TEMPLATE_ID": ""}, {"SMS_API_KEY": "short"}])
def test_texts_that_are_not_set_up_fail_at_once_and_say_so(
    settled: dict[str, str], gateway: Other, phone: User, settings: Any
) -> None:
    for name, value in settled.items():
        setattr(settings, name, value)
    tell(phone)

    deliver_due()

    assert fates(Channel.SMS) == [("failed", "Text messages are not set up on this portal.")]
    assert gateway.got == []


def test_a_gateway_that_refuses_one_number_is_asked_about_the_next(gateway: Other, phone: User) -> None:
    gateway.answer = 400
    gateway.words = b'{"errors": [{"error": "ValidationError", "message": "phone_number is no number"}]}'
    wants_text(1)
    tell(phone)

    deliver_due()

    assert fates(Channel.SMS) == [("failed", "It answered: 400 phone_number is no number")] * 2
    assert len(gateway.got) == 2
    assert ChannelHealth.objects.get(channel=Channel.SMS).down_since is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_known_puts_texts_off_and_is_seen(status: int, gateway: Other, phone: User) -> None:
    gateway.answer, gateway.words = status, b'{"errors": [{"message": "Invalid token: API key not found"}]}'
    tell(phone)

    deliver_due()

    ((state, fault),) = fates(Channel.SMS)
    health = ChannelHealth.objects.get(channel=Channel.SMS)
    assert (state, fault) == ("queued", f"It answered: {status} Invalid token: API key not found")
    assert health.down_since is not None
    assert health.fault == fault


def test_a_gateway_that_is_gone_costs_one_try_and_the_rest_waits(
    phone: User, gateway: Other, settings: Any
) -> None:
    settings.SMS_URL = f"http://127.0.0.1:{free_port()}"
    for number in range(3):
        wants_text(number)
    tell(phone)

    deliver_due()

    tries = sorted(Delivery.objects.filter(channel=Channel.SMS).values_list("attempts", flat=True))
    assert tries == [0, 0, 0, 1]
    assert (
        ChannelHealth.objects.get(channel=Channel.SMS).fault == "The text message service cannot be reached."
    )


def wants_text(number: int) -> None:
    person = UserFactory.create()
    wants(person, Channel.SMS)
    Preference.objects.filter(person=person).update(mobile=f"0770090020{number}")


# What came of it, by what the other side did: for Teams, webhooks and texts.
SENT, AGAIN, NEVER, UNKNOWN = "sent", "queued", "failed", "unknown"
ANSWERS = [
    *[(status, SENT, SENT) for status in (200, 202, 204)],
    *[(status, NEVER, NEVER) for status in (307, 400, 404, 410)],
    *[(status, AGAIN, AGAIN) for status in (429, 500, 503)],
    *[(trick, UNKNOWN, AGAIN) for trick in ("close", "break off", "hang", "drip")],
    ("break off in words", SENT, SENT),
]


@pytest.mark.parametrize(("answer", "of_others", "of_webhooks"), ANSWERS)
def test_what_the_other_side_does_decides_what_comes_of_it(
    answer: Any,
    of_others: str,
    of_webhooks: str,
    gateway: Other,
    phone: User,
    teams: Endpoint,
    webhook: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbound, "WITHIN", 0.3)
    gateway.answer, gateway.headers = answer, {"Location": "http://127.0.0.1:1/"}
    if answer == 204:
        gateway.words = b""
    tell(phone)

    deliver_due()

    states = dict(Delivery.objects.values_list("channel", "state"))
    assert states == {"sms": of_others, "teams": of_others, "webhook": of_webhooks}


def test_an_endpoint_that_is_gone_does_not_hold_up_another(other: Other, webhook: Endpoint) -> None:
    gone = endpoint("Gone", Channel.WEBHOOK, f"http://127.0.0.1:{free_port()}/")
    tell(webhook)
    tell(webhook, key="another", title="Another")

    deliver_due()

    assert [row.state for row in Delivery.objects.filter(endpoint=webhook)] == ["sent", "sent"]
    # Both are due at the same instant: either may be the first.
    faults = sorted((row.state, row.fault) for row in Delivery.objects.filter(endpoint=gone))
    assert faults == [("queued", "It cannot be reached."), ("queued", "It did not answer a moment ago.")]


def test_how_long_the_other_side_asks_to_wait_is_waited(other: Other, webhook: Endpoint) -> None:
    other.answer, other.headers = 429, {"Retry-After": "600"}
    tell(webhook)

    deliver_due()

    waits = Delivery.objects.get().due_at - now()
    assert timedelta(minutes=9) < waits <= timedelta(minutes=10)


def test_an_address_that_leads_inside_by_now_is_not_called(
    other: Other, webhook: Endpoint, settings: Any
) -> None:
    settings.OUTBOUND_ALLOW = []
    tell(webhook)

    deliver_due()

    ((state, fault),) = fates(Channel.WEBHOOK)
    assert state == "failed"
    assert fault.startswith("127.0.0.1 is inside the trust's own network")
    assert other.got == []


def test_what_waits_for_an_endpoint_that_is_switched_off_fails(other: Other, webhook: Endpoint) -> None:
    tell(webhook)
    Endpoint.objects.update(is_on=False)

    deliver_due()

    assert fates(Channel.WEBHOOK) == [("failed", "It is switched off.")]
    assert other.got == []


@pytest.mark.django_db(transaction=True)
def test_a_webhook_that_hangs_does_not_hold_email_up(
    other: Other, webhook: Endpoint, desk: Desk, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "WITHIN", 20)
    other.answer = "hang"
    tell(webhook)
    stuck = threading.Thread(target=in_a_thread_of_its_own, args=(deliver_due,))
    stuck.start()
    until(lambda: bool(other.got))
    wants(manager, Channel.EMAIL)
    tell(manager, key="another", title="Another")
    began = monotonic()

    deliver_due()

    took = monotonic() - began
    is_stuck = stuck.is_alive()
    other.released.set()
    stuck.join(30)
    assert [str(letter["Subject"]) for letter in desk.letters] == ["Another"]
    assert is_stuck
    assert took < 5


def in_a_thread_of_its_own(work: Any) -> None:
    try:
        work()
    finally:
        connection.close()


def until(holds: Any) -> None:
    ends = monotonic() + 10
    while not holds():
        assert monotonic() < ends, "It did not come to that within 10 seconds."
        threading.Event().wait(0.02)
