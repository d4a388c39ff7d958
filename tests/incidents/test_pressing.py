"""Forms that count once, however often they are sent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.core.clock import now
from incidents.actions.pressing import begin_press, forget_presses
from incidents.models import Incident, Press
from tests.racing import race

pytestmark = pytest.mark.django_db
KEY = "5f0c9a52-6a5e-4d0c-9f0e-0a4f4c1f2b11"
SCRIPT = {"X-Portal-Once": "1"}
ENTRY = {"kind": "action", "text": "Rang the supplier.", "once": KEY}


@pytest.fixture
def at() -> datetime:
    """Pages act now, so what they show was declared now."""
    return now()


@pytest.fixture
def address(light: Incident) -> str:
    return f"/incidents/{light.ref}/"


def test_the_same_form_sent_twice_counts_once_and_is_answered_the_same(
    light: Incident, address: str, manager: User, as_: Any
) -> None:
    client = as_(manager)

    answers = [client.post(f"{address}entry/", ENTRY, headers=SCRIPT) for _ in range(2)]

    assert light.entries.count() == 1
    assert [answer.status_code for answer in answers] == [200, 200]
    told = [answer.json() for answer in answers]
    assert [each["said"] for each in told] == ["It is on the timeline."] * 2
    assert told[0]["address"] == told[1]["address"] == address


def test_without_a_script_the_person_comes_back_and_is_told(
    light: Incident, address: str, manager: User, as_: Any
) -> None:
    client = as_(manager)
    client.post(f"{address}entry/", ENTRY)

    again = client.post(f"{address}entry/", {**ENTRY, "from": "room"}, follow=True)

    assert light.entries.count() == 1
    assert again.redirect_chain == [(address, 302)]
    assert "It is on the timeline." in again.content.decode()


def test_a_form_that_stood_in_the_room_comes_back_to_it(address: str, manager: User, as_: Any) -> None:
    answer = as_(manager).post(f"{address}entry/", {**ENTRY, "from": "room"})

    assert answer["Location"] == f"{address}room/"


def test_a_refused_form_keeps_its_key_for_the_next_time(
    light: Incident, address: str, manager: User, as_: Any
) -> None:
    client = as_(manager)
    refused = client.post(f"{address}entry/", {**ENTRY, "kind": "decision"}, headers=SCRIPT)
    shown = client.post(f"{address}entry/", {**ENTRY, "kind": "decision"})

    mended = client.post(f"{address}entry/", {**ENTRY, "kind": "decision", "reason": "It is slow."})

    assert refused.status_code == 422
    assert refused.json() == {"refused": ["Give the reason for the decision"]}
    assert f'name="once" value="{KEY}"' in shown.content.decode()
    assert (mended.status_code, light.entries.count()) == (302, 1)


def test_what_an_action_refuses_is_told_to_the_script(
    light: Incident, address: str, manager: User, as_: Any
) -> None:
    answer = as_(manager).post(f"{address}close/", {"once": KEY}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "cannot become closed" in answer.json()["refused"][0]
    assert not Press.objects.exists()


def test_another_persons_key_does_not_count(
    light: Incident, address: str, manager: User, commander: User, as_: Any
) -> None:
    begin_press(key=uuid4(), by=manager, at=now())
    Press.objects.update(key=KEY)

    answer = as_(commander).post(f"{address}entry/", ENTRY)

    assert (answer.status_code, light.entries.count()) == (409, 0)


@pytest.mark.parametrize("key", ["", "none", "5f0c"])
def test_a_form_without_a_key_counts_each_time(
    light: Incident, address: str, manager: User, as_: Any, key: str
) -> None:
    for _ in range(2):
        as_(manager).post(f"{address}entry/", {**ENTRY, "once": key})

    assert light.entries.count() == 2


def test_keys_are_forgotten_after_a_day(manager: User) -> None:
    at = now()
    begin_press(key=uuid4(), by=manager, at=at - timedelta(hours=25))
    begin_press(key=uuid4(), by=manager, at=at - timedelta(hours=23))

    forget_presses(at=at)

    assert Press.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_many_connections_at_once_counts_once(
    light: Incident, address: str, manager: User, as_: Any
) -> None:
    cookies = as_(manager).cookies

    def send() -> Any:
        client = Client()
        client.cookies = cookies
        return client.post(f"{address}entry/", ENTRY, headers=SCRIPT).json()

    answers = race(*[send] * 5)

    assert light.entries.count() == 1
    assert {answer["said"] for answer in answers} == {"It is on the timeline."}
