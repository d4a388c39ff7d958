"""Pasting a notice: who may, what the form then holds, and that nothing is saved."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM
from continuity.core.models import Line
from releases.models import Release
from tests.factories import ServiceFactory
from tests.intake.test_pasted import AN_EMAIL

pytestmark = pytest.mark.django_db
PASTE = reverse("intake:paste")


@pytest.fixture
def ers(db: None) -> Any:
    return ServiceFactory(key="ers", name="NHS e-Referral Service (e-RS)")


@pytest.fixture
def three_weeks_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("continuity.intake.views.now", lambda: datetime(2024, 10, 11, 9, tzinfo=UTC))


def test_a_pasted_email_fills_the_notice_form(
    as_: Any, manager: User, ers: Any, three_weeks_before: None
) -> None:
    answer = as_(manager).post(PASTE, {"text": AN_EMAIL})

    form = answer.context["form"]
    assert answer.status_code == 200
    assert form["title"].value() == "NHS e-Referral Service Maintenance Release 14.7"
    assert form["services"].value() == [str(ers.pk)]
    assert form["effect"].value() == "down"
    assert form["outage_from"].value() == datetime(2024, 11, 1, 16, tzinfo=UTC)
    assert form["outage_to"].value() == datetime(2024, 11, 2, 0, 36, tzinfo=UTC)
    assert form["work_to"].value() == datetime(2024, 11, 2, 0, 44, tzinfo=UTC)
    for words in ("1 November 2024", "4pm", "12:36am", "12:44am", "nothing is saved yet"):
        assert words in answer.content.decode()


def test_nothing_is_saved_by_pasting(as_: Any, manager: User, ers: Any) -> None:
    as_(manager).post(PASTE, {"text": AN_EMAIL})

    assert not Release.objects.exists()
    assert not Line.objects.exclude(actor_kind=SYSTEM.pk).exists()


def test_the_form_that_is_filled_is_sent_to_where_notices_are_kept(as_: Any, manager: User, ers: Any) -> None:
    page = as_(manager).post(PASTE, {"text": AN_EMAIL}).content.decode()

    assert f'action="{reverse("releases:new")}"' in page


def test_what_was_not_found_is_said_above_the_form(as_: Any, manager: User, db: None) -> None:
    page = as_(manager).post(PASTE, {"text": "Something will happen"}).content.decode()

    assert "No times were found." in page
    assert "No service of the catalogue was found." in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 200_001])
def test_a_text_that_cannot_be_read_keeps_the_page(as_: Any, manager: User, text: str) -> None:
    answer = as_(manager).post(PASTE, {"text": text})

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("administrator", 200), ("clinician", 403), ("lead", 403)]
)
def test_whoever_writes_notices_may_paste(
    as_: Any, role: str, status: int, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(role)

    assert as_(person).get(PASTE).status_code == status
    assert as_(person).post(PASTE, {"text": AN_EMAIL}).status_code == status


def test_nobody_pastes_without_logging_in(client: Any, db: None) -> None:
    answer = client.get(PASTE)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")
