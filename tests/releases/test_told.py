"""Whoever publishes sees what became of what was said: sent, not delivered, confirmed, missing; and mends it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.core.clock import now, window
from continuity.core.models import Line
from continuity.notifications.actions import confirm_ready
from continuity.notifications.actions.confirming import on_own_computer
from continuity.notifications.models import Call, Delivery, Message
from releases.actions import Outage, cancel, draft, publish
from releases.models import Release
from tests.factories import AreaFactory, UserFactory
from tests.notifications.conftest import say, wants

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHERS = ["clinician", "lead", "commander", "stranger"]


@pytest.fixture
def wards(ers: Service) -> list[Area]:
    made = [
        AreaFactory.create(key="ward-3", name="Ward 3", phone="ext 5121", email="ward-3@ashcombe.example"),
        AreaFactory.create(key="ward-4", name="Ward 4", phone="", email=""),
        AreaFactory.create(key="ward-5", name="Ward 5", phone="ext 5125", email="ward-5@ashcombe.example"),
    ]
    for ward in made:
        ward.services.add(ers)
    return made


@pytest.fixture
def release(wards: list[Area], story: dict[str, Any], ers: Service, manager: User, nurse: User) -> Release:
    starts_at = now() + 3 * DAY
    outages = [Outage(ers, "down", window(starts_at, starts_at + HOUR))]
    made = draft(by=manager, at=now(), **{**story, "work": None, "outages": outages})
    publish(release=made, by=manager, at=now())
    return made


def told(release: Release) -> str:
    return f"{release.get_absolute_url()}told/"


def letter_of(place: Area) -> Delivery:
    return Delivery.objects.get(area=place)


def become(delivery: Delivery, state: str, fault: str = "") -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, fault=fault, sent_at=now())


def test_it_counts_by_channel_and_says_how_many_were_told(
    as_: Any, manager: User, release: Release, wards: list[Area], nurse: User
) -> None:
    become(letter_of(wards[0]), "sent")
    Delivery.objects.filter(person=nurse, channel="portal").update(read_at=now())

    page = as_(manager).get(told(release))

    assert "Told 1 person and 1 area." in page.text
    assert "0 of 3 areas have confirmed" in page.text
    rows = [row.split("</tr>")[0] for row in page.text.split("<tr")]
    numbers = {
        name: cells_of(row) for row in rows for name in ("Messages in the portal", "Email") if name in row
    }
    assert numbers["Messages in the portal"][1:] == ["1", "1", "0", "0", "0", "0", "0"]
    assert numbers["Email"][1:] == ["1", "Not seen", "2", "0", "0", "0", "0"]


def cells_of(row: str) -> list[str]:
    """The text of a row's cells, without the headings that a narrow screen repeats on a line of their own."""
    cells = [re.sub("<.*?>", "", f"<{cell}").strip() for cell in re.split(r"<(?=t[dh])", row)[1:]]
    return [cell.splitlines()[-1].strip() for cell in cells]


def test_areas_to_ring_come_first_when_they_may_not_know(
    as_: Any, manager: User, release: Release, wards: list[Area]
) -> None:
    become(letter_of(wards[2]), "failed", "The mail server said: 550")
    confirm_ready(call=Call.objects.get(), area=wards[0], saying=on_own_computer("Nurse"), at=now())

    text = as_(manager).get(told(release)).text

    missing = text[text.index("Areas that have not confirmed") : text.index("Areas that have confirmed")]
    assert "No: it has no shared mailbox" in missing
    assert "No: the email did not arrive" in missing
    assert "ext 5125" in missing
    assert "Ward 3" not in missing
    assert "Nurse, on the area&#x27;s own computer" in text


def test_what_did_not_arrive_is_sent_again_or_marked_by_its_publisher(
    as_: Any, manager: User, release: Release, wards: list[Area]
) -> None:
    failed, unknown = letter_of(wards[0]), letter_of(wards[2])
    become(failed, "failed", "The mail server said: 550 No such user")
    become(unknown, "unknown", "The portal stopped while it was being sent.")
    client = as_(manager)
    assert "550 No such user" in client.get(told(release)).text

    client.post(f"{told(release)}{failed.pk}/resend/")
    client.post(f"{told(release)}{unknown.pk}/arrived/")

    assert (letter_of(wards[0]).state, letter_of(wards[2]).state) == ("queued", "sent")
    assert Line.objects.filter(verb__in=["delivery.resent", "delivery.confirmed"]).count() == 2
    assert client.post(f"{told(release)}{failed.pk}/resend/").status_code == 409


def test_all_that_failed_of_this_release_and_of_no_other_are_sent_again(
    as_: Any, manager: User, release: Release, wards: list[Area], lead: User
) -> None:
    wants(lead, "email")  # type: ignore[arg-type]
    say(key="elsewhere", about=lead)
    Delivery.objects.filter(channel="email").update(state="failed")

    as_(manager).post(f"{told(release)}resend/")

    assert Delivery.objects.get(person=lead, channel="email").state == "failed"
    assert letter_of(wards[0]).state == "queued"


def test_another_s_delivery_is_not_mended_here(as_: Any, manager: User, release: Release, lead: User) -> None:
    wants(lead, "email")  # type: ignore[arg-type]
    say(key="elsewhere", about=lead)
    other = Delivery.objects.get(person=lead, channel="email")
    become(other, "failed")

    for verb in ("resend", "arrived"):
        assert as_(manager).post(f"{told(release)}{other.pk}/{verb}/").status_code == 404


@pytest.mark.parametrize("who", OTHERS)
def test_only_publishers_see_it(who: str, request: Any, as_: Any, release: Release) -> None:
    client = as_(request.getfixturevalue(who))

    for path in (told(release), f"{told(release)}now/"):
        assert client.get(path).status_code == 403
    for path in ("resend/", "0/resend/", "0/arrived/"):
        assert client.post(f"{told(release)}{path}").status_code == 403
    assert told(release) not in client.get(release.get_absolute_url()).text


def test_the_release_page_says_it_in_a_line_to_publishers(as_: Any, manager: User, release: Release) -> None:
    page = as_(manager).get(release.get_absolute_url())

    assert "Told 1 person." in page.text
    assert told(release) in page.text


class TestWhatMoves:
    def test_an_open_page_is_answered_only_when_something_changed(
        self, as_: Any, manager: User, release: Release, wards: list[Area]
    ) -> None:
        client, path = as_(manager), f"{told(release)}now/"
        first = client.get(path)
        known = {"If-None-Match": first.headers["ETag"], "X-Portal-Poll": "1"}

        assert client.get(path, headers=known).status_code == 304

        confirm_ready(call=Call.objects.get(), area=wards[0], saying=on_own_computer("Nurse"), at=now())
        changed = client.get(path, headers=known)

        assert changed.status_code == 200
        assert "1 of 3 areas has confirmed" in changed.text
        assert "<html" not in changed.text

    def test_every_change_of_a_delivery_is_noticed(
        self, as_: Any, manager: User, release: Release, wards: list[Area]
    ) -> None:
        client, path, seen = as_(manager), f"{told(release)}now/", set()
        for state in ("queued", "sent", "failed", "unknown", "superseded", "withdrawn"):
            become(letter_of(wards[0]), state)
            seen.add(client.get(path).headers["ETag"])

        assert len(seen) == 6

    def test_nobody_logged_in_gets_no_log_in_page_into_the_open_one(
        self, client: Client, release: Release
    ) -> None:
        asked = client.get(f"{told(release)}now/", headers={"X-Portal-Poll": "1"})

        assert (asked.status_code, asked.content) == (401, b"")

    def test_work_that_is_off_no_longer_moves(self, as_: Any, manager: User, release: Release) -> None:
        cancel(release=release, reason="The supplier withdrew it.", by=manager, at=now())

        page = as_(manager).get(told(release))

        assert "told/now/" not in page.text
        assert "have confirmed" not in page.text

    def test_it_costs_the_same_however_many_were_told_and_whatever_else_was_said(
        self, as_: Any, manager: User, release: Release, wards: list[Area], django_assert_num_queries: Any
    ) -> None:
        client, path = as_(manager), f"{told(release)}now/"
        message = Message.objects.earliest("pk")
        Delivery.objects.bulk_create(
            Delivery(
                message=message,
                person=person,
                channel="email",
                address="x@y.example",
                due_at=now(),
                state="failed",
            )
            for person in UserFactory.create_batch(60)
        )

        # session, person, permissions; release with owner, outages, their services, services, instructions (5);
        # counts, recipients, undelivered; call, answers, letters of those missing
        with django_assert_num_queries(15):
            page = client.get(path)

        assert "And 10 more" in page.text
