"""Declaring an incident, and the promise that comes with it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Forbidden, Refused
from continuity.notifications.models import Channel, Delivery, Kind, Subscription
from incidents.actions import declare
from incidents.models import Incident, Report, RoleAssignment, State
from tests.factories import ReleaseFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_declaring_tells_staff_and_promises_the_next_update(
    declared: Any, clinician: User, at: datetime
) -> None:
    incident = declared(by=clinician, severity=3, do_now="Use the wired computers.")

    news = incident.updates.get()
    assert (incident.state, incident.severity) == (State.DECLARED, 3)
    assert incident.ref == "INC-2024-001"
    assert news.happened == "Wi-Fi is down on the wards. We are finding out why."
    assert news.do_now == "Use the wired computers."
    assert news.next_due_at == incident.next_update_due_at == at + timedelta(hours=4)
    assert news.services == {"wifi": "down"}


def test_declaring_leaves_a_line_that_names_who_did_it(light: Incident, manager: User) -> None:
    verbs = list(lines_about(light).values_list("verb", "actor_id"))

    assert ("incident.declared", str(manager.pk)) in verbs


def test_declaring_reaches_those_who_follow_the_service(
    declared: Any, manager: User, clinician: User, wifi: Service
) -> None:
    Subscription.objects.create(person=clinician, kind=Kind.INCIDENT, channel=Channel.PORTAL, service=wifi)

    incident = declared(by=manager)

    delivery = Delivery.objects.get(person=clinician)
    assert delivery.message.key == f"incident:{incident.pk}:update:1"
    assert "Next update by 8pm" in delivery.message.body


@pytest.mark.parametrize(("impact", "urgency", "severity"), [(None, None, 1), (None, 5, 3), (4, None, 3)])
def test_what_is_not_known_yet_counts_as_the_higher(
    manager: User, wifi: Service, at: datetime, impact: int | None, urgency: int | None, severity: int
) -> None:
    incident = declare(
        title="No Wi-Fi", services={wifi: "down"}, impact=impact, urgency=urgency, by=manager, at=at
    )

    assert incident.severity == severity
    assert incident.needs_review == (severity < 3)


def test_another_severity_than_the_table_says_needs_a_reason(
    manager: User, wifi: Service, at: datetime
) -> None:
    facts: dict[str, Any] = {
        "title": "No Wi-Fi",
        "services": {wifi: "down"},
        "impact": 3,
        "urgency": 3,
        "severity": 4,
    }

    with pytest.raises(Refused, match=r"The table says severity 3. Say why this is severity 4."):
        declare(**facts, by=manager, at=at)

    assert declare(**facts, severity_reason="One ward at night", by=manager, at=at).severity == 4


@pytest.mark.parametrize("level", ["business_continuity", "critical"])
def test_a_reader_declares_it_incidents_only(declared: Any, clinician: User, level: str) -> None:
    with pytest.raises(Forbidden, match="Declare an IT incident, and ring"):
        declared(by=clinician, level=level)


def test_the_duty_manager_leaves_critical_to_the_commander(
    declared: Any, manager: User, commander: User
) -> None:
    assert declared(by=manager, level="business_continuity").level == "business_continuity"
    with pytest.raises(Forbidden, match="Only a commander"):
        declared(by=manager, level="critical")
    assert declared(by=commander, level="critical").level == "critical"


def test_the_declarer_may_run_it_at_once(light: Incident, manager: User) -> None:
    held = light.assignments.get()

    assert light.state == State.RESPONDING
    assert (held.person, held.state, held.role.code) == (manager, RoleAssignment.State.ACTIVE, "it_lead")


def test_a_reader_neither_runs_nor_restricts_an_incident(declared: Any, clinician: User) -> None:
    for wish in ({"takes_lead": True}, {"is_restricted": True, "restricted_why": "Police"}):
        with pytest.raises(Forbidden, match="duty manager"):
            declared(by=clinician, **wish)


def test_a_start_in_the_future_is_refused(declared: Any, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="The start cannot be in the future"):
        declared(by=manager, started_at=at + 3 * MINUTE)

    assert declared(by=manager, started_at=at + 2 * MINUTE).started_at == at


def test_an_incident_needs_a_service(manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Choose the service"):
        declare(title="Nothing works", services={}, impact=3, urgency=3, by=manager, at=at)


def test_a_release_that_went_wrong_stays_joined(declared: Any, manager: User) -> None:
    release = ReleaseFactory()

    assert declared(by=manager, release=release).release == release


def test_reports_that_started_it_say_when_it_was_noticed(
    declared: Any, manager: User, wifi: Service, at: datetime
) -> None:
    reported = Report.objects.create(service=wifi, text="No Wi-Fi here", at=at - 10 * MINUTE)

    incident = declared(by=manager, reports=[reported])

    reported.refresh_from_db()
    assert reported.incident == incident
    assert incident.started_at == incident.detected_at == at - 10 * MINUTE


def test_nobody_is_told_of_a_restricted_incident_or_an_exercise(
    declared: Any, manager: User, clinician: User
) -> None:
    Subscription.objects.create(person=clinician, kind=Kind.INCIDENT, channel=Channel.PORTAL)

    declared(by=manager, is_restricted=True, restricted_why="Police inquiry")
    declared(by=manager, is_exercise=True)

    assert not Delivery.objects.exists()
