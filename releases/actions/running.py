"""While the work runs: it starts, is extended, is back and being checked. No end happens by itself."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.clock import length
from continuity.core.ledger import SYSTEM, record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from continuity.notifications.actions import close_call
from releases.actions.locking import changed, has_begun, lock, needs, open_outages, step
from releases.actions.quieting import quieten
from releases.actions.telling import sentence, tell
from releases.models import Disruption, Extension, Release, State
from releases.notices import lines_of, names_words
from releases.picture import hits_of
from releases.schedule import NO_TIME, ends

# An outage called back in the instant in which it began has still happened.
SHORTEST = timedelta(microseconds=1)


@transaction.atomic
def start(*, release: Release, by: Any, at: datetime) -> None:
    """Begin the work: by a person, or by the clock (`SYSTEM`) at its planned start.

    What the clock starts, started as planned, however late the worker looked. An outage begins at its planned
    start or with the work, whichever is later; one that is still ahead begins by the clock.
    """
    lock(release)
    if by is SYSTEM and not has_begun(release, at):
        raise Conflict(f"{release} does not start by the clock now.")
    begins = max(release.starts_at, release.published_at or release.starts_at) if by is SYSTEM else at
    step(release, to=State.IN_PROGRESS, started_at=min(begins, at), is_held=False)
    _begin(release, release.disruptions.filter(span__startswith__lte=at))
    tell(release, "started", _started_words(release, at), by=by, at=at)
    close_call(subject=release, by=by, at=at)
    record("release.started", release, by=by, at=at, to=release.state)


@transaction.atomic
def go_on(*, release: Release, at: datetime) -> None:
    """By the clock: the next outage has begun while the one before was being checked."""
    lock(release)
    begun = release.disruptions.filter(actual=None, span__startswith__lte=at)
    if not begun:
        raise Conflict(f"No other outage of {release} has begun.")
    step(release, to=State.IN_PROGRESS, back_at=None)
    _begin(release, begun)
    tell(release, "started", _started_words(release, at), by=SYSTEM, at=at)
    record("release.started", release, by=SYSTEM, at=at, to=release.state)


@transaction.atomic
def extend(*, release: Release, ends_at: datetime, by: User, at: datetime, reason: str) -> None:
    """Promise a later end of what is out: its planned end becomes `ends_at`, the reason is told to everybody.

    The time planned for checking after the outage is kept: the end of the work moves with it. Where nothing is
    out, the end of the work itself becomes `ends_at`. The promise before stays on record.
    """
    reason = needs(reason, "Say why it takes longer.")
    begin_if_due(release, at)
    lock(release)
    if release.state not in {State.IN_PROGRESS, State.CHECKING}:
        raise Refused(f"{release} is not in progress. Change the notice instead.")
    outages = open_outages(release, at)
    was = ends(outages[-1].span)[1] if outages else release.ends_at
    _refuse_early(was, ends_at, at)
    later = _refuse_collision(release, outages, ends_at)
    checks = NO_TIME if later else length(was, release.ends_at)
    work = Range(release.starts_at, max(release.ends_at, ends_at + checks), "[)")
    changed(release, work=work)
    for outage in outages:
        outage.span = Range(outage.span.lower, ends_at, "[)")
        outage.save(update_fields=["span"])
    Extension.objects.create(release=release, was=was, to=ends_at, reason=reason, at=at)
    what = "back" if outages else "finished"
    text = (
        f"It is now planned to be {what} at {moment_words(ends_at)}, not at {moment_words(was)}. "
        f"{sentence(reason)}"
    )
    tell(release, "extended", text, by=by, at=at)
    record("release.extended", release, by=by, at=at, words=reason, to=release.state)


@transaction.atomic
def come_back(*, release: Release, by: Any, at: datetime) -> None:
    """Somebody says that the service is back: what was out ends now, and is being checked."""
    begin_if_due(release, at)
    lock(release)
    outages = open_outages(release, at)
    step(release, to=State.CHECKING, back_at=at)
    for outage in outages:
        begun = ends(outage.span)[0] if outage.actual is None else outage.actual.lower or at
        outage.actual = Range(begun, max(at, begun + SHORTEST), "[)")
        outage.save(update_fields=["actual"])
    tell(release, "back", _back_words(release, outages, at), by=by, at=at)
    record("release.back", release, by=by, at=at, to=release.state)


@transaction.atomic
def resume(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """Not back after all: what was called back is out again, as if it had never been."""
    reason = needs(reason, "Say what the checks found.")
    lock(release)
    back_at = release.back_at
    step(release, to=State.IN_PROGRESS, back_at=None)
    for outage in release.disruptions.filter(actual__endswith=back_at):
        outage.actual = Range(outage.actual.lower, None, "[)")
        outage.save(update_fields=["actual"])
    tell(release, "resumed", sentence(reason), by=by, at=at)
    record("release.resumed", release, by=by, at=at, words=reason, to=release.state)


@transaction.atomic
def hold(*, release: Release, by: User, at: datetime, is_held: bool = True) -> None:
    """Keep planned work from starting by the clock, or let it start by itself again.

    Raises Refused for letting go after the planned start: nobody would know when it began.
    """
    lock(release)
    if release.state != State.PUBLISHED or has_begun(release, at):
        raise Refused(f"{release} is not waiting to start, so it cannot be put on hold or let go.")
    if not is_held and release.starts_at <= at:
        raise Refused(
            f"The planned start of {release} has passed. Start it when the work begins, or postpone it."
        )
    changed(release, is_held=is_held)
    quieten(release)
    record("release.held" if is_held else "release.let_go", release, by=by, at=at, to=release.state)


@transaction.atomic
def post_update(*, release: Release, text: str, by: User, at: datetime) -> None:
    """Tell everybody concerned how it goes, in the author's words."""
    text = needs(text, "Enter the update.")
    lock(release)
    if not release.was_told:
        raise Refused(f"{release} is not published, so there is nobody to tell.")
    tell(release, "update", sentence(text), by=by, at=at)
    record("release.updated", release, by=by, at=at, words=text, to=release.state)


def begin_if_due(release: Release, at: datetime) -> None:
    """Write the start that the clock has made already, when no worker was there to do it."""
    if has_begun(release, at):
        start(release=release, by=SYSTEM, at=at)


def _begin(release: Release, outages: QuerySet[Disruption]) -> None:
    for outage in outages:
        planned, _ = ends(outage.span)
        begun = max(planned, release.started_at or planned)
        outage.actual = Range(begun, None, "[)")
        outage.save(update_fields=["actual"])


def _started_words(release: Release, at: datetime) -> str:
    hitting = [line for line in lines_of(hits_of(release)) if line.start <= at]
    said = [f"{line.condition}. It is planned to end at {moment_words(line.end)}." for line in hitting]
    return " ".join(said) or "The work has started. No service is out."


def _back_words(release: Release, outages: list[Disruption], at: datetime) -> str:
    names = sorted({outage.service.name for outage in outages if outage.effect != "at_risk"})
    said = f"{names_words(names)} {'is' if len(names) == 1 else 'are'}" if names else "The service is"
    checks = (
        f" Checks are planned to finish at {moment_words(release.ends_at)}." if release.ends_at > at else ""
    )
    return f"{said} back and being checked.{checks}"


def _refuse_early(was: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= was:
        raise Refused(f"The new end must be later than the planned end, {moment_words(was)}.")
    if ends_at <= at:
        raise Refused("The new end must be later than now.")


def _refuse_collision(release: Release, outages: list[Disruption], ends_at: datetime) -> bool:
    """Whether other outages are still ahead; Refused when one of a service that is out would begin before."""
    out = {outage.pk for outage in outages}
    services = {outage.service_id for outage in outages}
    ahead = [each for each in release.disruptions.filter(actual=None) if each.pk not in out]
    for each in ahead:
        begins, _ = ends(each.span)
        if each.service_id in services and begins < ends_at:
            raise Refused(f"The next outage of {each.service} begins at {moment_words(begins)}.")
    return bool(ahead)
