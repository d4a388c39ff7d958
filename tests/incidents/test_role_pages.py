"""Command in the room and on its pages: what is held, missing and offered, and what waits for whom."""

from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import CommandRole, Rota, Shift
from continuity.core.clock import now
from incidents import actions
from incidents.models import Handover, Incident, RoleAssignment, State
from tests.factories import SiteFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages act now, so what they show was declared now."""
    return now()


@pytest.fixture
def colleague(db: None) -> User:
    return UserFactory(job_title="Duty manager", role="manager")


def role(code: str) -> CommandRole:
    return CommandRole.objects.get(code=code)


def address(name: str, incident: Incident, *args: Any) -> str:
    return reverse(f"incidents:{name}", args=[incident.ref, *args])


def words_of(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def panel_of(response: Any) -> Any:
    found = BeautifulSoup(response.content, "html.parser").select_one("#panel-roles")
    assert found
    return found


def test_at_severity_2_what_is_missing_is_offered(as_: Any, manager: User, severe: Incident) -> None:
    panel = panel_of(as_(manager).get(address("room", severe)))

    said = " ".join(panel.get_text(" ").split())
    assert (
        "At severity 2 these should be held: Tactical commander (Silver), Incident manager, "
        "Clinical safety officer, Communications lead, Loggist"
    ) in said
    sent_to = {form["action"] for form in panel.select("form")}
    assert address("take", severe, "it_lead") in sent_to
    assert address("take", severe, "tactical") not in sent_to
    assert panel.select(f"a[href='{address('offer-role', severe, 'tactical')}']")


def test_at_severity_3_all_but_the_lead_is_folded_away(as_: Any, manager: User, light: Incident) -> None:
    panel = panel_of(as_(manager).get(address("room", light)))

    folded = panel.select_one("details")
    assert folded
    assert "Loggist" in folded.get_text()
    assert "Missing" not in panel.get_text()
    assert "IT manager (you)" in " ".join(panel.get_text(" ").split())


def test_whoever_is_on_call_is_asked_in_one_press(
    as_: Any, manager: User, colleague: User, severe: Incident, at: datetime
) -> None:
    rota = Rota.objects.create(key="comms", name="Press office", reach="0", role=role("comms"))
    Shift.objects.create(rota=rota, person=colleague, span=Range(at, None))
    client = as_(manager)

    page = panel_of(client.get(address("room", severe)))
    asked = page.select_one(f"form[action='{address('offer-role', severe, 'comms')}']")
    fields = {field["name"]: field.get("value", "") for field in asked.select("input")}
    answer = client.post(asked["action"], fields)

    assert "Offer to Duty manager" in asked.get_text()
    assert answer["Location"] == address("room", severe)
    assert severe.assignments.offered().get().person == colleague


def test_an_offer_waits_on_the_list_in_the_room_and_on_its_page(
    as_: Any, manager: User, colleague: User, severe: Incident, at: datetime
) -> None:
    asked = actions.offer(incident=severe, role=role("it_lead"), to=colleague, by=manager, at=at)
    client, page = as_(colleague), address("offer", severe, asked.pk)

    listed = client.get(reverse("incidents:list"))
    assert BeautifulSoup(listed.content, "html.parser").select(f"a[href='{page}']")
    assert "IT manager asks you to be Incident manager" in words_of(client.get(address("room", severe)))
    assert "IT manager asks you to take this role" in words_of(client.get(page))
    client.post(page)

    severe.refresh_from_db()
    assert (severe.state, severe.assignments.active().get().person) == (State.RESPONDING, colleague)
    assert "Waiting for your answer" not in words_of(client.get(reverse("incidents:list")))


def test_who_only_reads_answers_what_they_are_asked(
    as_: Any, commander: User, clinician: User, severe: Incident, at: datetime
) -> None:
    asked = actions.offer(
        incident=severe, role=role("loggist"), to=clinician, is_allowed=True, by=commander, at=at
    )
    client = as_(clinician)

    assert "by leave of Tactical commander" in words_of(client.get(address("offer", severe, asked.pk)))
    answer = client.post(address("decline", severe, asked.pk), {"reason": "I am in theatre."})

    asked.refresh_from_db()
    assert (answer["Location"], asked.state) == (severe.get_absolute_url(), "declined")
    assert "Declined. I am in theatre." in words_of(client.get(address("offer", severe, asked.pk)))


def test_a_refused_offer_keeps_what_was_chosen_and_says_why(
    as_: Any, commander: User, clinician: User, severe: Incident
) -> None:
    page = as_(commander).post(address("offer-role", severe, "it_lead"), {"to": clinician.pk})

    assert page.status_code == 422
    assert "Ward sister may not be Incident manager" in words_of(page)
    chosen = BeautifulSoup(page.content, "html.parser").select_one("option[selected]")
    assert chosen
    assert chosen["value"] == str(clinician.pk)


def test_only_a_level_above_is_shown_who_is_not_trained(
    as_: Any, manager: User, commander: User, clinician: User, severe: Incident
) -> None:
    form = address("offer-role", severe, "it_lead")

    by_manager, by_commander = words_of(as_(manager).get(form)), words_of(as_(commander).get(form))

    assert "Ward sister" not in by_manager
    assert "Ward sister (not trained for it)" in by_commander
    assert "act without training" in by_commander


def test_a_site_is_named_for_an_operational_commander(as_: Any, manager: User, severe: Incident) -> None:
    site = SiteFactory(name="North hospital")

    as_(manager).post(address("take", severe, "operational"), {"site": site.pk})

    assert severe.assignments.active().get().site == site
    assert "North hospital" in words_of(as_(manager).get(address("room", severe)))


def test_a_role_is_handed_over_with_the_briefing_on_the_form(
    as_: Any, manager: User, colleague: User, light: Incident
) -> None:
    form = address("hand-over", light, light.assignments.get().pk)

    shown = words_of(as_(manager).get(form))
    as_(manager).post(form, {"to": colleague.pk, "situation": "Two wards.", "risks": "Night is near."})

    assert "Update 1," in shown
    assert "Next update by" in shown
    found = Handover.objects.get()
    assert (found.to, found.situation, found.risks) == (colleague, "Two wards.", "Night is near.")
    page = address("handover", light, found.pk)
    assert "Withdraw the handover" in words_of(as_(manager).get(page))
    read = words_of(as_(colleague).get(page))
    assert "IT manager hands over to you" in read
    assert "Two wards." in read
    as_(colleague).post(page)
    assert light.assignments.active().get().person == colleague
    assert "Accepted" in words_of(as_(manager).get(page))
    assert "Waiting for your answer" not in words_of(as_(colleague).get(reverse("incidents:list")))


@pytest.mark.parametrize(("name", "state"), [("decline-handover", "declined"), ("withdraw", "withdrawn")])
def test_a_handover_is_declined_or_withdrawn_on_its_page(
    as_: Any, manager: User, colleague: User, light: Incident, at: datetime, name: str, state: str
) -> None:
    found = actions.hand_over(assignment=light.assignments.get(), to=colleague, by=manager, at=at)
    by = colleague if state == "declined" else manager

    as_(by).post(address(name, light, found.pk), {"reason": "My shift ends."})

    found.refresh_from_db()
    assert (found.state, light.assignments.active().get().person) == (state, manager)


def test_a_handover_by_phone_is_entered_from_the_room(
    as_: Any, manager: User, colleague: User, light: Incident
) -> None:
    held = light.assignments.get()
    assert "Handed over by phone" in words_of(as_(manager).get(address("room", light)))

    as_(manager).post(address("by-phone", light, held.pk), {"to": colleague.pk})

    assert light.assignments.active().get().person == colleague
    assert "entered by IT manager" in words_of(
        as_(manager).get(address("handover", light, Handover.objects.get().pk))
    )


def test_forcing_from_the_room_says_that_the_holder_is_there(
    as_: Any, commander: User, light: Incident
) -> None:
    held = light.assignments.get()
    assert "Force a handover" in words_of(as_(commander).get(address("room", light)))

    page = as_(commander).post(
        address("force", light, held.pk), {"to": commander.pk, "reason": "Nobody answers."}
    )

    assert page.status_code == 422
    assert "did something in this incident in the last 10 minutes" in words_of(page)


def test_the_record_names_who_served_and_not_who_was_only_asked(
    as_: Any, manager: User, colleague: User, commander: User, severe: Incident, at: datetime
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)
    asked = actions.offer(incident=severe, role=role("comms"), to=colleague, by=manager, at=at)
    actions.decline(assignment=asked, reason="Busy.", by=colleague, at=at)
    RoleAssignment.objects.create(
        incident=severe, role=role("strategic"), person_role="On-call director", state="active"
    )

    page = BeautifulSoup(as_(commander).get(severe.get_absolute_url()).content, "html.parser")

    keys, values = page.select(".nhsuk-summary-list__key"), page.select(".nhsuk-summary-list__value")
    rows = {
        key.get_text(strip=True): value.get_text(" ", strip=True)
        for key, value in zip(keys, values, strict=True)
    }
    assert rows["Incident manager"].startswith("IT manager since")
    assert rows["Strategic commander (Gold)"] == "On-call director"
    assert "Communications lead" not in rows


def test_a_role_that_was_taken_meanwhile_says_by_whom(
    as_: Any, colleague: User, severe: Incident, manager: User, at: datetime
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)

    page = as_(colleague).post(address("take", severe, "it_lead"))

    assert page.status_code == 422
    assert "IT manager is Incident manager already." in words_of(page)


@pytest.mark.parametrize("name", ["take", "offer-role"])
def test_only_who_runs_incidents_takes_and_offers(
    as_: Any, clinician: User, severe: Incident, name: str
) -> None:
    assert as_(clinician).post(address(name, severe, "it_lead")).status_code == 403
    assert not severe.assignments.exists()
