"""The run sheet: written before or while the work runs, and ticked as its steps happen."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import count_words, time_words
from releases.actions.locking import lock, needs
from releases.models import OVER, Release, RunStep
from releases.sheet import Line, write_sheet

# A slip of the finger is noticed at once; what was true for longer is a fact that others have read.
MAY_UNTICK = timedelta(minutes=5)
NOTE = 300


@transaction.atomic
def plan_run(*, release: Release, lines: Sequence[Line], seen: str, by: User, at: datetime) -> None:
    """The steps that are not over yet become these; what is ticked stays as it is.

    `seen` tells the sheet as its writer found it (`digest_of`): Conflict when it is another by now.
    """
    lock(release)
    _refuse_over(release)
    if seen != digest_of(open_sheet(release)):
        raise Conflict("Somebody else changed the run sheet while you were writing.")
    release.run_steps.filter(done_at=None).delete()
    last = release.run_steps.order_by("-order").values_list("order", flat=True).first() or 0
    RunStep.objects.bulk_create(
        RunStep(
            release=release, order=order, text=line.text, who=line.who,
            starts_at=line.starts_at, minutes=line.minutes,
        )
        for order, line in enumerate(lines, start=last + 1)
    )  # fmt: skip
    said = count_words(len(lines), "step")
    record("release.run_planned", release, by=by, at=at, to=release.state, words=said)


@transaction.atomic
def tick(*, step: RunStep, by: User, at: datetime) -> None:
    """The step is done. Of two who tick it one wins; Conflict says to the other who it was, and when."""
    _end(step, by, at)
    record("release.step_done", step.release, by=by, at=at, words=step.text)


@transaction.atomic
def skip(*, step: RunStep, reason: str, by: User, at: datetime) -> None:
    """The step is not needed, and why."""
    reason = needs(reason, "Say why the step is not needed.")
    _end(step, by, at, is_skipped=True, note=_joined(step.note, reason))
    record("release.step_skipped", step.release, by=by, at=at, words=f"{step.text}: {reason}")


@transaction.atomic
def untick(*, step: RunStep, by: User, at: datetime) -> None:
    """The tick was a slip: the step is still to be done. Only by who made it, within 5 minutes."""
    _hold(step)
    if step.done_at is None or step.done_by_id != by.pk or at - step.done_at > MAY_UNTICK:
        raise Refused("A tick can be taken back for 5 minutes by who made it. Add a note instead.")
    step.done_by, step.done_at, step.is_skipped = None, None, False
    step.save(update_fields=["done_by", "done_at", "is_skipped"])
    record("release.step_undone", step.release, by=by, at=at, words=step.text)


@transaction.atomic
def annotate(*, step: RunStep, text: str, by: User, at: datetime) -> None:
    """A note stands beside the step, after those that stand there already."""
    text = needs(text, "Enter the note.")
    _hold(step)
    step.note = _joined(step.note, text)
    step.save(update_fields=["note"])
    record("release.step_noted", step.release, by=by, at=at, words=f"{step.text}: {text}")


def move_steps(release: Release, by: timedelta) -> None:
    """The steps that are still to be done go along with work that is held, each as much later."""
    release.run_steps.filter(done_at=None).update(starts_at=F("starts_at") + by)


def open_sheet(release: Release) -> str:
    """The steps that are not over yet, as their form shows them."""
    steps = release.run_steps.filter(done_at=None).order_by("starts_at", "order")
    lines = (Line(each.starts_at, each.minutes, each.who, each.text) for each in steps)
    return write_sheet(lines, begins=release.starts_at)


def digest_of(sheet: str) -> str:
    """A short mark that differs for every other sheet."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:20]


def _end(step: RunStep, by: User, at: datetime, **also: object) -> None:
    _hold(step)
    _refuse_over(step.release)
    if step.done_at:
        how = "marked as not needed" if step.is_skipped else "ticked"
        raise Conflict(
            f"Somebody else was first: {step.done_by} has {how} '{step.text}' at {time_words(step.done_at)}."
        )
    for name, value in {"done_by": by, "done_at": at, **also}.items():
        setattr(step, name, value)
    step.save(update_fields=["done_by", "done_at", *also])


def _hold(step: RunStep) -> None:
    """Hold the release and read the step afresh: a sheet that was written anew may have taken it out."""
    lock(step.release)
    release = step.release
    try:
        step.refresh_from_db()
    except RunStep.DoesNotExist:
        raise Conflict("The run sheet was written anew. Look at it again.") from None
    step.release = release


def _refuse_over(release: Release) -> None:
    if release.state in OVER:
        raise Refused(f"{release} is over, so its run sheet stays as it is.")


def _joined(before: str, text: str) -> str:
    joined = f"{before}; {text}" if before else text
    if len(joined) > NOTE:
        raise Refused(f"The notes of a step must be {NOTE} characters or fewer together.")
    return joined
