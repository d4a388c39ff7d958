"""The incident room: who may enter, what it shows, and that only what changed is sent."""

import re
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup

from continuity.accounts.models import User
from continuity.core.clock import now
from incidents import actions
from incidents.models import Incident
from incidents.parts import memory

pytestmark = pytest.mark.django_db
HAVE = re.compile(r'id="panel-(\w+)" data-digest="(\w+)"')


@pytest.fixture
def at() -> datetime:
    """Pages act now, so what they show was declared now."""
    return now()


def words_of(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def has(response: Any) -> list[str]:
    """What a page says it has, as it asks for the rest."""
    return [":".join(found) for found in HAVE.findall(response.content.decode())]


def test_the_room_is_for_those_who_run_incidents_and_clinical_safety(
    severe: Incident, manager: User, safety: User, clinician: User, stranger: User, as_: Any
) -> None:
    room = f"/incidents/{severe.ref}/room/"

    answers = {
        str(person): as_(person).get(room).status_code for person in (manager, safety, clinician, stranger)
    }

    assert answers == {
        "IT manager": 200,
        "Clinical safety officer": 200,
        "Ward sister": 403,
        "Visitor": 403,
    }


def test_a_restricted_incidents_room_is_not_there_for_the_officer(
    declared: Any, manager: User, safety: User, as_: Any
) -> None:
    quiet = declared(by=manager, severity=2, is_restricted=True, restricted_why="Police inquiry")

    assert as_(manager).get(f"/incidents/{quiet.ref}/room/").status_code == 200
    assert as_(safety).get(f"/incidents/{quiet.ref}/room/").status_code == 404


def test_it_shows_how_near_harm_is_and_what_is_outstanding(severe: Incident, manager: User, as_: Any) -> None:
    said = words_of(as_(manager).get(f"/incidents/{severe.ref}/room/"))

    assert "until RTO, 0%" in said
    assert "until MTPD, 0%" in said
    assert "Nobody runs this incident." in said


def test_the_officer_agrees_in_one_press(
    severe: Incident, manager: User, safety: User, as_: Any, at: datetime
) -> None:
    actions.restore(incident=severe, by=manager, at=at)
    room = f"/incidents/{severe.ref}/room/"
    form = BeautifulSoup(as_(safety).get(room).content, "html.parser").find("form", id="agree")
    assert form is not None

    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    answer = as_(safety).post(form["action"], fields, follow=True)

    assert answer.redirect_chain == [(room, 302)]
    assert "Clinical safety agreed to the return to use" in words_of(answer)
    assert severe.safety_agreements.standing().get().agreed_by == safety


def test_only_the_parts_that_changed_are_sent(
    severe: Incident, manager: User, as_: Any, at: datetime
) -> None:
    client = as_(manager)
    before = client.get(f"/incidents/{severe.ref}/room/")
    address = f"/incidents/{severe.ref}/room/parts/"
    unchanged = client.get(address, {"have": has(before)})

    actions.add_entry(
        incident=severe, kind="action", text="Sent a runner.", occurred_at=at, by=manager, at=at
    )
    after = client.get(address, {"have": has(before)})

    assert has(unchanged) == []
    assert [name.split(":")[0] for name in has(after)] == ["story"]
    assert "Sent a runner." in words_of(after)


def test_parts_made_once_for_many_give_each_reader_keys_of_their_own(
    severe: Incident, manager: User, commander: User, as_: Any
) -> None:
    address = f"/incidents/{severe.ref}/room/parts/"
    memory.start()
    try:
        first, again = (as_(manager).get(address).content.decode() for _ in range(2))
        other = as_(commander).get(address).content.decode()
    finally:
        memory.stop()

    keys = [set(re.findall(r'name="once" value="([^"]+)"', html)) for html in (first, again, other)]
    assert all(len(found) > 1 for found in keys)
    assert not keys[0] & keys[1]
    assert not keys[0] & keys[2]
    assert "of-your-own" not in first + again + other


def test_a_part_that_is_remembered_gives_way_to_the_next_line(
    severe: Incident, manager: User, as_: Any, at: datetime
) -> None:
    address = f"/incidents/{severe.ref}/room/parts/"
    client = as_(manager)
    memory.start()
    try:
        client.get(address)
        actions.add_entry(incident=severe, kind="action", text="Rang.", occurred_at=at, by=manager, at=at)
        after = client.get(address)
    finally:
        memory.stop()

    assert "Rang." in words_of(after)
