"""The incident room: who may enter, what it shows, and that only what changed is sent."""

import re
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup

from continuity.accounts.models import User
from continuity.command.models import CommandRole
from continuity.core.clock import now
from incidents import actions
from incidents.models import Incident
from incidents.parts import memory
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
HAVE = re.compile(r'id="panel-(\w+)" data-digest="(\w+)"')
# Parts that are otherwise when a minute ends.
MOVE_ON = {"promise", "clock"}


@pytest.fixture
def at() -> datetime:
    """Pages act now, so what they show was declared now."""
    return now()


def words_of(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def has(response: Any) -> list[str]:
    """What a page says it has, as it asks for the rest."""
    return [":".join(found) for found in HAVE.findall(response.content.decode())]


def names(response: Any) -> set[str]:
    return {found.split(":")[0] for found in has(response)}


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

    assert names(unchanged) - MOVE_ON == set()
    assert names(after) - MOVE_ON == {"story"}
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


def test_a_note_has_only_the_timeline_made_again(
    severe: Incident, manager: User, as_: Any, at: datetime, django_assert_num_queries: Any
) -> None:
    address = f"/incidents/{severe.ref}/room/parts/"
    client = as_(manager)
    memory.start()
    try:
        before = client.get(address)
        actions.add_entry(incident=severe, kind="action", text="Rang.", occurred_at=at, by=manager, at=at)
        with django_assert_num_queries(5 + 6):  # who asks and what for, and the timeline
            after = client.get(address, {"have": has(before)})
    finally:
        memory.stop()

    assert names(after) == {"story"}


@pytest.mark.parametrize("is_back", [False, True])
def test_nothing_in_the_room_is_closed_to_the_officer(
    severe: Incident, manager: User, safety: User, as_: Any, at: datetime, is_back: bool
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)
    if is_back:
        actions.restore(incident=severe, by=manager, at=at)
    client = as_(safety)
    room = BeautifulSoup(client.get(f"/incidents/{severe.ref}/room/").content, "html.parser")
    links = {str(link["href"]) for link in room.select("#panels a[href^='/']")}
    sent = {str(form["action"]) for form in room.select("#panels form")}

    closed = [link for link in links if client.get(link).status_code == 403]
    closed += [action for action in sent if client.post(action).status_code == 403]

    assert links
    assert sent
    assert closed == []


def test_the_officer_takes_her_own_role(severe: Incident, safety: User, as_: Any) -> None:
    room = f"/incidents/{severe.ref}/room/"
    take = f"/incidents/{severe.ref}/roles/clinical_safety/take/"

    answer = as_(safety).post(take, {"from": "room"}, follow=True)

    assert answer.redirect_chain == [(room, 302)]
    assert severe.assignments.active().get().role.code == "clinical_safety"


def test_a_form_that_was_opened_from_the_room_leads_back_there(
    severe: Incident, manager: User, as_: Any
) -> None:
    room = f"/incidents/{severe.ref}/room/"
    client = as_(manager)
    link = BeautifulSoup(client.get(room).content, "html.parser").find("a", string="Change the severity")
    assert link is not None
    page = BeautifulSoup(client.get(str(link["href"])).content, "html.parser")

    fields = {str(each["name"]): str(each["value"]) for each in page.select("main form input[type=hidden]")}
    given = {**fields, "impact": "2", "urgency": "3", "reason": "Fewer wards."}
    answer = client.post(str(link["href"]), given, follow=True)

    assert answer.redirect_chain == [(room, 302)]
    assert page.find("a", string="Back to the room, nothing changed")


def test_what_is_outstanding_leads_to_its_part_of_the_room(
    severe: Incident, manager: User, as_: Any, at: datetime
) -> None:
    actions.name_outside_body(incident=severe, name="NHS England", why="", due_at=None, by=manager, at=at)

    page = BeautifulSoup(as_(manager).get(f"/incidents/{severe.ref}/room/").content, "html.parser")

    link = page.find("a", string="NHS England must be told.")
    assert link is not None
    assert page.find(id=str(link["href"]).removeprefix("#")) is not None


def test_a_part_made_for_many_is_the_same_for_all_whom_nothing_names_and_not_for_those_it_does(
    severe: Incident, manager: User, as_: Any, at: datetime
) -> None:
    address = f"/incidents/{severe.ref}/room/parts/"
    watching, another, asked = (UserFactory.create(role="manager", job_title="IT manager") for _ in range(3))
    alone = [has(as_(person).get(address)) for person in (watching, another)]

    memory.start()
    try:
        remembered = [has(as_(person).get(address)) for person in (watching, another)]
        actions.offer(
            incident=severe, role=CommandRole.objects.get(code="it_lead"), to=asked, by=manager, at=at
        )
        after = [words_of(as_(person).get(address)) for person in (watching, asked)]
    finally:
        memory.stop()

    assert alone[0] == alone[1] == remembered[0] == remembered[1]
    assert ["Waiting for your answer" in said for said in after] == [False, True]
