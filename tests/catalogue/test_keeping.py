"""Pages of those who keep the catalogue: adding, changing, what is refused and what stays typed."""

from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Dependency, Service, Site, Team
from tests.factories import AreaFactory, ServiceFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(db: None) -> dict[str, Any]:
    """A service as an administrator fills it in."""
    return {
        "name": "e-Referral", "description": "Referrals from practices.", "kind": "system", "tier": "2",
        "scope": "national", "owner": str(TeamFactory().pk), "ring": "Booking centre, ext 6510\n\nIT desk, ext 5000",
        "hours": "weekly", "open_days": ["0", "4"], "opens": "8am", "closes": "midnight",
        "rto_min": "4 hours", "mtpd_min": "1 day", "freshness_min": "12 hours",
    }  # fmt: skip


def test_a_service_is_added_as_it_was_typed(as_: Any, administrator: User, typed: dict[str, Any]) -> None:
    response = as_(administrator).post("/add/service/", typed)

    service = Service.objects.get()
    assert response.headers["Location"] == "/services/e-referral/"
    assert service.ring == ["Booking centre, ext 6510", "IT desk, ext 5000"]
    assert service.hours_words == "8am to midnight, Monday and Friday, closed on bank holidays"
    assert (service.rto_min, service.mtpd_min, service.freshness_min) == (240, 1440, 720)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"mtpd_min": "2 hours"}, "This must be longer than the recovery time objective"),
        ({"rto_min": "soon"}, "Write a length like 30 minutes"),
        ({"opens": "12pm"}, "midday"),
        ({"opens": ""}, "Enter the time it opens"),
        ({"open_days": []}, "Choose the days it is open"),
        ({"name": ""}, "Enter the name"),
        ({"ring": "x" * 201}, "Line 1 must be 200 characters or fewer"),
        ({"tier": "9"}, "Choose"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    as_: Any, administrator: User, typed: dict[str, Any], changed: dict[str, Any], sentence: str
) -> None:
    response = as_(administrator).post("/add/service/", {**typed, **changed})

    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert "Referrals from practices." in text
    assert "<title>Error: " in text
    assert not Service.objects.exists()


def test_a_name_is_given_once(as_: Any, administrator: User, typed: dict[str, Any]) -> None:
    ServiceFactory(name="e-Referral")

    response = as_(administrator).post("/add/service/", typed)

    assert "Another service has this name" in response.content.decode()


def test_a_change_that_came_too_late_shows_what_others_wrote(
    as_: Any, administrator: User, typed: dict[str, Any]
) -> None:
    client = as_(administrator)
    client.post("/add/service/", typed)
    client.post("/services/e-referral/edit/", {**typed, "version": "1", "description": "Their words."})

    late = client.post("/services/e-referral/edit/", {**typed, "version": "1", "description": "My words."})
    again = client.post("/services/e-referral/edit/", {**typed, "version": "2", "description": "My words."})

    text = late.content.decode()
    assert late.status_code == 422
    assert "Their words." in text
    assert "My words." in text
    assert [label for label, _ in late.context["form"].theirs] == ["What it is, in plain words"]
    assert 'name="version" value="2"' in text
    assert again.status_code == 302
    assert Service.objects.get().description == "My words."


def test_a_form_without_its_version_changes_nothing(
    as_: Any, administrator: User, typed: dict[str, Any]
) -> None:
    client = as_(administrator)
    client.post("/add/service/", typed)

    response = client.post("/services/e-referral/edit/", {**typed, "tier": "1"})

    assert response.status_code == 422
    assert Service.objects.get().tier == 2


def test_an_owner_changes_its_service_but_adds_none(as_: Any, stranger: User, typed: dict[str, Any]) -> None:
    service = ServiceFactory(key="wifi")
    service.owner.members.add(stranger)
    client = as_(stranger)

    changed = client.post("/services/wifi/edit/", {**typed, "version": "1"})
    added = client.post("/add/service/", {**typed, "name": "Another"})

    assert changed.status_code == 302
    assert added.status_code == 403
    assert list(Service.objects.values_list("key", "name")) == [("wifi", "e-Referral")]


@pytest.mark.parametrize("page", ["/services/wifi/edit/", "/services/wifi/needs/"])
def test_others_are_told_who_keeps_a_service(as_: Any, lead: User, page: str) -> None:
    ServiceFactory(key="wifi", name="Wi-Fi", owner=TeamFactory(name="Infrastructure team"))

    response = as_(lead).get(page)

    text = response.content.decode()
    assert response.status_code == 403
    assert "People with these roles can: Administrator. So can members of Infrastructure team." in text


PLACES = [
    "/add/site/",
    "/add/team/",
    "/add/area/",
    "/sites/agh/edit/",
    "/teams/infra/edit/",
    "/areas/7b/edit/",
]


@pytest.mark.parametrize("page", PLACES)
def test_only_administrators_keep_places_and_teams(
    as_: Any, administrator: User, manager: User, page: str
) -> None:
    AreaFactory(key="7b", site=SiteFactory(key="agh"))
    TeamFactory(key="infra")

    assert as_(manager).get(page).status_code == 403
    assert as_(administrator).get(page).status_code == 200


def test_a_site_a_team_and_an_area_are_added(as_: Any, administrator: User, manager: User) -> None:
    client, service = as_(administrator), ServiceFactory()

    client.post("/add/site/", {"name": "Lowfield Road Clinics", "kind": "outpatients"})
    client.post(
        "/add/team/", {"name": "Night team", "ring": "ext 1", "hours": "nights", "members": [manager.pk]}
    )
    site = Site.objects.get(key="lowfield-road-clinics")
    area = {"name": "Eye clinic", "kind": "clinic", "site": site.pk, "services": [service.pk]}
    response = client.post("/add/area/", area)

    assert response.headers["Location"] == "/areas/#eye-clinic"
    assert list(Area.objects.get().services.all()) == [service]
    assert list(Team.objects.get(key="night-team").members.all()) == [manager]


def test_an_area_is_changed(as_: Any, administrator: User) -> None:
    area, service = AreaFactory(key="7b", name="Ward 7B"), ServiceFactory()
    area.services.add(ServiceFactory())
    typed = {"name": "Ward 7", "kind": "ward", "site": area.site.pk, "services": [service.pk], "version": "1"}

    as_(administrator).post("/areas/7b/edit/", typed)

    area.refresh_from_db()
    assert (area.name, area.key) == ("Ward 7", "7b")
    assert list(area.services.all()) == [service]


def test_the_link_to_a_new_area_brings_its_site(as_: Any, administrator: User) -> None:
    SiteFactory(key="agh", name="Ashcombe General Hospital")

    text = as_(administrator).get("/add/area/?site=agh").content.decode()

    assert "selected>Ashcombe General Hospital" in text


def test_what_a_service_needs_is_added_and_taken_out(as_: Any, administrator: User) -> None:
    wifi, login = ServiceFactory(key="wifi", name="Wi-Fi"), ServiceFactory(name="Network login")
    client = as_(administrator)

    added = client.post("/services/wifi/needs/", {"on": login.pk, "kind": "stops"}, follow=True)
    dependency = Dependency.objects.get()
    removed = client.post(f"/services/wifi/needs/{dependency.pk}/remove/", follow=True)
    again = client.post(f"/services/wifi/needs/{dependency.pk}/remove/")

    assert "Wi-Fi needs Network login." in added.content.decode()
    assert "Wi-Fi no longer needs Network login." in removed.content.decode()
    assert again.status_code == 409
    assert not wifi.dependencies.exists()


def test_nothing_is_chosen_before_somebody_chooses(as_: Any, administrator: User) -> None:
    ServiceFactory(key="wifi")
    client = as_(administrator)

    text = client.get("/services/wifi/needs/").content.decode()
    response = client.post("/services/wifi/needs/", {"on": "", "kind": ""})

    assert "Choose a service</option>" in text
    assert response.status_code == 422
    assert "Choose the service that it needs" in response.content.decode()


def test_a_circle_is_named_by_the_field(as_: Any, administrator: User) -> None:
    wifi, login = ServiceFactory(key="wifi", name="Wi-Fi"), ServiceFactory(name="Network login")
    Dependency.objects.create(service=login, on=wifi, kind="stops")

    response = as_(administrator).post("/services/wifi/needs/", {"on": login.pk, "kind": "stops"})

    assert response.status_code == 422
    assert "Wi-Fi needs Network login, which needs Wi-Fi." in response.content.decode()


def test_a_dependency_is_not_taken_out_by_a_stranger(as_: Any, manager: User) -> None:
    wifi, login = ServiceFactory(key="wifi"), ServiceFactory()
    dependency = Dependency.objects.create(service=wifi, on=login, kind="stops")

    response = as_(manager).post(f"/services/wifi/needs/{dependency.pk}/remove/")

    assert response.status_code == 403
    assert Dependency.objects.exists()
