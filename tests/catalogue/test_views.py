"""Pages that staff read: who may, what stands there, and how many queries it takes."""

from datetime import time
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Dependency, Service, Vouch
from tests.factories import AreaFactory, ServiceFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db
PAGES = ["/services/", "/services/wifi/", "/areas/", "/teams/", "/teams/infra/"]


@pytest.fixture
def wifi(db: None) -> Service:
    """Wi-Fi, with something it needs and something that needs it."""
    service: Service = ServiceFactory(
        key="wifi",
        name="Wi-Fi",
        description="Wireless network for mobile devices.",
        owner=TeamFactory(key="infra", name="Infrastructure team"),
        ring=["IT service desk, ext 5000", "Duty IT manager through switchboard"],
    )
    Dependency.objects.create(service=service, on=ServiceFactory(name="Network login"), kind="stops")
    Dependency.objects.create(service=ServiceFactory(name="Observations app"), on=service, kind="degrades")
    return service


@pytest.mark.parametrize("page", PAGES)
def test_the_trusts_own_network_reads_without_logging_in(
    client: Client, wifi: Service, trusted: None, page: str
) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_others_are_asked_to_log_in(client: Client, wifi: Service, page: str) -> None:
    response = client.get(page)

    assert response.headers["Location"].startswith("/accounts/login/")


def test_a_service_page_says_what_staff_need(client: Client, wifi: Service, trusted: None) -> None:
    text = client.get("/services/wifi/").content.decode()

    assert "Wireless network for mobile devices." in text
    assert "IT service desk, ext 5000" in text
    assert "All day, every day" in text
    assert "4 hours" in text
    assert "8 hours" in text
    assert "Network login</a>: stops without it" in text
    assert "Observations app</a>: works in part without it" in text


def test_weekly_hours_are_said_in_words(client: Client, trusted: None) -> None:
    ServiceFactory(
        key="booking", hours="weekly", open_days=[0, 1, 2, 3, 4], opens=time(8), closes=time(18),
        is_open_on_bank_holidays=False,
    )  # fmt: skip

    response = client.get("/services/booking/")

    assert "8am to 6pm, Monday to Friday, closed on bank holidays" in response.content.decode()


def test_readers_see_no_buttons_of_keepers(client: Client, wifi: Service, trusted: None) -> None:
    text = "".join(client.get(page).content.decode() for page in PAGES)

    assert "Say it works" not in text
    assert "Change this" not in text
    assert "/add/" not in text


def test_members_of_a_team_are_shown_to_those_who_are_logged_in(
    client: Client, as_: Any, wifi: Service, clinician: User, trusted: None
) -> None:
    wifi.owner.members.add(clinician)

    assert "Ward sister" not in client.get("/teams/infra/").content.decode()
    assert "Ward sister" in as_(clinician).get("/teams/infra/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=wireless", ["Wi-Fi"]),
        ("q=wireless+devices", ["Wi-Fi"]),
        ("q=zzz", []),
        ("site=agh", ["Wi-Fi"]),
        ("team=infra", ["Wi-Fi"]),
        ("tier=1", ["Power"]),
        ("tier=2", ["Network login", "Observations app", "Wi-Fi"]),
        ("tier=nonsense", ["Network login", "Observations app", "Power", "Wi-Fi"]),
    ],
)
def test_the_list_is_narrowed(
    client: Client, wifi: Service, trusted: None, query: str, found: list[str]
) -> None:
    ServiceFactory(name="Power", tier=1)
    AreaFactory(site=SiteFactory(key="agh")).services.add(wifi)

    context = client.get(f"/services/?{query}").context

    assert sorted(service.name for _, group in context["tiers"] for service in group) == found


def test_one_press_says_that_a_service_works(as_: Any, wifi: Service, manager: User) -> None:
    response = as_(manager).post("/services/wifi/works/", follow=True)

    assert "Wi-Fi shows as working" in response.content.decode()
    assert Vouch.objects.get().by == manager


def test_a_clinician_who_says_so_is_told_who_may(as_: Any, wifi: Service, clinician: User) -> None:
    response = as_(clinician).post("/services/wifi/works/")

    assert response.status_code == 403
    assert "So can members of Infrastructure team" in response.content.decode()
    assert not Vouch.objects.exists()


def test_the_areas_stand_under_their_site(client: Client, trusted: None) -> None:
    AreaFactory(site=SiteFactory(name="Vale Community Hospital"))

    text = client.get("/areas/").content.decode()

    assert "Vale Community Hospital" in text


def test_areas_are_searched_by_name(client: Client, trusted: None) -> None:
    AreaFactory(name="Fracture clinic")
    AreaFactory(name="Ward 7B")

    text = client.get("/areas/?q=fracture").content.decode()

    assert "Fracture clinic" in text
    assert "Ward 7B" not in text
