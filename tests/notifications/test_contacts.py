"""Contacts outside the trust are asked first, told only when they agreed, and stop with one press."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.actions import add_contact, add_group, ask_again, change_contact, change_group
from continuity.notifications.actions.agreeing import ASK_AGAIN
from continuity.notifications.audience import Audience
from continuity.notifications.letters import AGREE_WITHIN, STOP_WITHIN
from continuity.notifications.models import Channel, Contact, Delivery, Group
from continuity.notifications.tasks import deliver_due
from continuity.notifications.tokens import Purpose, sign
from tests.notifications.conftest import Desk, say

pytestmark = pytest.mark.django_db
ADDRESS = "manager@riverside-practice.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def group(lead: User, at: datetime) -> Group:
    return add_group(by=lead, at=at, name="GP practices", purpose="Outages of referrals")


@pytest.fixture
def contact(lead: User, group: Group) -> Contact:
    """Added by the continuity lead, and so asked; not answered yet."""
    return add_contact(by=lead, at=now(), name="Practice manager", email=ADDRESS, mobile="", groups=[group])


@pytest.fixture
def agreed(contact: Contact) -> Contact:
    contact.agreed_at = now()
    contact.save()
    return contact


def tell(group: Group, key: str = "release:1:published") -> None:
    say(key, about=group, audience=Audience(groups=frozenset({group.pk}), subscribers=False), at=now())
    Delivery.objects.filter(state="queued").update(due_at=now())
    deliver_due()


def link_in(desk: Desk, purpose: Purpose) -> str:
    """Where a link of the last letter leads, without the portal's own address."""
    body = desk.letters[-1].get_body(("plain",))
    assert body is not None
    found = re.search(rf"http://[^/]+(/{purpose.value}/\S+)", str(body.get_content()))
    assert found, body.get_content()
    return found[1]


def token_for(contact: Contact, purpose: Purpose, **more: Any) -> str:
    delivery = Delivery.objects.filter(contact=contact).latest("pk")
    return sign(purpose, delivery.pk, until=more.get("until", now() + timedelta(days=1)))


def test_a_new_contact_is_asked_and_told_nothing_else(desk: Desk, contact: Contact, group: Group) -> None:
    tell(group)

    (letter,) = desk.letters
    assert letter["Subject"].startswith("Do you want news from")
    assert letter["To"] == ADDRESS
    assert "GP practices: Outages of referrals." in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_opening_every_link_changes_nothing_and_pressing_agrees(
    desk: Desk, contact: Contact, group: Group, client: Client
) -> None:
    deliver_due()
    where = link_in(desk, Purpose.AGREE)

    for link in (where, link_in(desk, Purpose.STOP)):
        for method in (client.get, client.head, client.get):
            assert method(link).status_code == 200
    before = Contact.objects.get()
    answer = client.post(where, follow=True)

    assert (before.agreed_at, before.stopped_at) == (None, None)
    assert "You are told from now on" in answer.content.decode()
    assert Contact.objects.get().is_told
    tell(group)
    assert desk.letters[-1]["Subject"] == "e-RS is not available"
    assert Line.objects.filter(verb="contact.agreed", subject_label=f"contact {contact.pk}").count() == 1


def test_a_mail_programs_one_press_stops_without_a_page(
    desk: Desk, agreed: Contact, group: Group, at: datetime
) -> None:
    tell(group)
    link = link_in(desk, Purpose.STOP)
    outside = Client(enforce_csrf_checks=True)

    for _ in range(2):
        assert outside.post(link, ONE_CLICK).status_code == 200

    assert Contact.objects.get().stopped_at is not None
    count = len(desk.letters)
    tell(group, "release:1:changed")
    assert len(desk.letters) == count
    assert Line.objects.filter(verb="contact.stopped").count() == 1


def test_any_other_press_needs_the_page(agreed: Contact) -> None:
    outside, link = Client(enforce_csrf_checks=True), f"/stop/{token_for(agreed, Purpose.STOP)}/"

    for body in ({}, {"again": "1"}, {"List-Unsubscribe": "one-click"}):
        assert outside.post(link, body).status_code == 403
    assert outside.post(f"/agree/{token_for(agreed, Purpose.AGREE)}/", ONE_CLICK).status_code == 403

    assert Contact.objects.get().stopped_at is None


def test_what_waits_for_a_contact_who_stopped_is_not_sent(
    desk: Desk, agreed: Contact, group: Group, client: Client
) -> None:
    deliver_due()
    say("release:1:published", about=group, audience=Audience(groups=frozenset({group.pk})), at=now())

    client.post(f"/stop/{token_for(agreed, Purpose.STOP)}/")

    assert list(Delivery.objects.filter(message__kind="planned_work").values_list("state")) == [
        ("withdrawn",)
    ]


def test_there_is_a_way_back(agreed: Contact, client: Client) -> None:
    link = f"/stop/{token_for(agreed, Purpose.STOP)}/"
    client.post(link)
    page = client.get(link).content.decode()

    client.post(link, {"again": "1"})

    assert "Tell me again" in page
    assert Contact.objects.get().is_told


def test_whoever_never_agreed_cannot_begin_again(contact: Contact, client: Client) -> None:
    answer = client.post(f"/stop/{token_for(contact, Purpose.STOP)}/", {"again": "1"})

    assert answer.status_code == 409
    assert not Contact.objects.get().is_told


@pytest.mark.parametrize("where", [Purpose.STOP, Purpose.AGREE])
def test_a_link_serves_one_purpose_one_letter_and_its_time(
    where: Purpose, contact: Contact, manager: User, client: Client
) -> None:
    letter = Delivery.objects.get()
    other = say("release:9:published", about=manager, audience=Audience(people=frozenset({manager.pk})))
    to_a_person = other.deliveries.get(channel=Channel.EMAIL)
    soon = now() + timedelta(days=1)
    good = sign(where, letter.pk, until=soon)
    another = Purpose.AGREE if where is Purpose.STOP else Purpose.STOP
    data, rest = good.split(":", 1)
    bad = {
        "other purpose": (sign(another, letter.pk, until=soon), 404),
        "for readiness": (sign(Purpose.READY, letter.pk, until=soon), 404),
        "a person's letter": (sign(where, to_a_person.pk, until=soon), 404),
        "no letter": (sign(where, 999_999, until=soon), 404),
        "changed": (f"{data[:-1]}{'A' if data[-1] != 'A' else 'B'}:{rest}", 404),
        "another's signature": (f"{sign(where, letter.pk + 1, until=soon).split(':', 1)[0]}:{rest}", 404),
        "nothing": ("x", 404),
        "expired": (sign(where, letter.pk, until=now()), 410),
    }

    for why, (token, status) in bad.items():
        for answer in (
            client.get(f"/{where.value}/{token}/"),
            client.post(f"/{where.value}/{token}/", ONE_CLICK),
        ):
            assert answer.status_code == status, why
            assert "This link" in answer.content.decode(), why

    assert (Contact.objects.get().agreed_at, Contact.objects.get().stopped_at) == (None, None)
    assert client.get(f"/{where.value}/{good}/").status_code == 200


def test_links_expire_by_the_portals_clock(
    desk: Desk, contact: Contact, client: Client, settings: Any
) -> None:
    deliver_due()
    agree, stop = link_in(desk, Purpose.AGREE), link_in(desk, Purpose.STOP)

    settings.CLOCK_OFFSET += AGREE_WITHIN
    answers = [client.get(agree).status_code, client.get(stop).status_code]
    settings.CLOCK_OFFSET += STOP_WITHIN - AGREE_WITHIN

    assert answers == [410, 200]
    assert client.get(stop).status_code == 410


def test_a_link_to_an_address_that_was_corrected_agrees_to_nothing(
    contact: Contact, lead: User, client: Client, group: Group
) -> None:
    old = token_for(contact, Purpose.AGREE)
    facts: dict[str, Any] = {"name": contact.name, "organisation": "", "mobile": "", "groups": [group]}

    change_contact(contact=contact, seen=contact.version, by=lead, at=now(), email="new@a.example", **facts)

    assert client.post(f"/agree/{old}/").status_code == 409
    assert not Contact.objects.get().is_told
    first, second = Delivery.objects.order_by("pk")
    assert (first.state, second.state, second.address) == ("withdrawn", "queued", "new@a.example")


def test_a_new_address_is_asked_anew_and_a_new_name_is_not(agreed: Contact, lead: User, group: Group) -> None:
    facts: dict[str, Any] = {"organisation": "Riverside", "groups": [group]}

    change_contact(
        contact=agreed,
        seen=agreed.version,
        by=lead,
        at=now(),
        name="Owner",
        email=ADDRESS,
        mobile="",
        **facts,
    )
    renamed = Contact.objects.get()
    is_still_told = renamed.is_told
    change_contact(
        contact=renamed, seen=renamed.version, by=lead, at=now(), name="Owner", email="b@c.example", mobile="",
        **facts,
    )  # fmt: skip

    assert is_still_told
    assert not Contact.objects.get().is_told


def test_nobody_is_asked_again_too_soon(contact: Contact, lead: User) -> None:
    asked = contact.asked_at
    assert asked

    with pytest.raises(Refused, match="can be asked again from"):
        ask_again(contact=contact, by=lead, at=asked + ASK_AGAIN - timedelta(seconds=1))
    ask_again(contact=contact, by=lead, at=asked + ASK_AGAIN)

    assert Delivery.objects.filter(contact=contact).count() == 2


def test_whoever_stopped_is_left_alone(agreed: Contact, lead: User, client: Client, settings: Any) -> None:
    client.post(f"/stop/{token_for(agreed, Purpose.STOP)}/")
    stopped = Contact.objects.get().stopped_at
    assert stopped

    with pytest.raises(Refused):
        ask_again(contact=agreed, by=lead, at=stopped + STOP_WITHIN - timedelta(seconds=1))
    ask_again(contact=agreed, by=lead, at=stopped + STOP_WITHIN)


def test_whoever_agreed_is_not_asked_again(agreed: Contact, lead: User) -> None:
    with pytest.raises(Refused, match="agreed already"):
        ask_again(contact=agreed, by=lead, at=now() + ASK_AGAIN)


def test_two_who_change_one_contact_do_not_overwrite_each_other(
    contact: Contact, group: Group, lead: User
) -> None:
    facts: dict[str, Any] = {"name": "x", "email": ADDRESS, "mobile": "", "groups": [group]}
    change_contact(contact=contact, seen=contact.version, by=lead, at=now(), **facts)

    with pytest.raises(Conflict):
        change_contact(contact=contact, seen=1, by=lead, at=now(), **facts)
    change_group(group=group, seen=1, by=lead, at=now(), name="Practices")
    with pytest.raises(Conflict):
        change_group(group=group, seen=1, by=lead, at=now(), name="Others")


def test_an_address_is_one_contact(contact: Contact, lead: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        add_contact(by=lead, at=now(), name="Twice", email=ADDRESS)


def test_the_record_keeps_no_address(contact: Contact, client: Client, lead: User) -> None:
    client.post(f"/agree/{token_for(contact, Purpose.AGREE)}/")
    client.post(f"/stop/{token_for(contact, Purpose.STOP)}/")

    kept = [f"{line.subject_label} {line.actor_label}" for line in Line.objects.all()]
    assert len(kept) > 3
    assert not [each for each in kept if "@" in each]


def test_the_page_finds_adds_and_changes(as_: Any, lead: User, group: Group, contact: Contact) -> None:
    client = as_(lead)

    page = client.get("/contacts/", {"q": "gp practices"}).content.decode()
    none = client.get("/contacts/", {"q": "nobody"}).content.decode()
    added = client.post("/contacts/add/", {"name": "Reception", "email": "r@s.example", "groups": [group.pk]})
    again = client.post("/contacts/add/", {"name": "Reception", "email": "r@s.example"})
    late = client.post(f"/contacts/{contact.pk}/", {"name": "x", "email": ADDRESS, "version": "99"})

    assert ADDRESS in page
    assert "0 of 1 agreed" in page
    assert "No contact was found" in none
    assert added.status_code == 302
    assert (again.status_code, late.status_code) == (422, 409)
    assert "This address is a contact already." in again.content.decode()
    assert Contact.objects.get(email="r@s.example").groups.get() == group


def test_the_list_costs_the_same_for_many(
    as_: Any, lead: User, group: Group, django_assert_num_queries: Any
) -> None:
    client = as_(lead)
    for number in range(30):
        Contact.objects.create(name=f"Practice {number}", email=f"p{number}@a.example").groups.add(group)

    # session, user, permissions, how many, contacts, their groups, groups, unread, banner (2)
    with django_assert_num_queries(10):
        client.get("/contacts/")
