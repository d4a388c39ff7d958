"""Writes of the room: an exercise is planned, approved, run, talked over, reported and closed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from continuity.core.wording import day_words
from continuity.plans.models import Procedure
from incidents.actions import declare
from incidents.exercises.models import Exercise, Objective
from incidents.models import Incident

PREFIX = "EXE"
State = Exercise.State
# What may still be written into a plan; later the exercise has begun or is over.
PLANNING = frozenset({State.PLANNED, State.APPROVED})


@transaction.atomic
def plan(
    *, title: str, kind: str, held_on: date, by: User, at: datetime, theme: str = "",
    director: User | None = None, procedures: Sequence[Procedure] = (), injects: Sequence[str] = (),
) -> Exercise:  # fmt: skip
    """A new exercise of a type on a day; its objectives follow. Refused for a day that has passed."""
    if held_on < local_day(at):
        raise Refused(f"An exercise is planned for a day to come: {day_words(held_on)} has passed.")
    exercise = Exercise.objects.create(
        ref=next_reference(PREFIX, at), title=title, type=kind, held_on=held_on, theme=theme,
        director=director, injects=list(injects),
    )  # fmt: skip
    exercise.procedures.set(procedures)
    record("exercise.planned", exercise, by=by, at=at, to=exercise.state)
    return exercise


@transaction.atomic
def add_objective(*, exercise: Exercise, text: str, measure: str, by: User, at: datetime) -> Objective:
    """What the exercise shall show, and how that is measured. Refused once it runs."""
    _hold(exercise)
    if exercise.state not in PLANNING:
        raise Conflict("The exercise has begun, so its objectives stand.")
    objective = Objective.objects.create(exercise=exercise, text=text, measure=measure)
    record("exercise.objective_added", exercise, by=by, at=at)
    return objective


@transaction.atomic
def remove_objective(*, objective: Objective, by: User, at: datetime) -> None:
    """Take an objective out of a plan; what is approved keeps what it was approved with."""
    exercise = objective.exercise
    _hold(exercise)
    if exercise.state != State.PLANNED:
        raise Conflict("The plan is approved, so its objectives stand.")
    if not Objective.objects.filter(pk=objective.pk).delete()[0]:
        raise Conflict("Somebody else took this objective out already.")
    record("exercise.objective_removed", exercise, by=by, at=at)


@transaction.atomic
def approve(*, exercise: Exercise, by: User, at: datetime) -> None:
    """The plan is good. It needs an objective with its measure, and a procedure that is practised."""
    _hold(exercise)
    objectives = list(exercise.objectives.all())
    if not objectives:
        raise Refused("Add an objective: what the exercise shall show, and how that is measured.")
    if any(not each.measure for each in objectives):
        raise Refused("Say for every objective how it is measured.")
    if not exercise.procedures.exists():
        raise Refused("Choose the procedure that is practised.")
    _step(exercise, State.APPROVED, "exercise.approved", by, at)


@transaction.atomic
def run(*, exercise: Exercise, by: User, at: datetime) -> None:
    """It begins now; its day becomes today, whatever was planned."""
    _hold(exercise)
    move(exercise, to=State.RUNNING, held_on=local_day(at))
    record("exercise.started", exercise, by=by, at=at, to=exercise.state)


@transaction.atomic
def play(*, exercise: Exercise, by: User, at: datetime, **facts: Any) -> Incident:
    """What happens in a running exercise: an incident in the same rooms, marked EXERCISE, which tells nobody live.

    `facts` are those that declaring takes. One incident an exercise.
    """
    _hold(exercise)
    if exercise.state != State.RUNNING:
        raise Conflict("Only an exercise that runs has an incident. Begin the exercise first.")
    if Exercise.objects.filter(pk=exercise.pk, incident__isnull=False).exists():
        raise Conflict("The incident of this exercise is declared already.")
    incident = declare(by=by, at=at, **{**facts, "is_exercise": True})
    Exercise.objects.filter(pk=exercise.pk).update(incident=incident)
    exercise.incident = incident
    record("exercise.played", exercise, by=by, at=at, to=incident.ref)
    return incident


@transaction.atomic
def debrief(*, exercise: Exercise, by: User, at: datetime) -> None:
    """The play is over; people talk about it while they remember."""
    _hold(exercise)
    _step(exercise, State.DEBRIEF, "exercise.debriefed", by, at)


@transaction.atomic
def report(
    *, exercise: Exercise, ratings: Mapping[int, str], by: User, at: datetime,
    observed_rto_min: int | None = None, is_board_present: bool = False,
) -> None:  # fmt: skip
    """How far each objective (by primary key) was met. Refused while one is not rated."""
    _hold(exercise)
    objectives = list(exercise.objectives.all())
    for objective in objectives:
        objective.rating = ratings.get(objective.pk, "")
    unrated = [each.text for each in objectives if each.rating not in Objective.Rating.values]
    if unrated:
        raise Refused(f"Say how far every objective was met. Not rated: {'; '.join(unrated)}.")
    move(
        exercise, to=State.REPORTED, observed_rto_min=observed_rto_min, is_board_present=is_board_present
    )  # fmt: skip
    Objective.objects.bulk_update(objectives, ["rating"])
    record("exercise.reported", exercise, by=by, at=at, to=exercise.state)


@transaction.atomic
def close(*, exercise: Exercise, by: User, at: datetime) -> None:
    """It counts from now on. Its review is asked for by the room above, which closes it through this."""
    _hold(exercise)
    _step(exercise, State.CLOSED, "exercise.closed", by, at)


@transaction.atomic
def postpone(*, exercise: Exercise, to: date, reason: str, by: User, at: datetime) -> None:
    """It takes place on another day, and is planned anew for it."""
    if to <= local_day(at):
        raise Refused("Choose a day to come.")
    _hold(exercise)
    move(exercise, to=State.POSTPONED)
    move(exercise, to=State.PLANNED, held_on=to)
    record("exercise.postponed", exercise, by=by, at=at, words=reason)


@transaction.atomic
def cancel(*, exercise: Exercise, reason: str, by: User, at: datetime) -> None:
    """It does not take place, and why."""
    _hold(exercise)
    move(exercise, to=State.CANCELLED)
    record("exercise.cancelled", exercise, by=by, at=at, words=reason, to=exercise.state)


def _hold(exercise: Exercise) -> None:
    """Keep others from writing until the transaction ends, and learn how the exercise stands now."""
    exercise.state = Exercise.objects.select_for_update(no_key=True).get(pk=exercise.pk).state


def _step(exercise: Exercise, to: str, verb: str, by: Any, at: datetime) -> None:
    move(exercise, to=to)
    record(verb, exercise, by=by, at=at, to=to)
