"""Pages of incidents: who sees what, what staff read, that the forms work without JavaScript."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.ledger import lines_about
from incidents.actions import mark_duplicate, post_update, restore
from incidents.models import Incident, State
from tests.factories import DisruptionFactory, IncidentFactory, ReleaseFactory, ServiceFactory

pytestmark = pytest.mark.django_db
FORM_PAGES = (
    *("update", "services", "fix", "restore", "stand-down", "reopen", "duplicate", "cancel"),
    *("entry", "severity", "assess", "restrict"),
)
BUTTONS = ("unchanged", "close")


@pytest.fixture
def at() -> datetime:
    """Pages act now, so what they show was declared now."""
    return now()


def words_of(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_staff_read_the_news_without_logging_in(
    client: Client, trusted: None, declared: Any, manager: User
) -> None:
    incident = declared(by=manager, do_now="Use the wired computers.", severity=2)

    page = client.get(incident.get_absolute_url())

    said = words_of(page)
    assert "Use the wired computers." in said
    assert "We are finding out why." in said
    assert "Next update by" in said
    assert "Severity 2" in said
    assert "Timeline" not in said
    assert not BeautifulSoup(page.content, "html.parser").select("main form")


def test_readers_see_the_record_and_may_only_follow_it(as_: Any, clinician: User, light: Incident) -> None:
    page = as_(clinician).get(light.get_absolute_url())

    assert "Timeline" in words_of(page)
    assert "IT manager" in words_of(page)
    forms = BeautifulSoup(page.content, "html.parser").select("main form")
    assert [form["action"] for form in forms] == [reverse("incidents:follow", args=[light.ref])]


def test_who_runs_incidents_finds_every_step_on_the_page(as_: Any, manager: User, light: Incident) -> None:
    page = BeautifulSoup(as_(manager).get(light.get_absolute_url()).content, "html.parser")

    sent_to = {form["action"] for form in page.select("main form")}
    assert reverse("incidents:update", args=[light.ref]) in sent_to
    assert reverse("incidents:fix", args=[light.ref]) in sent_to
    assert reverse("incidents:unchanged", args=[light.ref]) in sent_to


def test_the_light_path_is_three_presses(as_: Any, manager: User, wifi: Service) -> None:
    client = as_(manager)

    client.post(reverse("incidents:declare"), declaration(takes_lead="on"))
    incident = Incident.objects.get()
    client.post(
        reverse("incidents:update", args=[incident.ref]), {"happened": "A switch is replaced.", "seen": 1}
    )
    done = client.post(reverse("incidents:fix", args=[incident.ref]), {"instruction": "use"}, follow=True)

    incident.refresh_from_db()
    assert incident.state == State.STOOD_DOWN
    assert "Use it as usual." in words_of(done)


def test_what_staff_do_now_stands_until_it_is_changed(as_: Any, manager: User, declared: Any) -> None:
    incident = declared(by=manager, do_now="Use the wired computers.")
    client = as_(manager)

    form = client.get(incident.get_absolute_url()).context["update_form"]

    assert form["do_now"].value() == "Use the wired computers."


def declaration(**more: str) -> dict[str, str]:
    """What the shortest declaration sends."""
    return {
        "title": "Wi-Fi is down on the wards", "service": str(Service.objects.get(key="wifi").pk),
        "effect": "down", "impact": "3", "urgency": "3", **more,
    }  # fmt: skip


def test_a_declaration_with_errors_keeps_what_was_typed(as_: Any, clinician: User, wifi: Service) -> None:
    page = as_(clinician).post(reverse("incidents:declare"), declaration(title="", do_now="Use paper."))

    assert page.status_code == 422
    assert "There is a problem" in words_of(page)
    assert "Use paper." in words_of(page)
    assert not Incident.objects.exists()


def test_a_declaration_with_an_nhs_number_is_refused_until_it_is_confirmed_as_none(
    as_: Any, clinician: User, wifi: Service, caplog: pytest.LogCaptureFixture
) -> None:
    client, typed = as_(clinician), declaration(title="943 476 5919 is never answered")

    refused = client.post(reverse("incidents:declare"), typed)
    box = BeautifulSoup(refused.content, "html.parser").select_one("input[name=title-not-a-patient]")
    assert box is not None
    done = client.post(reverse("incidents:declare"), {**typed, "title-not-a-patient": str(box["value"])})

    assert refused.status_code == 422
    assert "no patient details belong here" in words_of(refused)
    assert done.status_code == 302
    assert lines_about(Incident.objects.get()).filter(verb="text.confirmed").get().actor_id == str(
        clinician.pk
    )
    assert "476" not in caplog.text


def test_a_release_that_went_wrong_fills_the_form(as_: Any, manager: User, wifi: Service) -> None:
    release = ReleaseFactory(state="in_progress")
    DisruptionFactory(release=release, service=wifi)

    page = as_(manager).get(reverse("incidents:declare"), {"release": release.ref})

    chosen = BeautifulSoup(page.content, "html.parser").select_one("select[name=service] option[selected]")
    assert chosen is not None
    assert (chosen["value"], chosen.text) == (str(wifi.pk), "Wi-Fi")
    assert release.title in words_of(page) or release.title in page.content.decode()
    client = as_(manager)
    client.post(reverse("incidents:declare"), declaration(release=str(release.ref)))
    assert Incident.objects.get().release == release


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000, "²", "-1"])
def test_a_report_number_that_cannot_be_one_is_left_out(as_: Any, manager: User, number: str) -> None:
    assert as_(manager).get(reverse("incidents:declare"), {"report": number}).status_code == 200


def test_a_restricted_incident_leaves_no_trace_for_others(
    as_: Any, client: Client, trusted: None, declared: Any, manager: User, clinician: User, wifi: Service
) -> None:
    incident = declared(by=manager, title="Quiet matter", is_restricted=True, restricted_why="Police inquiry")
    addresses = [
        reverse("incidents:list"), reverse("incidents:list") + "?q=quiet",
        reverse("catalogue:service", args=["wifi"]), reverse("incidents:report") + "?service=wifi",
    ]  # fmt: skip

    for person in (None, clinician):
        reader = as_(person) if person else client
        assert reader.get(incident.get_absolute_url()).status_code == 404
        for address in addresses:
            assert "Quiet matter" not in reader.get(address).content.decode()
    assert "Quiet matter" in as_(manager).get(reverse("incidents:list")).content.decode()
    assert as_(manager).get(incident.get_absolute_url()).status_code == 200


def test_a_restricted_duplicate_is_not_named_to_readers(
    as_: Any, clinician: User, manager: User, declared: Any, light: Incident, at: datetime
) -> None:
    quiet = declared(by=manager, is_restricted=True, restricted_why="Police inquiry")
    mark_duplicate(incident=quiet, of=light, by=manager, at=at)

    assert quiet.ref not in words_of(as_(clinician).get(light.get_absolute_url()))
    assert quiet.ref in words_of(as_(manager).get(light.get_absolute_url()))


@pytest.mark.parametrize("name", FORM_PAGES)
def test_every_form_opens_for_who_runs_incidents(as_: Any, manager: User, light: Incident, name: str) -> None:
    assert as_(manager).get(reverse(f"incidents:{name}", args=[light.ref])).status_code == 200


@pytest.mark.parametrize("name", [*FORM_PAGES, *BUTTONS])
def test_running_an_incident_is_refused_to_readers(
    as_: Any, client: Client, trusted: None, clinician: User, light: Incident, name: str
) -> None:
    address = reverse(f"incidents:{name}", args=[light.ref])

    assert client.post(address).status_code == 302
    refused = as_(clinician).post(address)
    assert refused.status_code == 403
    assert "IT manager" in words_of(refused)


def test_declaring_is_refused_to_strangers(as_: Any, stranger: User) -> None:
    assert as_(stranger).get(reverse("incidents:declare")).status_code == 403


def test_an_update_written_while_another_came_keeps_the_text(
    as_: Any, manager: User, lead: User, light: Incident, at: datetime
) -> None:
    address = reverse("incidents:update", args=[light.ref])
    post_update(incident=light, happened="The switch is found.", by=lead, at=at)

    late = as_(manager).post(address, {"happened": "We look for the switch.", "seen": "1"})

    assert late.status_code == 422
    assert "The switch is found." in words_of(late)
    assert "We look for the switch." in words_of(late)
    again = as_(manager).post(
        address, {"happened": "We replace it.", "seen": late.context["form"]["seen"].value()}
    )
    assert again.status_code == 302


def test_an_overdue_promise_is_said_to_everybody(
    client: Client, trusted: None, declared: Any, manager: User, at: datetime
) -> None:
    incident = declared(by=manager, at=at - timedelta(hours=5))

    assert "Update overdue since" in words_of(client.get(incident.get_absolute_url()))
    assert "Update overdue since" in words_of(client.get(reverse("incidents:list")))


def test_the_list_finds_by_words_service_and_severity(
    client: Client, trusted: None, wifi: Service, declared: Any, manager: User
) -> None:
    declared(by=manager, severity=2)
    other = ServiceFactory(name="Pharmacy robot")
    declared(by=manager, title="Robot stands still", services={other: "down"})

    def found(**asked: str) -> str:
        return words_of(client.get(reverse("incidents:list"), asked))

    assert "Robot stands still" not in found(q="wi-fi")
    assert "Robot stands still" in found(q="pharmacy robot")
    assert "Wi-Fi is down" not in found(service=str(other.key))
    assert "Wi-Fi is down" in found(severity="2")
    assert "Wi-Fi is down" in found(severity="nonsense", service="nonsense")


def test_past_incidents_come_in_pages(client: Client, trusted: None, db: None) -> None:
    for number in range(30):
        IncidentFactory(title=f"Past matter {number:02}", state="closed", restored_at=None)

    first, second = (words_of(client.get(reverse("incidents:list"), {"page": page})) for page in (1, 2))

    assert first.count("Past matter") == 25
    assert second.count("Past matter") == 5
    assert "Search to find older ones" not in first


def test_of_a_long_past_the_latest_are_listed_and_the_others_found(
    client: Client, trusted: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.views.pages.LISTED", 2)
    for number in range(3):
        declared_at = datetime(2024, 11, 2 + number, 9, tzinfo=UTC)
        IncidentFactory(
            title=f"Past matter {number}", state="closed", restored_at=None, declared_at=declared_at
        )

    listed = words_of(client.get(reverse("incidents:list")))
    searched = words_of(client.get(reverse("incidents:list"), {"q": "matter 0"}))

    assert [f"Past matter {number}" in listed for number in range(3)] == [False, True, True]
    assert "These are the latest 2. Search to find older ones." in listed
    assert "Past matter 0" in searched
    assert "Search to find older ones" not in searched


def test_severity_1_and_2_get_the_all_clear_from_clinical_safety_only(
    as_: Any, manager: User, severe: Incident, at: datetime
) -> None:
    restore(incident=severe, by=manager, at=at)
    address = reverse("incidents:stand-down", args=[severe.ref])

    refused = as_(manager).post(address, {"instruction": "use"})
    agreed = as_(manager).post(address, {"instruction": "use", "safety_agreed_by": "Clinical safety officer"})

    assert refused.status_code == 422
    assert "clinical safety agrees before the all-clear" in words_of(refused)
    assert agreed.status_code == 302
    severe.refresh_from_db()
    assert severe.state == State.STOOD_DOWN


def test_services_and_releases_show_their_incidents(
    client: Client, trusted: None, declared: Any, manager: User, wifi: Service
) -> None:
    release = ReleaseFactory(state="in_progress")
    declared(by=manager, release=release)

    assert "Wi-Fi is down on the wards" in words_of(client.get(wifi.get_absolute_url()))
    assert "Wi-Fi is down on the wards" in words_of(client.get(release.get_absolute_url()))
