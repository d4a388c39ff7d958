"""Planned work that overruns becomes an incident in one press, with everything joined, and the board tells it so."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from continuity.accounts.models import User
from incidents.models import Incident
from releases import actions
from releases.models import Release
from tests.releases.conftest import (  # noqa: F401 - fixtures of the story
    BACK,
    FOUR_PM,
    drafted,
    ers,
    polling,
    published,
    story,
)
from tests.releases.test_pages import set_clock, text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
# All that is asked of who presses: how bad it is, nobody else can say.
JUDGED = {"impact": ["3"], "urgency": ["3"]}


@pytest.fixture
def overrun(published: Release, manager: User, settings: Any) -> Release:  # noqa: F811
    """e-RS 14.7, half an hour past its planned end."""
    actions.start(release=published, by=manager, at=FOUR_PM)
    set_clock(settings, BACK + 30 * MINUTE)
    return published


def as_shown(response: Any) -> dict[str, list[str]]:
    """What a browser would send of the form as it stands."""
    form = BeautifulSoup(response.content, "html.parser").select_one("main form:has([name=release])")
    assert form is not None
    sent: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name]"):
        if field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            is_text = field.name == "textarea"
            sent.setdefault(str(field["name"]), []).append(
                field.get_text().strip() if is_text else str(field.get("value", ""))
            )
    for select in form.select("select[name]"):
        sent[str(select["name"])] = [str(each["value"]) for each in select.select("option[selected]")]
    return sent | JUDGED


def test_the_release_leads_to_a_form_that_is_filled_in(as_: Any, overrun: Release, manager: User) -> None:
    me = as_(manager)
    link = f"/incidents/declare/?release={overrun.ref}"
    assert link in me.get(overrun.get_absolute_url()).content.decode()

    response = me.post("/incidents/declare/", as_shown(me.get(link)))

    assert response.status_code == 302, text_of(response)
    incident = Incident.objects.get()
    assert incident.release == overrun
    assert incident.started_at == BACK
    assert {each.service.key: each.effect for each in incident.impacts.select_related("service")} == {
        "ers": "down",
        "slot-polling": "at_risk",
    }


def test_the_board_tells_it_as_unplanned_and_the_release_shows_it(
    as_: Any, client: Client, trusted: None, overrun: Release, manager: User
) -> None:
    me = as_(manager)
    planned = text_of(client.get("/"))
    me.post("/incidents/declare/", as_shown(me.get(f"/incidents/declare/?release={overrun.ref}")))
    incident = Incident.objects.get()
    line = BeautifulSoup(client.get("/").content, "html.parser").select_one(".app-board__line")

    assert "not confirmed" in planned
    assert line is not None
    assert "NHS e-Referral Service" in line.get_text()
    assert "Planned work" not in line.get_text()
    assert incident.title in text_of(me.get(overrun.get_absolute_url()))
