"""Pages that staff read: the published procedure, its age, older versions, the printed form."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.plans.actions import draft, edit, withdraw
from continuity.plans.models import Version
from tests.plans.conftest import STEPS

pytestmark = pytest.mark.django_db
PAGES = ["/plans/", "/plans/if-wi-fi-fails/", "/plans/if-wi-fi-fails/1/", "/plans/if-wi-fi-fails/print/"]


def text_of(client: Client, page: str) -> str:
    response = client.get(page)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_published_procedures_open_without_logging_in(
    client: Client, published: Version, trusted: None, page: str
) -> None:
    text = text_of(client, page)

    assert "If Wi-Fi fails" in text
    assert "Change" not in text
    assert "Withdraw" not in text
    assert "Draft" not in text


@pytest.mark.parametrize("page", PAGES)
def test_outside_the_trust_one_logs_in(client: Client, published: Version, page: str) -> None:
    assert client.get(page).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", ["/plans/if-wi-fi-fails/", "/plans/if-wi-fi-fails/1/"])
@pytest.mark.usefixtures("version", "trusted")
def test_a_draft_is_there_for_writers_alone(
    client: Client, as_: Any, clinician: User, lead: User, page: str
) -> None:
    assert client.get(page).status_code == 404
    assert as_(clinician).get(page).status_code == 404
    assert as_(lead).get(page).status_code == 200


def test_the_page_says_what_to_do_and_how_good_it_is(
    client: Client, published: Version, trusted: None
) -> None:
    text = text_of(client, "/plans/if-wi-fi-fails/")

    assert text.index("Open the downtime box.") < text.index("Switch to paper.")
    assert "Continuity lead" in text
    assert "1 November 2024" in text
    assert "1 June 2025" in text
    assert published.short_hash in text


def test_a_procedure_past_its_review_date_is_red_but_usable(
    client: Client, version: Version, bring_out: Any, trusted: None
) -> None:
    bring_out(version, review_by=date(2024, 12, 1))

    page, listed = text_of(client, "/plans/if-wi-fi-fails/"), text_of(client, "/plans/")

    assert "It should have been reviewed by 1 December 2024. You can still use it." in page
    assert "Open the downtime box." in page
    assert "Past its review date" in listed


def test_the_printed_form_says_when_it_was_printed(client: Client, published: Version, trusted: None) -> None:
    text = text_of(client, "/plans/if-wi-fi-fails/print/")

    assert "Printed at" in text
    assert "Check the board for changes" in text
    assert published.short_hash in text


@pytest.mark.usefixtures("trusted")
def test_an_older_version_leads_to_the_one_in_use(
    client: Client, published: Version, bring_out: Any, manager: User, at: datetime
) -> None:
    following = draft(procedure=published.procedure, by=manager, at=at)
    edit(version=following, seen=1, lines=STEPS[:1], what_changed="Less to do", by=manager, at=at)
    following.refresh_from_db()
    bring_out(following)

    older, current = text_of(client, "/plans/if-wi-fi-fails/1/"), text_of(client, "/plans/if-wi-fi-fails/")

    assert "Open the version in use" in older
    assert "Switch to paper." in older
    assert "Switch to paper." not in current
    assert "Less to do" in current


def test_a_withdrawn_procedure_is_gone_for_staff(
    client: Client, published: Version, lead: User, trusted: None, at: datetime
) -> None:
    withdraw(version=published, reason="The ward has moved.", by=lead, at=at)

    assert [client.get(page).status_code for page in PAGES] == [200, 404, 404, 404]
    assert "If Wi-Fi fails" not in text_of(client, "/plans/")


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=wi-fi", True),
        ("q=downtime+box", True),
        ("q=fax", False),
        ("service=wifi", True),
        ("service=nothing", True),
    ],
)
def test_the_list_is_narrowed(
    client: Client, published: Version, trusted: None, query: str, is_found: bool
) -> None:
    listed = client.get(f"/plans/?{query}").context["listed"]

    assert bool(listed) == is_found


def test_a_service_page_shows_the_steps_in_place(client: Client, published: Version, trusted: None) -> None:
    text = text_of(client, "/services/wifi/")

    assert "What to do when it does not work" in text
    assert "Switch to paper." in text
    assert 'href="/plans/if-wi-fi-fails/"' in text


def test_a_service_without_a_procedure_says_so(client: Client, version: Version, trusted: None) -> None:
    text = text_of(client, "/services/wifi/")

    assert "No procedure is published for Wi-Fi" in text
    assert "Switch to paper." not in text
