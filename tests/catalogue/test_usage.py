"""Importing how many people use services: who may, what is refused, and that it is all or nothing."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.actions import count_users
from continuity.catalogue.forms import LARGEST
from continuity.catalogue.models import Service, Usage
from continuity.core.models import Line
from continuity.core.refusals import Forbidden
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db
PAGE = "/add/usage/"


@pytest.fixture
def ers(db: None) -> Service:
    return ServiceFactory(key="ers")


@pytest.fixture
def owner(stranger: User, ers: Service) -> User:
    """Somebody without a role, in the team that owns e-RS."""
    ers.owner.members.add(stranger)
    return stranger


def send(client: Client, text: str) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile("counts.csv", text.encode())})


def rows() -> list[tuple[str, int, int]]:
    return list(Usage.objects.order_by("service__key", "hour").values_list("service__key", "hour", "people"))


@pytest.mark.parametrize("who", ["administrator", "owner"])
def test_administrators_and_owners_import_and_what_stood_there_is_replaced(
    as_: Any, ers: Service, who: str, request: pytest.FixtureRequest
) -> None:
    Usage.objects.create(service=ers, hour=5, people=5)
    other = Usage.objects.create(service=ServiceFactory(key="zip"), hour=7, people=7)

    response = send(as_(request.getfixturevalue(who)), "service,hour_of_week,people\ners,0,12\ners,167,3\n")

    assert response.headers["Location"] == "/services/"
    assert rows() == [("ers", 0, 12), ("ers", 167, 3), ("zip", other.hour, other.people)]
    assert Line.objects.filter(verb="service.users_counted").count() == 1


@pytest.mark.parametrize("role", ["clinician", "manager", "lead", "commander", "stranger"])
def test_nobody_else_opens_the_page(
    as_: Any, role: str, ers: Service, request: pytest.FixtureRequest
) -> None:
    assert as_(request.getfixturevalue(role)).get(PAGE).status_code == 403


def test_one_wrong_line_keeps_everything_out(as_: Any, administrator: User, ers: Service) -> None:
    response = send(as_(administrator), "service,hour_of_week,people\ners,0,12\nfax,1,1\n")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Line 3: there is no service with the key fax" in page
    assert "<title>Error: " in page
    assert rows() == []


def test_an_owner_imports_nothing_about_services_of_others(as_: Any, owner: User) -> None:
    ServiceFactory(key="epr")

    response = send(as_(owner), "service,hour_of_week,people\ners,0,12\nepr,1,1\n")

    assert "Line 3: you cannot change epr: another team owns it" in response.content.decode()
    assert rows() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty"),
        ("x" * (LARGEST + 1), "2 MB or smaller"),
        ("a,b\n1,2\n", "The first line must be"),
    ],
)
def test_a_file_that_is_none_is_told(
    as_: Any, administrator: User, ers: Service, text: str, said: str
) -> None:
    response = send(as_(administrator), text)

    assert (response.status_code, said in response.content.decode()) == (422, True)


def test_a_file_full_of_faults_shows_the_first_ones(as_: Any, administrator: User, ers: Service) -> None:
    text = "service,hour_of_week,people\n" + "fax,1,1\n" * 100

    assert "70 more faults of this sort" in send(as_(administrator), text).content.decode()


def test_the_action_asks_for_each_service(owner: User, ers: Service, at: datetime) -> None:
    with pytest.raises(Forbidden):
        count_users(weeks={ers: {0: 1}, ServiceFactory(): {0: 1}}, by=owner, at=at)

    assert rows() == []
    assert not Line.objects.filter(verb="service.users_counted").exists()


def test_a_services_own_allowance_stands_on_its_form(as_: Any, administrator: User, ers: Service) -> None:
    client = as_(administrator)
    typed = {
        "name": ers.name, "description": "Referrals.", "kind": "system", "tier": "2", "scope": "local",
        "owner": str(ers.owner.pk), "ring": "ext 5000", "hours": "always", "rto_min": "4 hours",
        "mtpd_min": "1 day", "freshness_min": "12 hours", "version": "1",
    }  # fmt: skip

    client.post("/services/ers/edit/", {**typed, "allowance_min": "10 hours"})

    ers.refresh_from_db()
    assert ers.allowance_min == 600
    client.post("/services/ers/edit/", {**typed, "allowance_min": "", "version": "2"})
    ers.refresh_from_db()
    assert ers.allowance_min is None
