"""Procedures in use: started in their published version, paused, completed, or abandoned with the reason."""

from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from continuity.plans.models import Version
from incidents.actions.guards import has_happened, is_still_written, locked, not_before
from incidents.models import Incident, Run, StepRun


@transaction.atomic
def start_run(
    *, incident: Incident, version: Version, by: User, at: datetime, started_at: datetime | None = None
) -> Run:
    """The published version of a procedure is in use from now, or from `started_at` where it began on paper.

    It stays with this version. A run of the same procedure that ended before is linked; while one is open, Conflict.
    """
    locked(incident)
    is_still_written(incident)
    begins = started_at or at
    has_happened(begins, at, what="When it began")
    begins = min(begins, at)
    not_before(
        begins, _to_the_minute(incident.started_at), what="A procedure", earlier_what="the incident's start"
    )
    version.refresh_from_db(fields=["state"])
    if version.state != Version.State.PUBLISHED:
        raise Refused(f"{version} is not the published version. Start the one that is published now.")
    before = incident.runs.filter(version__procedure=version.procedure).order_by("-pk").first()
    if before and before.is_open:
        raise Conflict(_is_open_already(before, version))
    run = Run.objects.create(
        incident=incident, version=version, started_by=by, started_at=begins, follows=before
    )
    StepRun.objects.bulk_create(StepRun(run=run, step=step) for step in version.steps.all())
    _say("started", run, by=by, at=begins)
    return run


@transaction.atomic
def pause_run(*, run: Run, by: User, at: datetime) -> None:
    """Nobody ticks until it goes on."""
    _hold(run)
    move(run, to=Run.State.PAUSED)
    _say("paused", run, by=by, at=at)


@transaction.atomic
def resume_run(*, run: Run, by: User, at: datetime) -> None:
    """It goes on where it was paused."""
    _hold(run)
    move(run, to=Run.State.RUNNING)
    _say("resumed", run, by=by, at=at)


@transaction.atomic
def complete_run(*, run: Run, by: User, at: datetime) -> None:
    """It is over. Refused while a step that must be done is open, with the steps it is about."""
    _hold(run)
    required = run.steps.filter(step__is_required=True).exclude(state__in=StepRun.SETTLED)
    left = [f"{each.step.order} ({each.step.text.rstrip('.')})" for each in required.select_related("step")]
    if left and run.is_open:
        steps = "Step" if len(left) == 1 else "Steps"
        raise Refused(
            f"{steps} still to do: {', '.join(left)}. Do them, say why they are skipped, or abandon the procedure."
        )
    move(run, to=Run.State.COMPLETED, ended_at=at)
    _say("completed", run, by=by, at=at)


@transaction.atomic
def abandon_run(*, run: Run, reason: str, by: Any, at: datetime) -> None:
    """It is given up, and why."""
    _hold(run)
    _abandon(run, reason, by, at)


def end_runs(incident: Incident, *, why: str, by: Any, at: datetime) -> None:
    """What is still in use when an incident ends is given up with it. For actions only."""
    for run in incident.runs.filter(state__in=Run.OPEN).select_related("version__procedure"):
        _abandon(run, why, by, at)


def _abandon(run: Run, reason: str, by: Any, at: datetime) -> None:
    if not reason:
        raise Refused("Say why the procedure is abandoned.")
    move(run, to=Run.State.ABANDONED, ended_at=at, ended_why=reason)
    _say("abandoned", run, by=by, at=at, words=reason)


def _say(done: str, run: Run, *, by: Any, at: datetime, words: str = "") -> None:
    said = f"{run.version}: {words}" if words else str(run.version)
    record(f"incident.run_{done}", run.incident, by=by, at=at, to=run.state, words=said, holds=[run])


def _hold(run: Run) -> None:
    """The incident's row is held, and the run is as it is now."""
    locked(run.incident)
    is_still_written(run.incident)
    run.refresh_from_db(fields=["state"])


def _is_open_already(before: Run, version: Version) -> str:
    if before.version_id == version.pk:
        return f"{version.procedure} is in use in this incident already."
    return f"{before.version} is in use in this incident. Complete or abandon it, then start version {version.number}."


def _to_the_minute(at: datetime) -> datetime:
    """As people write times."""
    return at.replace(second=0, microsecond=0)
