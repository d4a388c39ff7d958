"""A notice begins as another one was written: everything but its times, and nothing is saved before it is sent."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from continuity.accounts.models import User
from releases import actions
from releases.forms import initial_like
from releases.models import Release
from tests.releases.conftest import ANNOUNCED
from tests.releases.test_pages import set_clock, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is(settings: Any) -> None:
    set_clock(settings, ANNOUNCED)


def test_the_form_is_filled_with_everything_but_the_times(
    as_: Any, published: Release, manager: User
) -> None:
    link = f"/releases/new/?like={published.ref}"
    assert link in as_(manager).get(published.get_absolute_url()).content.decode()

    response = as_(manager).get(link)

    form = BeautifulSoup(response.content, "html.parser")
    values = {str(box["name"]): box.get("value", "") for box in form.select("main input[name]")}
    texts = {str(box["name"]): box.get_text().strip() for box in form.select("main textarea[name]")}
    ticked = {str(box["name"]): str(box["value"]) for box in form.select("main input[checked]")}
    assert values["title"] == published.title
    assert values["contact"] == published.contact
    assert (texts["local_note"], texts["during"]) == (
        "Local systems carry on.",
        "Take urgent referrals by phone.\nCarry on with clinics.",
    )
    source = form.select_one("main select[name=source] option[selected]")
    assert source is not None
    assert (ticked["effect"], source["value"]) == ("down", "national")
    assert {"services", "at_risk"} <= ticked.keys()
    moments = [name for name in values if name.endswith(("_date", "_time"))]
    assert [values[name] for name in moments if values[name]] == []
    assert not values.get("version")
    assert f"Filled from {published.ref}, without its times." in text_of(response)
    assert Release.objects.count() == 1


def test_a_template_leaves_out_what_was_true_of_its_own_day(published: Release, manager: User) -> None:
    filled = initial_like(Release.objects.get(pk=published.pk))

    assert not {"outage_from", "outage_to", "work_from", "work_to", "rollback_by", "why_soon"} & filled.keys()


def test_a_reference_that_is_not_there_opens_an_empty_form(as_: Any, manager: User) -> None:
    for ref in ("REL-1999-001", "%0A", ""):
        response = as_(manager).get(f"/releases/new/?like={ref}")

        assert response.status_code == 200
        assert "Filled from" not in text_of(response)


def test_one_that_was_cancelled_may_be_used_again(as_: Any, published: Release, manager: User) -> None:
    actions.cancel(release=published, reason="The supplier is ill", by=manager, at=ANNOUNCED)

    assert published.title in as_(manager).get(f"/releases/new/?like={published.ref}").content.decode()
