"""Pages of exercises: who may, what stands there, and how many queries it takes."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.plans.models import Procedure
from incidents.exercises import actions
from incidents.exercises.models import Exercise
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(lead: User, at: datetime) -> Exercise:
    procedure = Procedure.objects.create(key="wifi-lost", title="If Wi-Fi fails", owner=TeamFactory.create())
    return actions.plan(
        title="Wi-Fi lost at night", kind="tabletop", held_on=date(2024, 11, 20), procedures=[procedure],
        by=lead, at=at,
    )  # fmt: skip


def test_readers_see_what_must_be_practised(as_: Any, clinician: User, planned: Exercise) -> None:
    text = as_(clinician).get("/exercises/").content.decode()

    assert "every 12 months" in text
    assert "Wi-Fi lost at night" in text
    assert "Plan an exercise" not in text


def test_others_do_not(client: Client, as_: Any, stranger: User, planned: Exercise) -> None:
    assert client.get("/exercises/").status_code == 302
    assert as_(stranger).get("/exercises/").status_code == 403
    assert as_(stranger).get(planned.get_absolute_url()).status_code == 403


def test_the_lead_plans_one_and_says_what_it_shall_show(as_: Any, lead: User) -> None:
    page = as_(lead)
    answer = page.post(
        "/exercises/plan/", {"title": "Phones lost", "kind": "live_play", "held_on": "1 March 2030"}
    )
    exercise = Exercise.objects.get()
    page.post(exercise.get_absolute_url(), {"text": "Runners go", "measure": "within 5 minutes"})

    assert answer.headers["Location"] == exercise.get_absolute_url()
    text = page.get(exercise.get_absolute_url()).content.decode()
    assert "EXERCISE: Phones lost" in text
    assert "Runners go" in text
    assert "Approve the plan" in text


def test_a_wrong_day_keeps_what_was_typed(as_: Any, lead: User) -> None:
    answer = as_(lead).post(
        "/exercises/plan/", {"title": "Phones lost", "kind": "tabletop", "held_on": "soon"}
    )

    assert answer.status_code == 422
    assert 'value="Phones lost"' in answer.content.decode()
    assert not Exercise.objects.exists()


def test_a_refused_approval_says_what_is_missing(as_: Any, lead: User, planned: Exercise) -> None:
    answer = as_(lead).post(f"{planned.get_absolute_url()}approve/")

    assert answer.status_code == 409
    assert "Add an objective" in answer.content.decode()


def test_it_is_reported_on_a_page(as_: Any, lead: User, planned: Exercise, at: datetime) -> None:
    objective = actions.add_objective(exercise=planned, text="Paper", measure="15 minutes", by=lead, at=at)
    page, address = as_(lead), planned.get_absolute_url()

    for step in ("approve", "run", "debrief"):
        assert page.post(f"{address}{step}/").status_code == 302
    missing = page.post(f"{address}report/", {})
    page.post(f"{address}report/", {f"rating_{objective.pk}": "met", "observed_rto": "45 minutes"})

    planned.refresh_from_db()
    assert missing.status_code == 422
    assert (planned.state, planned.observed_rto_min) == ("reported", 45)


def test_it_is_put_off_on_a_page(as_: Any, lead: User, planned: Exercise) -> None:
    page, address = as_(lead), planned.get_absolute_url()

    page.post(f"{address}postpone/", {"to": "1 March 2030", "reason": "Winter pressure"})
    page.post(f"{address}cancel/", {"reason": "Not this year"})

    planned.refresh_from_db()
    assert (planned.state, planned.held_on) == ("cancelled", date(2030, 3, 1))
