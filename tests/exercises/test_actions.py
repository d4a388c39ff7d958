"""An exercise from plan to report: each step works, is refused where it must be, and leaves its line."""

from datetime import date, datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.plans.models import Procedure
from incidents.exercises import actions
from incidents.exercises.calendar import months_later, standings
from incidents.exercises.models import Exercise, Requirement

pytestmark = pytest.mark.django_db
DAY = date(2024, 11, 20)


@pytest.fixture
def procedure(db: None) -> Procedure:
    from tests.factories import TeamFactory

    return Procedure.objects.create(key="wifi-lost", title="If Wi-Fi fails", owner=TeamFactory.create())


@pytest.fixture
def planned(lead: User, procedure: Procedure, at: datetime) -> Exercise:
    return actions.plan(
        title="Wi-Fi lost at night", kind="tabletop", held_on=DAY, procedures=[procedure], by=lead, at=at
    )


@pytest.fixture
def talked_over(planned: Exercise, lead: User, at: datetime) -> Exercise:
    actions.add_objective(exercise=planned, text="Move to paper", measure="15 minutes", by=lead, at=at)
    for step in (actions.approve, actions.run, actions.debrief):
        step(exercise=planned, by=lead, at=at)
    return planned


def ratings(exercise: Exercise, rating: str) -> dict[int, str]:
    return {each.pk: rating for each in exercise.objectives.all()}


def test_an_exercise_runs_from_plan_to_report(talked_over: Exercise, lead: User, at: datetime) -> None:
    actions.report(
        exercise=talked_over, ratings=ratings(talked_over, "partly"), observed_rto_min=45, by=lead, at=at
    )

    talked_over.refresh_from_db()
    assert (talked_over.ref, talked_over.state) == ("EXE-2024-001", "reported")
    assert talked_over.held_on == date(2024, 11, 1)
    assert [line.verb.split(".")[1] for line in lines_about(talked_over)] == [
        "planned", "objective_added", "approved", "started", "debriefed", "reported"
    ]  # fmt: skip


def test_a_day_that_has_passed_is_refused(lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="has passed"):
        actions.plan(title="Late", kind="tabletop", held_on=date(2024, 10, 31), by=lead, at=at)


def test_a_plan_without_objective_is_not_approved(planned: Exercise, lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Add an objective"):
        actions.approve(exercise=planned, by=lead, at=at)


def test_a_plan_without_procedure_is_not_approved(planned: Exercise, lead: User, at: datetime) -> None:
    planned.procedures.clear()
    actions.add_objective(exercise=planned, text="Move to paper", measure="15 minutes", by=lead, at=at)

    with pytest.raises(Refused, match="Choose the procedure"):
        actions.approve(exercise=planned, by=lead, at=at)


def test_an_objective_that_is_not_rated_stops_the_report(
    talked_over: Exercise, lead: User, at: datetime
) -> None:
    with pytest.raises(Refused, match="Not rated: Move to paper"):
        actions.report(exercise=talked_over, ratings={}, by=lead, at=at)

    talked_over.refresh_from_db()
    assert talked_over.state == "debrief"


def test_objectives_stand_once_it_has_begun(talked_over: Exercise, lead: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="its objectives stand"):
        actions.add_objective(exercise=talked_over, text="More", measure="More", by=lead, at=at)
    with pytest.raises(Conflict, match="The plan is approved"):
        actions.remove_objective(objective=talked_over.objectives.get(), by=lead, at=at)


def test_whoever_presses_second_is_told(planned: Exercise, lead: User, at: datetime) -> None:
    stale = Exercise.objects.get(pk=planned.pk)
    actions.cancel(exercise=planned, reason="Winter pressure", by=lead, at=at)

    with pytest.raises(Conflict):
        actions.postpone(exercise=stale, to=DAY, reason="Winter pressure", by=lead, at=at)


def test_a_postponed_exercise_is_planned_anew(planned: Exercise, lead: User, at: datetime) -> None:
    actions.postpone(exercise=planned, to=date(2025, 1, 15), reason="Winter pressure", by=lead, at=at)

    planned.refresh_from_db()
    assert (planned.state, planned.held_on) == ("planned", date(2025, 1, 15))


def test_only_a_closed_exercise_meets_a_requirement(talked_over: Exercise, lead: User, at: datetime) -> None:
    def tabletop() -> Any:
        return next(each for each in standings() if each.requirement.type == "tabletop")

    assert tabletop().held_on is None
    actions.report(exercise=talked_over, ratings=ratings(talked_over, "met"), by=lead, at=at)
    actions.close(exercise=talked_over, by=lead, at=at)

    assert (tabletop().held_on, tabletop().due_on) == (date(2024, 11, 1), date(2025, 11, 1))
    assert not tabletop().is_overdue(date(2025, 11, 1))
    assert tabletop().is_overdue(date(2025, 11, 2))


def test_the_trust_begins_with_the_national_intervals() -> None:
    found = dict(Requirement.objects.values_list("type", "interval_months"))

    assert found == {"communications": 6, "tabletop": 12, "live_play": 36, "command_post": 36}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 12, 15), 12, date(2025, 12, 15)),
        (date(2024, 11, 30), 36, date(2027, 11, 30)),
        (date(2024, 11, 30), 1, date(2024, 12, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
