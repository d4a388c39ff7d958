"""Writes of the room: what jobs say, what their silence means, what they prove, and keeping the list of jobs.

A ping writes no ledger line, its row is the record; a change of state does, because the board shows it.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.keys import free_key
from continuity.core.ledger import SYSTEM, record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move
from continuity.monitors.confirming import confirmed_by
from continuity.monitors.evidence import failed_words, is_news, ran_words, silent_words, watched_by
from continuity.monitors.models import Evidence, Flip, Heartbeat, Proof
from continuity.monitors.proving import WHO_PROVES, job_of, may_prove
from continuity.monitors.telling import tell_flip
from incidents.reviews.models import Action
from releases.actions import come_back
from releases.models import Release

State = Heartbeat.State
SILENT = "Not heard of in time"


@transaction.atomic
def ping(*, heartbeat: Heartbeat, at: datetime, number: int | None = None, failed: str = "") -> None:
    """The job says that it ran, and what it counted; `failed` says why that is a failure: down at once, no grace.

    Too small a number is a failure, too. While it is paused nothing is heard (Healthchecks semantics).
    """
    beat = Heartbeat.objects.select_for_update(of=("self",)).get(pk=heartbeat.pk)
    if beat.state == State.PAUSED:
        return
    if beat.is_overdue(at):
        _fall_silent(beat)
    is_few = number is not None and beat.number_least is not None and number < beat.number_least
    why = failed or (f"Returned {beat.counted(number or 0)}" if is_few else "")
    _hear(beat, at, to=State.DOWN if why else State.UP, why=why, number=number)
    words = failed_words(beat, at) if failed else ran_words(beat, at, number)
    watched = _testify(beat, at, words, is_good=not why)
    if not why:
        _call_back(beat, watched, at)


@transaction.atomic
def fall_silent(*, at: datetime) -> None:
    """Every job that is overdue is down from the instant it was due, not from when that was noticed.

    One that a ping reaches at the same time is left to the ping.
    """
    for heartbeat in Heartbeat.objects.overdue(at).order_by("pk").select_for_update(skip_locked=True):
        _fall_silent(heartbeat)


@transaction.atomic
def add(*, by: User, at: datetime, **facts: Any) -> Heartbeat:
    """A job is expected from now on; it counts once it was heard of."""
    heartbeat = Heartbeat.objects.create(key=free_key(Heartbeat, facts["name"]), **facts)
    record("heartbeat.added", heartbeat, by=by, at=at)
    return heartbeat


@transaction.atomic
def change(*, heartbeat: Heartbeat, seen: int, by: User, at: datetime, **facts: Any) -> None:
    """What is expected of the job, if nobody changed it since version `seen`; counted from its last ping."""
    unchanged = Heartbeat.objects.filter(pk=heartbeat.pk, version=seen)
    if not unchanged.update(version=seen + 1, **facts):
        raise Conflict("Somebody else changed this while you were writing.")
    beat = Heartbeat.objects.select_for_update(of=("self",)).get(pk=heartbeat.pk)
    if beat.state == State.UP and beat.last_ping_at:
        Heartbeat.objects.filter(pk=beat.pk).update(due_at=beat.last_ping_at + beat.patience)
    record("heartbeat.changed", beat, by=by, at=at)


@transaction.atomic
def pause(*, heartbeat: Heartbeat, by: User, at: datetime) -> None:
    """The job is not expected, and not heard, until it is resumed."""
    old = heartbeat.state
    move(heartbeat, to=State.PAUSED, due_at=None)
    Flip.objects.create(heartbeat=heartbeat, old=old, new=State.PAUSED, at=at)
    record("heartbeat.paused", heartbeat, by=by, at=at, to=State.PAUSED)


@transaction.atomic
def resume(*, heartbeat: Heartbeat, by: User, at: datetime) -> None:
    """The job is expected again, as if it were new."""
    if heartbeat.state != State.PAUSED:
        raise Conflict(f"{heartbeat} is not paused.")
    move(heartbeat, to=State.NEW, last_ping_at=None)
    Flip.objects.create(heartbeat=heartbeat, old=State.PAUSED, new=State.NEW, at=at)
    record("heartbeat.resumed", heartbeat, by=by, at=at, to=State.NEW)


@transaction.atomic
def prove_by(
    *, action: Action, heartbeat: Heartbeat | None, seen: int | None, by: User, at: datetime
) -> None:
    """From now on this job, or none, shows that an action works that is not over.

    `seen` is the primary key of the job its writer saw there: Conflict when somebody chose another meanwhile.
    """
    held = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    if not held.is_open:
        raise Conflict("The action is over, so what proves it stands.")
    if not may_prove(held, by):
        raise Forbidden(WHO_PROVES)
    before = job_of(held)
    if (before and before.pk) != seen:
        raise Conflict("Somebody else chose another job. Check what is there now, then save again.")
    Proof.objects.filter(action=held).delete()
    if heartbeat:
        Proof.objects.create(action=held, heartbeat=heartbeat)
    record("action.job_chosen", held, by=by, at=at, to=heartbeat.key[:40] if heartbeat else "none")


def _hear(beat: Heartbeat, at: datetime, *, to: str, why: str, number: int | None) -> None:
    heard = {
        "last_ping_at": at,
        "last_number": number,
        "due_at": at + beat.patience if to == State.UP else None,
    }
    if beat.state == to:
        Heartbeat.objects.filter(pk=beat.pk).update(**heard)
    else:
        _flip(beat, at, to=to, why=why, **heard)


def _fall_silent(beat: Heartbeat) -> None:
    due = beat.due_at
    assert due is not None  # noqa: S101 - what is up has a due time
    _flip(beat, due, to=State.DOWN, why=SILENT, due_at=None)
    _testify(beat, due, silent_words(beat, due), is_good=False)


def _flip(beat: Heartbeat, at: datetime, *, to: str, why: str, **also: object) -> None:
    old = beat.state
    move(beat, to=to, **also)
    flip = Flip.objects.create(heartbeat=beat, old=old, new=to, at=at, why=why)
    tell_flip(flip)
    record(f"heartbeat.went_{to}", beat, by=SYSTEM, at=at, to=to)


def _call_back(beat: Heartbeat, watched: list[Release], at: datetime) -> None:
    """The job says, in its own name, that planned work is back where the owner lets it; a refusal loses no ping."""
    for release in confirmed_by(beat, watched, at):
        with suppress(Refused), transaction.atomic():
            come_back(release=release, by=beat, at=at)


def _testify(beat: Heartbeat, at: datetime, text: str, *, is_good: bool) -> list[Release]:
    """Keep what the job did as evidence for every release it says something about, and answer those."""
    watched = list(watched_by(beat, at))
    Evidence.objects.bulk_create(
        (
            Evidence(release=release, heartbeat=beat, at=at, text=text[:200], is_good=is_good)
            for release in watched
            if is_news(beat, before=release.was_good, now=is_good)  # type: ignore[attr-defined]  # annotated
        ),
        ignore_conflicts=True,  # what is kept of the same instant stands
    )
    return watched
