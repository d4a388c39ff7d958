"""Publishing a notice: announcing it, or announcing new times after it was postponed."""

from datetime import datetime, timedelta

from django.db import transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from releases.actions.asking import ask_areas
from releases.actions.blocking import refuse_blocked
from releases.actions.consent import ask_again, ask_approvers
from releases.actions.locking import lock, step
from releases.actions.readying import asks_checklist, begin_checklist, reopen_all
from releases.actions.stepping import move_steps
from releases.actions.telling import announcement, tell
from releases.actions.versions import keep_first_version, keep_version
from releases.models import Release, State
from releases.notices import names_words
from releases.picture import touched
from releases.schedule import NO_TIME, ends


@transaction.atomic
def publish(*, release: Release, by: User, at: datetime, version: int | None = None) -> None:
    """Announce a release to everyone whose services it disturbs, and ask the areas whether they are ready.

    Postponed work moves to its new start first, with every window as long as it was. Raises Refused while
    something that staff need is missing, when the planned times are over, and where a rule of the trust blocks;
    Conflict when `version`, the one that its publisher read, is no longer the notice's. Approvals that are
    missing are asked for.
    """
    lock(release)
    refuse_stale(release, version)
    is_asked = release.state == State.IN_REVIEW or release.has_new_times
    is_moved, writer = begin_at_new_start(release, by=by, at=at)
    refuse_incomplete(release, at)
    step(release, to=State.PUBLISHED, published_at=at, start_told_at=at, postponed_to=None, postponed_by=None)
    if is_moved:
        keep_new_times(release, writer, by=by, at=at)
    refuse_blocked(release, at, is_asked=is_asked)
    said = announcement(release)
    tell(release, "published", said.brief, body=said.body, by=by, at=at)
    ask_areas(release, by=by, at=at)
    ask_approvers(release, by=by, at=at)
    if asks_checklist(release):
        begin_checklist(release)
    record("release.published", release, by=by, at=at, to=release.state)


def missing(release: Release) -> list[str]:
    """What staff need and the notice does not say yet; the outage times cannot be missing from a row."""
    needed = {
        "a title": release.title.strip(),
        "at least 1 service": touched(release),
        "whom to contact": release.contact.strip(),
    }
    return [name for name, there in needed.items() if not there]


def refuse_incomplete(release: Release, at: datetime) -> None:
    """Raise Refused while a notice does not say enough to be published, or speaks of the past."""
    if lacking := missing(release):
        raise Refused(f"Before {release} can be published, add {names_words(lacking)}.")
    if release.ends_at <= at:
        raise Refused(
            f"The planned times of {release} are over: they ended at {moment_words(release.ends_at)}. "
            "Change the times first."
        )


def refuse_stale(release: Release, version: int | None) -> None:
    """Raise Conflict when a notice that is held is no longer at the version that somebody read."""
    if version not in {None, release.version}:
        raise Conflict(f"{release} has changed since you opened it. Read what it says now.")


def begin_at_new_start(release: Release, *, by: User, at: datetime) -> tuple[bool, User]:
    """Postponed work that is held moves to its new start; answers whether it moved, and who wrote what it says now.

    Its new times are the words of whoever postponed it, not of who only announces them.
    """
    delay = release.delay
    writer = (release.postponed_by if delay else None) or by
    keep_first_version(release, by=writer, at=at)
    if delay:
        _shift(release, delay)
    return bool(delay), writer


def keep_new_times(release: Release, writer: User, *, by: User, at: datetime) -> None:
    """New times are a version of their own: what was agreed to or confirmed for others is open again."""
    keep_version(release, by=writer, at=at)
    ask_again(release, by=by, at=at)
    reopen_all(release)


def _shift(release: Release, by: timedelta) -> None:
    """Move the work, its outages and the steps that are still to be done; lengths stay as they are."""
    outages = sorted(release.disruptions.all(), key=lambda outage: ends(outage.span), reverse=by > NO_TIME)
    for outage in outages:  # in the order in which two of one service never overlap on the way
        start, end = ends(outage.span)
        outage.span = Range(start + by, end + by, "[)")
        outage.save(update_fields=["span"])
    release.work = Range(release.starts_at + by, release.ends_at + by, "[)")
    release.rollback_by = release.rollback_by and release.rollback_by + by
    release.save(update_fields=["work", "rollback_by"])
    move_steps(release, by)
