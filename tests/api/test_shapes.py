"""Statuspage v2: the roll-up's words, ids that stay, and every field a reader expects."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.api.shapes import COMPONENT, id_of, roll_up, time_of
from continuity.board.documents import JSON, ready_of
from continuity.catalogue.models import Service
from continuity.core.ledger import SYSTEM, record
from incidents.models import Incident
from releases.models import State
from tests.factories import STORY_BEGINS, DisruptionFactory, ImpactFactory, ReleaseFactory, ServiceFactory

STATUSES = ["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"]
COMPONENT_FIELDS = {
    *(
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "position",
        "description",
        "showcase",
        "start_date",
    ),
    *("group_id", "page_id", "group", "only_show_if_degraded"),
}
INCIDENT_FIELDS = {
    *(
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "monitoring_at",
        "resolved_at",
        "impact",
        "shortlink",
    ),
    *("started_at", "page_id", "incident_updates", "components"),
}
UPDATE_FIELDS = {
    *("id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components"),
    *("deliver_notifications", "custom_tweet", "tweet_id"),
}
PATHS = {
    "summary.json": {"page", "components", "incidents", "scheduled_maintenances", "status"},
    "status.json": {"page", "status"},
    "components.json": {"page", "components"},
    "incidents.json": {"page", "incidents"},
    "incidents/unresolved.json": {"page", "incidents"},
    "scheduled-maintenances.json": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/upcoming.json": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/active.json": {"page", "scheduled_maintenances"},
}


@pytest.mark.parametrize(
    ("statuses", "indicator", "description"),
    [
        ([], "none", "All Systems Operational"),
        (["operational"], "none", "All Systems Operational"),
        (["major_outage", "major_outage"], "critical", "Major System Outage"),
        (["major_outage", "operational"], "major", "Partial System Outage"),
        (["partial_outage"], "major", "Partial System Outage"),
        (["partial_outage", "operational"], "minor", "Minor Service Outage"),
        (["degraded_performance"], "minor", "Degraded System Service"),
        (["degraded_performance", "operational"], "minor", "Partially Degraded Service"),
        (["under_maintenance", "operational"], "maintenance", "Service Under Maintenance"),
        (["under_maintenance", "major_outage"], "major", "Partial System Outage"),
    ],
)
def test_one_indicator_stands_for_everything(statuses: list[str], indicator: str, description: str) -> None:
    assert roll_up(statuses) == {"indicator": indicator, "description": description}


@given(st.lists(st.sampled_from(STATUSES)))
def test_the_order_of_components_does_not_matter(statuses: list[str]) -> None:
    assert roll_up(statuses) == roll_up(statuses[::-1])


@given(st.text(), st.text())
def test_an_id_is_12_letters_or_digits_and_always_the_same(kind: str, key: str) -> None:
    found = id_of(kind, key)

    assert len(found) == 12
    assert found.isalnum()
    assert found == found.lower() == id_of(kind, key)


def test_a_time_has_milliseconds_and_londons_offset() -> None:
    assert time_of(datetime(2024, 10, 11, 9, tzinfo=UTC)) == "2024-10-11T10:00:00.000+01:00"


def test_every_level_has_a_component_status() -> None:
    assert set(COMPONENT.values()) <= set(STATUSES)


@pytest.fixture
def night(db: None, settings: Any, at: datetime, trusted: None) -> datetime:
    """e-RS is down for planned work, Wi-Fi is down without a plan, and it is 4:30pm."""
    from continuity.core import clock

    settings.CLOCK_OFFSET = datetime(2024, 11, 1, 16, 30, tzinfo=UTC) - datetime.now(UTC)
    release = ReleaseFactory(ref="REL-2024-071", state=State.IN_PROGRESS, published_at=at, started_at=at)
    DisruptionFactory(release=release, service=ServiceFactory(key="ers", name="NHS e-Referral Service"))
    ImpactFactory(service=ServiceFactory(key="wifi", name="Wi-Fi"))
    record("service.added", ServiceFactory(key="pas", name="Patient administration system"), by=SYSTEM, at=at)
    return clock.now()


@pytest.mark.parametrize("path", PATHS)
def test_every_address_answers_its_keys(path: str, client: Any, night: datetime) -> None:
    found = client.get(f"/api/v2/{path}").json()

    assert set(found) == PATHS[path]
    assert set(found["page"]) == {"id", "name", "url", "time_zone", "updated_at"}


def test_the_summary_tells_the_night(client: Any, night: datetime) -> None:
    found = client.get("/api/v2/summary.json").json()

    by_name = {component["name"]: component["status"] for component in found["components"]}
    assert by_name == {
        "NHS e-Referral Service": "under_maintenance",
        "Wi-Fi": "major_outage",
        "Patient administration system": "operational",
    }
    assert found["status"] == {"indicator": "major", "description": "Partial System Outage"}
    assert all(set(component) == COMPONENT_FIELDS for component in found["components"])
    incident, maintenance = found["incidents"][0], found["scheduled_maintenances"][0]
    assert set(incident) == INCIDENT_FIELDS
    assert (incident["status"], incident["impact"]) == ("investigating", "minor")
    assert set(maintenance) == INCIDENT_FIELDS | {"scheduled_for", "scheduled_until"}
    assert maintenance["status"] == "in_progress"
    assert maintenance["scheduled_until"] == "2024-11-02T00:44:00.000+00:00"
    assert all(set(update) == UPDATE_FIELDS for update in maintenance["incident_updates"])


@pytest.mark.parametrize("path", PATHS)
def test_a_minute_without_news_makes_no_other_document(
    path: str, client: Any, night: datetime, settings: Any
) -> None:
    before = ready_of(client.get(f"/api/v2/{path}").content, JSON).tag

    settings.CLOCK_OFFSET += timedelta(minutes=1)

    assert ready_of(client.get(f"/api/v2/{path}").content, JSON).tag == before


def test_a_component_is_as_old_as_its_first_line_and_changed_with_its_state(
    client: Any, night: datetime, at: datetime
) -> None:
    wifi = Service.objects.get(key="wifi")
    for told_at in (at, night):
        record("service.changed", wifi, by=SYSTEM, at=told_at)

    found = {each["name"]: each for each in client.get("/api/v2/components.json").json()["components"]}

    pas, hit = found["Patient administration system"], found["Wi-Fi"]
    assert pas["created_at"] == pas["updated_at"] == hit["created_at"] == time_of(at)
    assert hit["updated_at"] == time_of(STORY_BEGINS)


def test_restricted_incidents_and_exercises_are_told_to_nobody(client: Any, night: datetime) -> None:
    Incident.objects.update(is_restricted=True)

    found = client.get("/api/v2/summary.json").json()

    assert found["incidents"] == []
    assert {component["status"] for component in found["components"]} == {"operational", "under_maintenance"}


def test_outside_the_trust_it_asks_for_a_log_in(client: Any, night: datetime) -> None:
    assert client.get("/api/v2/summary.json", REMOTE_ADDR="203.0.113.7").status_code == 302
