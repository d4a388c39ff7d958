"""The timeline a part at a time: nothing is left out or shown twice, and decisions have who and when again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.core.refusals import Refused
from incidents import actions
from incidents.models import Entry, Incident, RoleAssignment
from incidents.story import CHOICES, Page, page_of, to_look_at_again
from incidents.timeline import timeline

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def note(manager: User, at: datetime) -> Any:
    """`note(incident, "Rang.", minutes=5)`: an entry of 5 minutes after the story begins."""

    def write(
        incident: Incident, text: str, *, minutes: int = 0, kind: str = "action", **facts: Any
    ) -> Entry:
        when = at + minutes * MINUTE
        return actions.add_entry(
            incident=incident, kind=kind, text=text, occurred_at=when, by=manager, at=at + 4 * HOUR, **facts
        )

    return write


@pytest.fixture
def lively(light: Incident, note: Any, manager: User, at: datetime) -> Incident:
    """Entries, updates and lines, some at one instant."""
    for number in range(7):
        note(light, f"Entry {number}", minutes=number // 3)
    for number in range(3):
        actions.no_change(incident=light, by=manager, at=at + number * MINUTE)
    actions.set_severity(incident=light, severity=4, reason="One ward.", by=manager, at=at + MINUTE)
    return light


@pytest.fixture
def held(severe: Incident, manager: User, at: datetime) -> RoleAssignment:
    return actions.take_lead(incident=severe, by=manager, at=at)


def walked(incident: Incident, *, limit: int, choice: str = "all") -> list[Page]:
    """Every page from the newest to the oldest."""
    pages = [page_of(incident, limit=limit, choice=choice)]
    while pages[-1].before:
        pages.append(page_of(incident, before=pages[-1].before, limit=limit, choice=choice))
    return pages


@pytest.mark.parametrize("limit", [1, 3, 4, 100])
def test_page_by_page_nothing_is_left_out_or_shown_twice(lively: Incident, limit: int) -> None:
    whole = [item.place for item in timeline(lively, lively.updates.all())]

    pages = walked(lively, limit=limit)

    assert [item.place for page in pages for item in page.items] == whole[::-1]
    assert pages[0].after is None
    assert all(len(page.items) <= limit for page in pages)


def test_back_to_the_newer_leads_over_the_same_items(lively: Incident) -> None:
    pages = walked(lively, limit=4)

    back = [pages[-1]]
    while back[-1].after:
        back.append(page_of(lively, after=back[-1].after, limit=4))

    seen = [item.place for page in back[::-1] for item in page.items]
    assert seen == [item.place for item in timeline(lively, lively.updates.all())][::-1]


def test_each_part_is_of_its_kind(lively: Incident, note: Any) -> None:
    note(lively, "Gave tea.", kind="welfare")

    shown = {name: [item.title for item in page_of(lively, choice=name).items] for name in CHOICES}

    assert shown["welfare"] == ["Welfare"]
    assert "Action" not in shown["key"]
    assert "Severity set to 4" in shown["key"]
    assert len(shown["updates"]) == 4
    assert shown["steps"] == []


def test_a_decision_says_who_took_it_in_which_role(severe: Incident, held: RoleAssignment, note: Any) -> None:
    entry = note(
        severe, "Divert to the other site.", minutes=1, kind="decision", reason="Full.", decided_by=held
    )

    assert entry.decided_by == held


def test_nobody_decides_in_a_role_they_did_not_hold_then(
    severe: Incident, held: RoleAssignment, note: Any, at: datetime
) -> None:
    RoleAssignment.objects.filter(pk=held.pk).update(accepted_at=at + HOUR)
    held.refresh_from_db()

    with pytest.raises(Refused, match="was not Incident manager at 4:01pm"):
        note(severe, "Divert.", minutes=1, kind="decision", reason="Full.", decided_by=held)

    assert not severe.entries.exists()


def test_at_severity_2_a_decision_needs_who_took_it(severe: Incident, note: Any) -> None:
    with pytest.raises(Refused, match="Say who decided"):
        note(severe, "Divert.", kind="decision", reason="Full.")


def test_the_light_path_asks_nobody_who_decided(light: Incident, note: Any) -> None:
    entry = note(light, "Wait for the part.", kind="decision", reason="It comes today.")

    assert entry.decided_by is None


def test_a_decision_of_another_incident_is_not_looked_at_again(
    light: Incident, severe: Incident, note: Any
) -> None:
    other = note(light, "Wait.", kind="decision", reason="It comes today.")
    here = {"kind": "decision", "reason": "Full.", "decided_by": None}

    Incident.objects.filter(pk=severe.pk).update(severity=3)

    with pytest.raises(Refused, match="Only a decision of the same incident"):
        note(severe, "Divert.", revisits=other, **here)


def test_a_due_decision_is_shown_until_it_is_looked_at_again(
    light: Incident, note: Any, at: datetime
) -> None:
    first = note(light, "Wait.", kind="decision", reason="It comes today.", look_again_at=at + HOUR)

    before, due = to_look_at_again(light, at), list(to_look_at_again(light, at + HOUR))
    note(light, "Still wait.", minutes=61, kind="decision", reason="It is on its way.", revisits=first)

    assert not before
    assert due == [first]
    assert not to_look_at_again(light, at + 2 * HOUR)


def test_the_page_of_the_timeline_is_for_who_reads_records(
    as_: Any, light: Incident, stranger: User, manager: User, trusted: None, client: Client
) -> None:
    address = f"/incidents/{light.ref}/timeline/"

    codes = [client.get(address).status_code, as_(stranger).get(address).status_code]

    assert codes == [302, 403]
    assert as_(manager).get(address).status_code == 200


def test_an_entry_is_found_by_its_address(as_: Any, lively: Incident, manager: User) -> None:
    entry = lively.entries.get(text="Entry 5")

    page = as_(manager).get(f"/incidents/{lively.ref}/timeline/?entry={entry.pk}").content.decode()

    assert page.index(f'id="entry-{entry.pk}"') < page.index("Entry 3") < page.index("Declared, severity 3")
    assert "Entry 6" not in page


@pytest.mark.parametrize("query", ["before=x", "after=1.1", "entry=99999999999999999999", "show=nothing"])
def test_an_address_nobody_made_shows_the_newest(
    as_: Any, lively: Incident, manager: User, query: str
) -> None:
    answer = as_(manager).get(f"/incidents/{lively.ref}/timeline/?{query}")

    assert "Severity set to 4" in answer.content.decode()


def test_late_and_paper_entries_are_marked(as_: Any, light: Incident, manager: User, note: Any) -> None:
    note(light, "Sent a runner.", minutes=5, paper_sheet="Sheet 4")

    page = as_(manager).get(f"/incidents/{light.ref}/timeline/").content.decode()

    assert "<strong>late</strong>: written down" in page
    assert "<strong>from paper</strong>" in page
    assert "from paper sheet Sheet 4" in page


def test_one_line_in_the_room_is_an_entry(as_: Any, light: Incident, manager: User) -> None:
    client = as_(manager)
    room = client.get(f"/incidents/{light.ref}/room/").content.decode()

    client.post(f"/incidents/{light.ref}/entry/", {"kind": "communication", "text": "Rang the switchboard."})

    assert 'id="note_text"' in room
    assert light.entries.get().text == "Rang the switchboard."


def test_what_was_typed_stays_when_an_entry_is_refused(as_: Any, severe: Incident, manager: User) -> None:
    typed = {"kind": "decision", "text": "Divert to the other site.", "reason": "Full."}

    answer = as_(manager).post(f"/incidents/{severe.ref}/entry/", typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say who decided" in page
    assert "Divert to the other site." in page
