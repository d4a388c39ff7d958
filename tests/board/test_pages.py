"""The board's pages: who may open them, what they show, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.test import Client
from django.utils.html import strip_tags

from continuity.board import newest, slots
from continuity.board.facts import read_facts
from continuity.catalogue.device import MY_AREA
from continuity.catalogue.models import Area
from continuity.core.clock import now, window
from releases.models import Disruption, Release
from tests.factories import AreaFactory, ImpactFactory, ServiceFactory

PAGES = ["/", "/wall/", "/areas/ward-7/", "/live/"]


@pytest.fixture
def ward(db: None) -> Area:
    return AreaFactory(key="ward-7", name="Ward 7", phone="ext 7007")


@pytest.fixture
def running(outage: Disruption) -> Disruption:
    """The outage, moved to begin an hour ago: its pages show it as it happens."""
    span = window(now() - timedelta(hours=1), now() + timedelta(hours=3))
    Release.objects.update(work=span)
    Disruption.objects.update(span=span)
    outage.refresh_from_db()
    return outage


@pytest.mark.parametrize("path", PAGES)
def test_the_board_is_open_on_a_trusted_network(path: str, ward: Area, trusted: None, client: Client) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_elsewhere_it_asks_for_log_in(path: str, ward: Area, client: Client) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["clinician", "manager", "lead", "commander", "administrator", "stranger"])
def test_everybody_who_is_logged_in_sees_it(path: str, role: str, ward: Area, as_: Any, request: Any) -> None:
    assert as_(request.getfixturevalue(role)).get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_written_by_looking(path: str, ward: Area, trusted: None, client: Client) -> None:
    assert client.post(path).status_code == 405


def test_the_board_says_what_is_wrong_until_when_and_what_to_do(running: Disruption, client: Client) -> None:
    page = client.get("/").content.decode()

    assert "e-RS is not available." in page
    assert "Not working" in page
    assert "Planned work</strong>" in page
    assert "Down: Since" in page
    assert f'href="{running.release.get_absolute_url()}"' in page


def test_what_eyes_see_at_a_glance_is_said_to_ears(running: Disruption, client: Client) -> None:
    """A number with what it counts, a link with what it is about, a list as a list though it has no bullets."""
    words = " ".join(strip_tags(client.get("/").content.decode()).split())
    page = client.get("/").content.decode()

    assert "Not working 1 service" in words
    assert "What to do now: e-RS is not available." in words
    assert "What to do now without e-RS" in words
    assert '<ul role="list" class="app-board">' in page


def test_a_draft_shows_nowhere(running: Disruption, client: Client) -> None:
    Release.objects.update(state="draft", title="Secret plan")

    page = client.get("/").content.decode()

    assert "Secret plan" not in page
    assert "No problem is known." in page


def test_a_restricted_incident_leaves_no_trace(trusted: None, client: Client, db: None) -> None:
    ImpactFactory(incident__is_restricted=True, incident__title="Records were opened", service__name="EPR")

    page = client.get("/").content.decode()

    assert "Records were opened" not in page
    assert "Down</strong>" not in page


def test_a_service_is_found_by_a_part_of_its_name(running: Disruption, client: Client) -> None:
    ServiceFactory(name="X-rays and scans (PACS)")

    found = client.get("/", {"q": "RAYS scans"}).content.decode()
    none = client.get("/", {"q": "<b>zebra"}).content.decode()

    assert "X-rays and scans (PACS)" in found
    assert 'id="service-ers"' not in found
    assert "No service has that name." in none
    assert "<b>zebra" not in none


def test_an_area_shows_its_own_services_and_where_to_report(
    ward: Area, running: Disruption, client: Client
) -> None:
    ward.services.add(ServiceFactory(key="wifi", name="Wi-Fi"))

    page = client.get("/areas/ward-7/").content.decode()

    assert "Ward 7" in page
    assert "ext 7007" in page
    assert 'id="service-wifi"' in page
    assert 'id="service-ers"' not in page
    assert 'href="/incidents/report/?area=ward-7"' in page


def test_an_unknown_area_is_not_found(trusted: None, client: Client, db: None) -> None:
    assert client.get("/areas/ward-9/").status_code == 404
    assert client.get("/live/?area=ward-9").status_code == 404


def test_a_device_remembers_its_area_and_forgets_it(ward: Area, trusted: None, client: Client) -> None:
    remembered = client.post("/my-area/", {"area": "ward-7"})
    board = client.get("/").content.decode()
    forgotten = client.post("/my-area/", {"area": "ward-7", "forget": "yes"})

    assert remembered["Location"] == forgotten["Location"] == "/areas/ward-7/"
    assert remembered.cookies[MY_AREA].value == "ward-7"
    assert remembered.cookies[MY_AREA]["httponly"]
    assert 'href="/areas/ward-7/"' in board
    assert client.cookies[MY_AREA].value == ""


def test_an_area_that_is_not_ours_is_not_remembered(trusted: None, client: Client, db: None) -> None:
    response = client.post("/my-area/", {"area": "https://evil.example/"})

    assert response["Location"] == "/"
    assert not client.cookies[MY_AREA].value


def test_a_page_elsewhere_cannot_choose_a_devices_area(ward: Area, trusted: None, client: Client) -> None:
    response = client.post("/my-area/", {"area": "ward-7"}, headers={"origin": "https://evil.example"})

    assert response.status_code == 409
    assert "sent from a page outside the portal" in response.content.decode()
    assert MY_AREA not in client.cookies


def test_without_scripts_the_page_comes_again_by_itself(ward: Area, trusted: None, client: Client) -> None:
    for path in ("/", "/areas/ward-7/", "/wall/"):
        assert (
            '<noscript><meta http-equiv="refresh" content="60"></noscript>'
            in client.get(path).content.decode()
        )


def test_who_polls_gets_the_fragment_once(running: Disruption, client: Client) -> None:
    first = client.get("/live/")
    again = client.get("/live/", headers={"if-none-match": first["ETag"]})

    assert b'id="service-ers"' in first.content
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("path", "query"), [("/", ""), ("/wall/", ""), ("/areas/ward-7/", "?area=ward-7")])
def test_a_page_knows_the_name_of_what_it_shows(
    path: str, query: str, running: Disruption, ward: Area, client: Client
) -> None:
    board = BeautifulSoup(client.get(path).content, "html.parser").find(id="board")
    polled = client.get(f"/live/{query}")
    lines = BeautifulSoup(polled.content, "html.parser").find("hx-partial")

    assert isinstance(board, Tag)
    assert isinstance(lines, Tag)
    assert f'W/"{board["data-tag"]}"' == polled["ETag"]
    assert board.decode_contents().split() == lines.decode_contents().split()


def test_what_was_searched_has_no_name(running: Disruption, client: Client) -> None:
    assert b"data-tag" not in client.get("/?q=e-RS").content


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/", "/live/"),
        ("/wall/", "/live/"),
        ("/areas/ward-7/", "/live/?area=ward-7"),
        ("/?q=e-RS", "/live/?only=banner"),
        ("/nowhere/", "/live/?only=banner"),
    ],
)
def test_every_page_has_the_banner_and_its_own_stream(
    path: str, stream: str, ward: Area, running: Disruption, client: Client
) -> None:
    content = client.get(path).content.decode()

    assert "e-RS is not available." in content
    assert f'hx-sse:connect="{stream}"' in content


def test_who_may_not_see_the_board_sees_no_banner(running: Disruption, settings: Any, client: Client) -> None:
    settings.TRUSTED_NETWORKS = []

    page = client.get("/accounts/login/").content.decode()

    assert "e-RS" not in page
    assert "hx-sse:connect" not in page


def test_a_service_page_is_told_how_the_service_is(running: Disruption, rf: Any, client: Client) -> None:
    told = slots.service_state(rf.get("/"), running.service)

    assert "Planned work" in told
    assert running.release.title in told
    assert "What to do now" in told


@pytest.mark.parametrize(("minutes", "is_said"), [(0, False), (12, True)])
def test_a_page_made_from_old_news_says_how_old_its_banner_is(
    minutes: int, is_said: bool, running: Disruption, client: Client
) -> None:
    newest.keep(read_facts(now()), checked_at=now() - timedelta(minutes=minutes))

    pages = [BeautifulSoup(client.get(path).content, "html.parser") for path in ("/services/", "/")]
    age, beside_the_boards_own = (page.find(id="banner-age") for page in pages)

    assert isinstance(age, Tag)
    assert isinstance(beside_the_boards_own, Tag)
    assert age.has_attr("hidden") is not is_said
    assert ("Service news is not live. Last confirmed" in age.text) is is_said
    assert (", 12 minutes ago" in age.text) is is_said
    assert (beside_the_boards_own.has_attr("hidden"), beside_the_boards_own.text) == (True, "")
