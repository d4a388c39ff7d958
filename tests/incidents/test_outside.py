"""Bodies outside the trust are told in time, and situation reports go up as they were authorised."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.refusals import Conflict, Refused
from incidents import actions
from incidents.models import Incident, OutsideBody, Sitrep
from incidents.outside import suggested
from incidents.outstanding import outstanding
from incidents.sitrep import filled
from incidents.timeline import timeline
from tests.factories import AreaFactory, SiteFactory
from tests.incidents.test_pages import words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def region(severe: Incident, manager: User, at: datetime) -> OutsideBody:
    return actions.name_outside_body(
        incident=severe, name="NHS England", why="Severity 2", due_at=at + HOUR, by=manager, at=at
    )


def sentences(incident: Incident, at: datetime) -> list[str]:
    return [item.sentence for item in outstanding(incident, at)]


def told_of(incident: Incident) -> dict[str, str]:
    return {item.title: item.text for item in timeline(incident, incident.updates.all())}


def test_a_body_is_outstanding_until_it_was_told(region: OutsideBody, manager: User, at: datetime) -> None:
    severe = region.incident
    assert "NHS England must be told by 5pm." in sentences(severe, at)
    assert "NHS England was to be told by 5pm." in sentences(severe, at + HOUR)

    actions.tell_outside_body(
        body=region, how="By phone", reference="SIT-1", told_at=at, by=manager, at=at + HOUR
    )

    assert not any("NHS England" in sentence for sentence in sentences(severe, at + HOUR))
    assert (region.told_by, region.told_at, region.reference) == (manager, at, "SIT-1")
    assert told_of(severe)["Outside body told"] == "NHS England. By phone. Reference SIT-1."


def test_a_body_need_not_be_told_for_a_reason(region: OutsideBody, manager: User, at: datetime) -> None:
    actions.spare_outside_body(body=region, why="The region knows already.", by=manager, at=at)

    assert not any("NHS England" in sentence for sentence in sentences(region.incident, at))
    assert "The region knows already." in told_of(region.incident)["Outside body need not be told"]


def test_a_body_is_told_once_and_not_in_the_future(region: OutsideBody, manager: User, at: datetime) -> None:
    facts: dict[str, Any] = {"body": region, "how": "By phone", "by": manager, "at": at}

    with pytest.raises(Refused, match="cannot be in the future"):
        actions.tell_outside_body(told_at=at + HOUR, **facts)
    with pytest.raises(Refused, match="before the start"):
        actions.tell_outside_body(told_at=at - HOUR, **facts)
    with pytest.raises(Refused, match="Say how"):
        actions.tell_outside_body(**facts | {"how": ""})
    actions.tell_outside_body(**facts)
    with pytest.raises(Conflict, match="settled NHS England already"):
        actions.tell_outside_body(**facts)
    with pytest.raises(Conflict, match="on the list already"):
        actions.name_outside_body(incident=region.incident, name="nhs england", why="", by=manager, at=at)


def test_confirmed_data_loss_suggests_the_commissioner_within_72_hours(
    light: Incident, manager: User, at: datetime
) -> None:
    actions.assess(
        incident=light, patient_safety="none", data_security="confirmed", data_aware_at=at, by=manager, at=at
    )

    (found,) = suggested(light, [])

    assert (found.name, found.due_at) == ("Information Commissioner’s Office", at + 72 * HOUR)


def test_the_record_suggests_the_region_the_national_desk_and_the_supplier(
    declared: Any, manager: User, wifi: Service
) -> None:
    wifi.scope = Service.Scope.SUPPLIER
    wifi.save()
    incident = declared(by=manager, severity=2, national_reference="CHG1")

    names = [each.name for each in suggested(incident, ["NHS ENGLAND"])]

    assert names == ["National service desk", "Supplier of Wi-Fi"]


def test_the_light_path_suggests_nobody(light: Incident) -> None:
    assert suggested(light, []) == []


def test_the_room_takes_a_suggestion_and_what_became_of_it(as_: Any, manager: User, severe: Incident) -> None:
    client, room = as_(manager), reverse("incidents:room", args=[severe.ref])
    assert "NHS England" in words_of(client.get(room))

    client.post(reverse("incidents:take-suggestion", args=[severe.ref]), {"name": "NHS England"})
    body = OutsideBody.objects.get()
    again = client.post(reverse("incidents:take-suggestion", args=[severe.ref]), {"name": "NHS England"})
    empty = client.post(reverse("incidents:outside-told", args=[severe.ref, body.pk]), {})
    done = client.post(
        reverse("incidents:outside-told", args=[severe.ref, body.pk]), {"how": "By phone"}, follow=True
    )

    assert again.status_code == 409
    assert empty.status_code == 422
    assert "By phone" in words_of(done)


def test_a_report_is_filled_from_the_record(
    severe: Incident, wifi: Service, manager: User, at: datetime
) -> None:
    AreaFactory(site=SiteFactory(name="Ashcombe General")).services.add(wifi)
    actions.post_update(incident=severe, happened="A switch burnt.", do_now="Use paper.", by=manager, at=at)

    methane = {part.heading: part.words for part in filled(severe, Sitrep.Shape.METHANE, at)}
    can = {part.heading: part.words for part in filled(severe, Sitrep.Shape.CAN, at)}

    assert "".join(heading[0] for heading in methane) == "METHANE"
    assert "IT incident, severity 2." in methane["Major incident"]
    assert methane["Exact location"] == "Ashcombe General.\n1 area."
    assert "Wi-Fi: down." in methane["Type"]
    assert methane["Access"] == "Use paper."
    assert "A switch burnt." in can["Conditions"]
    assert "Nobody runs this incident." in can["Needs"]


def test_a_report_is_numbered_authorised_and_on_the_timeline(
    severe: Incident, manager: User, at: datetime
) -> None:
    facts: dict[str, Any] = {"incident": severe, "shape": "can", "by": manager, "at": at}
    parts = [("Needs", "A part."), ("Actions", "A driver fetches it."), ("Conditions", "No Wi-Fi.")]

    first, second = (actions.report_up(parts=parts, authorised_by="Gold", **facts) for _ in range(2))

    assert [first.number, second.number] == [1, 2]
    first.refresh_from_db()
    assert [tuple(part) for part in first.parts] == parts
    assert told_of(severe)["Situation report 2"] == "Authorised by: Gold"
    with pytest.raises(Refused, match="who authorised"):
        actions.report_up(parts=parts, authorised_by="", **facts)
    with pytest.raises(Refused, match="empty"):
        actions.report_up(parts=[("Needs", "")], authorised_by="Gold", **facts)


def test_a_report_stays_as_it_was_authorised(severe: Incident, manager: User, at: datetime) -> None:
    actions.report_up(
        incident=severe, shape="can", parts=[("Needs", "A part.")], authorised_by="Gold", by=manager, at=at
    )

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE incidents_sitrep SET number = 7")


def test_a_report_is_changed_authorised_and_read_on_pages(
    as_: Any, manager: User, clinician: User, severe: Incident
) -> None:
    address = reverse("incidents:report-up", args=[severe.ref, "methane"])
    client = as_(manager)

    form = client.get(address)
    refused = client.post(address, {"part_2": "Every switch is down."})
    page = client.post(address, {"part_2": "Every switch is down.", "authorised_by": "Gold"}, follow=True)

    assert "Wi-Fi is down on the wards" in form.text
    assert refused.status_code == 422
    assert "Every switch is down." in refused.text
    assert "Authorised by: Gold" in words_of(page)
    assert "Nothing is known." in words_of(page)
    assert as_(clinician).get(page.request["PATH_INFO"]).status_code == 200
    assert as_(clinician).get(address).status_code == 403
