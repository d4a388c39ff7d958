"""Messages in the portal: told once, read when opened."""

from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.notifications.models import CHOSEN, Channel, Delivery, Message, Subscription
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


def test_somebody_who_hears_nothing_is_told_so_and_begins_in_one_press(as_: Any, stranger: User) -> None:
    client = as_(stranger)
    page = client.get("/inbox/")

    client.post("/inbox/choices/everything/")

    assert "You do not hear about anything" in page.text
    assert {(row.kind, row.channel) for row in Subscription.objects.filter(person=stranger)} == {
        (kind, "portal") for kind in CHOSEN
    }
    assert "You do not hear about anything" not in client.get("/inbox/").text
