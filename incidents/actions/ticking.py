"""Steps of a procedure in use, ticked by several people at once, and taken back by an event of its own."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move, words
from continuity.core.wording import moment_words
from continuity.plans.models import Step
from incidents.actions.guards import has_happened, is_still_written, locked, not_before
from incidents.evidence import EvidenceError, read_evidence
from incidents.models import RoleAssignment, Run, StepRun

State = StepRun.State
ASIDE = {
    State.SKIPPED: "incident.step_skipped",
    State.NOT_APPLICABLE: "incident.step_not_needed",
    State.BLOCKED: "incident.step_blocked",
}


@transaction.atomic
def begin_step(*, step: StepRun, by: User, at: datetime) -> None:
    """Somebody is on it, so that nobody else begins."""
    _hold(step)
    _is_open(step)
    if step.state == State.IN_PROGRESS:
        raise Conflict(f"{step.person} is on it already.")
    move(step, to=State.IN_PROGRESS, person=by, reason="")
    _say("incident.step_begun", step, by=by, at=at)


@transaction.atomic
def tick(
    *, step: StepRun, by: User, at: datetime, evidence: str = "", second_person: User | None = None,
    done_at: datetime | None = None, is_on_paper: bool = False,
) -> None:  # fmt: skip
    """The step is done, at `done_at` where it was done on paper or earlier; when it was entered (`at`) is kept too.

    Refused without the evidence that the step asks for. Of two people who tick it one wins; Conflict tells the other
    who it was, and when.
    """
    run = _hold(step)
    _is_open(step)
    if is_on_paper and done_at is None:
        raise Refused("Say when it was done, as the paper has it.")
    done = done_at or at
    has_happened(done, at, what="When it was done")
    done = min(done, at)
    begins = run.started_at.replace(second=0, microsecond=0)
    not_before(done, begins, what="A step", earlier_what="the start of the procedure")
    shown = _evidence(step.step, evidence, second_person, by)
    move(
        step, to=State.DONE, person=by, done_at=done, entered_at=at, evidence=shown, reason="",
        second_person=second_person, is_on_paper=is_on_paper,
    )  # fmt: skip
    verb = "incident.step_done_on_paper" if is_on_paper else "incident.step_done"
    _say(verb, step, by=by, at=done, words=_shown(shown, second_person))


@transaction.atomic
def set_aside(*, step: StepRun, to: str, reason: str, by: User, at: datetime) -> None:
    """The step is skipped, not needed here, or blocked for now, and why.

    A step that must be done and is another role's is skipped by whoever holds that role, or by a commander.
    """
    run = _hold(step)
    _is_open(step)
    if not reason:
        raise Refused("Say why the step is not done.")
    if to == State.SKIPPED:
        _may_skip(run, step.step, by)
    move(step, to=to, person=by, reason=reason, done_at=None, entered_at=at)
    _say(ASIDE[State(to)], step, by=by, at=at, words=reason)


@transaction.atomic
def take_back(*, step: StepRun, reason: str, by: User, at: datetime) -> None:
    """The step is still to be done; what was said about it stays on the timeline, with the reason."""
    _hold(step)
    if step.state == State.PENDING:
        raise Conflict("The step is still to do, so there is nothing to take back.")
    if not reason:
        raise Refused("Say why it is taken back.")
    was = f"It was {words(step, step.state)}, {step.person}. {reason}"
    move(
        step, to=State.PENDING, person=None, done_at=None, entered_at=None, evidence="", reason="",
        second_person=None, is_on_paper=False,
    )  # fmt: skip
    _say("incident.step_taken_back", step, by=by, at=at, words=was)


def _hold(step: StepRun) -> Run:
    """Its run, with the incident's row held; the step and the run are as they are now."""
    run = step.run
    locked(run.incident)
    is_still_written(run.incident)
    run.refresh_from_db(fields=["state"])
    step.refresh_from_db(fields=["state", "person", "done_at", "entered_at", "reason"])
    if run.state == Run.State.PAUSED:
        raise Conflict("The procedure is paused. Resume it, then tick.")
    if not run.is_open:
        raise Conflict(f"The procedure is {words(run, run.state)}, so its steps stay as they are.")
    return run


def _is_open(step: StepRun) -> None:
    if step.is_settled:
        when = step.done_at or step.entered_at
        said = f"{step.person} marked this step as {words(step, step.state)}"
        raise Conflict(f"Somebody else was first: {said}{f' at {moment_words(when)}' if when else ''}.")


def _evidence(step: Step, evidence: str, second_person: User | None, by: User) -> str:
    if step.evidence == Step.Evidence.SECOND_PERSON:
        if second_person is None:
            raise Refused("Say who checked the step with you.")
        if second_person == by:
            raise Refused("The second person must be somebody else than you.")
    try:
        return read_evidence(step.evidence, evidence)
    except EvidenceError as error:
        raise Refused(f"{error}.") from None


def _may_skip(run: Run, step: Step, by: User) -> None:
    """A required step of a command role that somebody holds is not skipped from beside or below it."""
    if not (step.is_required and step.owner_role) or by.may(Permission.INCIDENT_COMMAND):
        return
    active = run.incident.assignments.filter(
        state=RoleAssignment.State.ACTIVE, role__title__iexact=step.owner_role, person__isnull=False
    )
    holders = [held.person for held in active.select_related("person")]
    if holders and by not in holders:
        raise Forbidden(f"This step is for {step.owner_role}. Only {holders[0]} or a commander can skip it.")


def _shown(evidence: str, second_person: User | None) -> str:
    return f"Checked by {second_person}." if second_person else evidence


def _say(verb: str, step: StepRun, *, by: User, at: datetime, words: str = "") -> None:
    run, text = step.run, step.step.text.rstrip(".")
    said = f"{run.version.procedure}, step {step.step.order}: {text}. {words}".strip()
    record(verb, run.incident, by=by, at=at, to=step.state, words=said, holds=[step])
