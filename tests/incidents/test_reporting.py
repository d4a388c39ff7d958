"""Reports without log-in: answered at once, counted but not traced, and dealt with by the duty manager."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Dependency, Service
from continuity.command.models import CommandRole, Rota
from continuity.core.clock import now
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Refused
from incidents import actions
from incidents.actions.reporting import (
    A_MINUTE_ABOUT_ONE_PROBLEM,
    A_MINUTE_FROM_ONE_ADDRESS,
    KEEP_TALLIES_FOR,
)
from incidents.known import known_about, whom_to_ring
from incidents.models import Incident, Report, ReportTally
from tests.factories import AreaFactory, DisruptionFactory, ReleaseFactory, ServiceFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
REPORT = "/incidents/report/"


@pytest.fixture
def ward(wifi: Service) -> Area:
    ward: Area = AreaFactory(key="ward-7", name="Ward 7")
    ward.services.add(wifi)
    return ward


def words_of(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def send(client: Client, **facts: str) -> Any:
    return client.post(
        REPORT, {"area": "ward-7", "service": "wifi", "text": "Nothing loads", **facts}, follow=True
    )


# --- What is known -------------------------------------------------------------------------------------


def test_an_incident_on_what_a_service_needs_explains_it(
    declared: Any, manager: User, wifi: Service, at: datetime
) -> None:
    observations, middle = ServiceFactory(name="Observations"), ServiceFactory()
    Dependency.objects.create(service=observations, on=middle, kind="stops")
    Dependency.objects.create(service=middle, on=wifi, kind="degrades")
    incident = declared(by=manager)

    assert known_about(observations, at).incidents == [incident]
    assert known_about(ServiceFactory(), at).incidents == []
    assert not known_about(None, at)


def test_a_restored_incident_explains_until_it_is_stood_down(
    severe: Incident, manager: User, wifi: Service, at: datetime
) -> None:
    actions.restore(incident=severe, by=manager, at=at)
    assert known_about(wifi, at).incidents == [severe]

    actions.stand_down(incident=severe, instruction="use", safety_agreed_by="Officer", by=manager, at=at)
    assert not known_about(wifi, at)


@pytest.mark.parametrize(
    ("state", "is_held", "minutes", "explains"),
    [
        ("published", False, -1, False),
        ("published", False, 1, True),
        ("published", True, 1, False),
        ("draft", False, 1, False),
        ("in_progress", False, 10_000, True),
        ("completed", False, 1, False),
        ("cancelled", False, 1, False),
    ],
)
def test_planned_work_explains_from_its_start_until_it_ends(
    wifi: Service, at: datetime, state: str, is_held: bool, minutes: int, explains: bool
) -> None:
    release = ReleaseFactory(state=state, is_held=is_held, outcome="Done")
    DisruptionFactory(release=release, service=wifi)

    found = known_about(wifi, at + minutes * MINUTE)

    assert (found.releases == [release]) is explains


def test_without_a_service_the_duty_manager_is_rung(db: None) -> None:
    role = CommandRole.objects.get(code="it_lead")
    Rota.objects.create(key="it-duty", name="Duty IT manager", role=role, reach="ext 5001")

    assert whom_to_ring(None) == ["Duty IT manager, ext 5001"]


# --- Making one ----------------------------------------------------------------------------------------


def test_a_ward_reports_in_two_fields_without_logging_in(client: Client, trusted: None, ward: Area) -> None:
    page = BeautifulSoup(client.get(REPORT, {"area": "ward-7"}).content, "html.parser")

    shown = [
        field["name"] for field in page.select("main select, main textarea, main input:not([type=hidden])")
    ]
    assert shown == ["service", "text"]
    assert page.select_one("main select optgroup")["label"] == "Used on Ward 7"  # type: ignore[index]


def test_a_new_problem_is_passed_on_and_says_whom_to_ring(client: Client, trusted: None, ward: Area) -> None:
    answer = words_of(send(client))

    assert "New: passed on" in answer
    assert "IT service desk, ext 5000" in answer
    report = Report.objects.get()
    assert (str(report.area), str(report.service), report.text) == ("Ward 7", "Wi-Fi", "Nothing loads")
    assert Line.objects.filter(verb="report.made").exists()


def test_a_known_problem_says_what_to_do(
    client: Client, trusted: None, ward: Area, declared: Any, manager: User
) -> None:
    incident = declared(by=manager, do_now="Use the wired computers.", at=now())

    answer = send(client)

    assert "Known: here is what to do" in words_of(answer)
    assert "Use the wired computers." in words_of(answer)
    assert incident.get_absolute_url() in answer.content.decode()


def test_the_answer_knows_more_when_it_is_opened_again(
    client: Client, trusted: None, ward: Area, declared: Any, manager: User
) -> None:
    answer = send(client)
    assert "New: passed on" in words_of(answer)

    declared(by=manager, at=now())

    assert "Known" in words_of(client.get(answer.redirect_chain[0][0]))


def test_an_answer_cannot_be_guessed(client: Client, trusted: None, ward: Area) -> None:
    send(client)

    assert client.get(f"{REPORT}{Report.objects.get().pk}/").status_code == 404


def test_an_nhs_number_is_refused_and_the_text_stays(client: Client, trusted: None, ward: Area) -> None:
    page = send(client, text="943 476 5919 cannot be found")

    assert page.status_code == 422
    assert "no patient details belong here" in words_of(page)
    assert "cannot be found" in words_of(page)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "facts", [{"text": ""}, {"text": "x" * 301}, {"area": "nowhere"}, {"service": "nothing"}]
)
def test_a_report_that_is_not_whole_is_refused(
    client: Client, trusted: None, ward: Area, facts: dict[str, str]
) -> None:
    page = send(client, **facts)

    assert page.status_code == 422
    assert "There is a problem" in words_of(page)


def test_the_world_outside_cannot_report(client: Client, settings: Any, ward: Area) -> None:
    settings.TRUSTED_NETWORKS = []

    answer = client.post(REPORT, {"area": "ward-7", "text": "Nothing loads"})

    assert answer.status_code == 403
    assert "Nothing loads" in answer.text  # shown once more, so that it can be copied
    assert not Report.objects.exists()


def test_one_problem_is_heard_a_few_times_a_minute(wifi: Service, ward: Area, at: datetime) -> None:
    facts: dict[str, Any] = {"area": ward, "service": wifi, "text": "Nothing loads"}
    for _ in range(A_MINUTE_ABOUT_ONE_PROBLEM):
        actions.report(**facts, at=at)

    with pytest.raises(Refused, match="5 times in the last minute, so it is known"):
        actions.report(**facts, at=at)
    actions.report(area=ward, service=None, text="Something else", at=at)
    actions.report(**facts, at=at + 2 * MINUTE)


def test_one_address_is_slowed_down_and_not_kept(wifi: Service, at: datetime) -> None:
    for _ in range(A_MINUTE_FROM_ONE_ADDRESS):
        actions.report(area=AreaFactory(), service=wifi, text="Nothing loads", at=at, address="192.0.2.7")

    with pytest.raises(Refused, match="Ring instead"):
        actions.report(area=AreaFactory(), service=wifi, text="Nothing loads", at=at, address="192.0.2.7")
    actions.report(area=AreaFactory(), service=wifi, text="Nothing loads", at=at, address="192.0.2.8")
    assert "192" not in "".join(ReportTally.objects.values_list("sender", flat=True))[:3]
    assert ReportTally.objects.count() == 2


def test_counts_are_forgotten_after_a_day(wifi: Service, at: datetime) -> None:
    actions.report(area=None, service=wifi, text="Nothing loads", at=at, address="192.0.2.7")

    actions.reporting.forget_tallies(at=at + KEEP_TALLIES_FOR + 2 * MINUTE)

    assert not ReportTally.objects.exists()


# --- Dealing with them -----------------------------------------------------------------------------------


@pytest.fixture
def waiting(wifi: Service, ward: Area, at: datetime) -> list[Report]:
    return [
        actions.report(area=place, service=wifi, text="Nothing loads", at=at)
        for place in (ward, AreaFactory())
    ]


def test_reports_that_wait_are_for_who_runs_incidents(
    as_: Any, clinician: User, manager: User, waiting: list[Report]
) -> None:
    assert as_(clinician).get(reverse("incidents:reports")).status_code == 403

    page = words_of(as_(manager).get(reverse("incidents:reports")))
    assert "2 reports" in page
    assert "count as one problem" in page


def test_several_reports_become_one_incident(
    as_: Any, manager: User, wifi: Service, waiting: list[Report]
) -> None:
    client = as_(manager)
    address = client.get(reverse("incidents:reports")).context["groups"][0]["declare"]

    form = client.get(address).context["form"]
    assert form.initial["service"] == wifi
    sent = {
        "title": form.initial["title"], "service": wifi.pk, "effect": "down", "impact": "3", "urgency": "unknown",
        "report": [each.pk for each in waiting],
    }  # fmt: skip
    assert client.post(reverse("incidents:declare"), sent).status_code == 302

    incident = Incident.objects.get()
    assert set(incident.reports.all()) == set(waiting)
    assert (incident.impact, incident.urgency, incident.severity) == (3, None, 2)
    assert not Report.objects.waiting()


def test_reports_are_joined_to_an_open_incident(
    as_: Any, manager: User, light: Incident, waiting: list[Report]
) -> None:
    sent = {"report": [each.pk for each in waiting], "incident": light.ref, "then": "join"}

    assert as_(manager).post(reverse("incidents:reports"), sent).status_code == 302

    assert light.reports.count() == 2


def test_reports_are_dismissed_with_a_reason(as_: Any, manager: User, waiting: list[Report]) -> None:
    sent = {"report": [waiting[0].pk], "then": "dismiss"}
    refused = as_(manager).post(reverse("incidents:reports"), sent)
    assert refused.status_code == 422
    assert "Say why nothing needs to be done" in words_of(refused)

    as_(manager).post(reverse("incidents:reports"), {**sent, "why": "A cable was out"})

    assert list(Report.objects.waiting()) == [waiting[1]]
    assert Line.objects.filter(verb="report.dismissed").count() == 1


def test_reports_are_dealt_with_once(
    light: Incident, manager: User, lead: User, waiting: list[Report], at: datetime
) -> None:
    actions.dismiss_reports(reports=waiting[:1], why="A cable was out", by=lead, at=at)

    with pytest.raises(Conflict, match="Somebody else dealt with one"):
        actions.join_reports(reports=waiting, incident=light, by=manager, at=at)
    assert not light.reports.exists()


def test_a_page_that_is_out_of_date_says_so(
    as_: Any, manager: User, waiting: list[Report], at: datetime
) -> None:
    actions.dismiss_reports(reports=waiting, why="A cable was out", by=manager, at=at)

    answer = as_(manager).post(
        reverse("incidents:reports"),
        {"report": [waiting[0].pk], "then": "dismiss", "why": "Done"},
        follow=True,
    )

    assert "Somebody else dealt with these reports" in words_of(answer)
