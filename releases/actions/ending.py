"""How a release ends: completed, rolled back, cancelled or postponed, told to everybody told before."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Refused
from continuity.core.wording import moment_words, window_words
from continuity.notifications.actions import close_call
from releases.actions.locking import has_begun, lock, needs, open_outages, step
from releases.actions.running import begin_if_due
from releases.actions.telling import sentence, tell
from releases.models import RUNNING, Release, State
from releases.schedule import ends

Actual = Mapping[int, Range[datetime]]


@transaction.atomic
def complete(
    *,
    release: Release,
    outcome: str,
    by: User,
    at: datetime,
    evidence: str = "",
    lesson: str = "",
    follow_ups: str = "",
    actual: Actual | None = None,
    ended_at: datetime | None = None,
) -> None:
    """Close a release with its outcome in words, what the watched jobs did, what was learned and is still to do.

    `actual` corrects when outages (by primary key) really began and ended, `ended_at` when the work did:
    unless said, at its planned end if the service was back by then, else now. Raises Refused while an outage
    is open, and for times that lie in the future or out of order.
    """
    outcome = needs(outcome, "Say how it ended, in words for staff.")
    _close(
        release, to=State.COMPLETED, outcome=outcome, actual=actual, ended_at=ended_at, at=at,
        evidence=evidence, lesson=lesson, follow_ups=follow_ups,
    )  # fmt: skip
    tell(release, "completed", sentence(outcome), by=by, at=at)
    record("release.completed", release, by=by, at=at, words=outcome, to=release.state)


@transaction.atomic
def roll_back(
    *,
    release: Release,
    reason: str,
    by: User,
    at: datetime,
    evidence: str = "",
    lesson: str = "",
    follow_ups: str = "",
    actual: Actual | None = None,
    ended_at: datetime | None = None,
) -> None:
    """The work was undone and things are as they were before it; the rest as when it is completed.

    Unless said, the work ended now.
    """
    reason = needs(reason, "Say why it was rolled back, in words for staff.")
    _close(
        release, to=State.ROLLED_BACK, outcome=reason, actual=actual, ended_at=ended_at or at, at=at,
        evidence=evidence, lesson=lesson, follow_ups=follow_ups,
    )  # fmt: skip
    tell(release, "rolled_back", sentence(reason), by=by, at=at)
    record("release.rolled_back", release, by=by, at=at, words=reason, to=release.state)


@transaction.atomic
def cancel(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """The work will not take place. Whoever was told of it is told so; a draft just ends."""
    reason = needs(reason, "Say why it is cancelled.")
    lock(release)
    _refuse_begun(release, at)
    was_told = release.was_told
    step(release, to=State.CANCELLED, outcome=reason)
    if was_told:
        text = f"The work planned for {window_words(release.work)} will not take place. {sentence(reason)}"
        tell(release, "cancelled", text, by=by, at=at)
    close_call(subject=release, by=by, at=at)
    record("release.cancelled", release, by=by, at=at, words=reason, to=release.state)


@transaction.atomic
def postpone(*, release: Release, to: datetime | None, reason: str, by: User, at: datetime) -> None:
    """The work does not take place when it was planned, but from `to` on, or at a time not known yet.

    It hits nobody until its new times are published.
    """
    reason = needs(reason, "Say why it is postponed.")
    lock(release)
    _refuse_begun(release, at)
    if to is not None and to <= at:
        raise Refused("The new start must be later than now.")
    if to == release.starts_at:
        raise Refused(f"It is planned for {moment_words(to)} already.")
    step(release, to=State.POSTPONED, postponed_to=to, postponed_by=by, is_held=False)
    new = f"It is now planned to start at {moment_words(to)}." if to else "A new time is not known yet."
    text = f"The work planned for {window_words(release.work)} does not take place then. {new} {sentence(reason)}"
    tell(release, "postponed", text, by=by, at=at)
    close_call(subject=release, by=by, at=at)
    record("release.postponed", release, by=by, at=at, words=reason, to=release.state)


def _close(
    release: Release, *, to: State, outcome: str, actual: Actual | None, ended_at: datetime | None, at: datetime,
    **learned: str,
) -> None:  # fmt: skip
    """The work is over, with its true times; Refused while an outage is open, and for impossible times."""
    begin_if_due(release, at)
    lock(release)
    _refuse_open(release, at)
    _correct(release, actual or {}, at)
    ended = ended_at or _end_of_work(release, at)
    _refuse_disorder(release, ended, at)
    step(
        release,
        to=to,
        outcome=outcome,
        started_at=release.started_at,
        back_at=release.back_at,
        ended_at=ended,
        **{name: text.strip() for name, text in learned.items()},
    )


def _refuse_begun(release: Release, at: datetime) -> None:
    if has_begun(release, at):
        raise Refused(
            f"{release} began at {moment_words(release.starts_at)}. "
            "Say that the service is back, then complete it or roll it back."
        )


def _refuse_open(release: Release, at: datetime) -> None:
    if release.state in RUNNING and open_outages(release, at):
        raise Refused(f"An outage of {release} is still open. Say that the service is back first.")


def _end_of_work(release: Release, at: datetime) -> datetime:
    """When the work ended if nobody says so: as planned, where the service was back by then."""
    is_in_time = release.back_at is None or release.back_at <= release.ends_at
    return release.ends_at if is_in_time and release.ends_at < at else at


def _correct(release: Release, actual: Actual, at: datetime) -> None:
    """Write when outages really began and ended; start and return of the whole follow them."""
    for outage in release.disruptions.filter(pk__in=actual.keys()):
        span = actual[outage.pk]
        if ends(span)[1] > at:
            raise Refused("An outage cannot have ended in the future.")
        outage.actual = span
        outage.save(update_fields=["actual"])
    if actual:
        spans = [ends(outage.actual) for outage in release.disruptions.all() if outage.actual]
        release.started_at = min([*(start for start, _ in spans), release.started_at or at])
        release.back_at = max(end for _, end in spans)


def _refuse_disorder(release: Release, ended: datetime, at: datetime) -> None:
    if ended > at:
        raise Refused("The work cannot have ended in the future.")
    if release.back_at and ended < release.back_at:
        raise Refused(
            f"The work cannot have ended before the service was back, {moment_words(release.back_at)}."
        )
    if release.started_at and ended < release.started_at:
        raise Refused(f"The work cannot have ended before it started, {moment_words(release.started_at)}.")
