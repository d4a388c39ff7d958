"""Publishing a notice: announcing it, or announcing new times after it was postponed."""

from datetime import datetime

from django.db import transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.clock import length
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from releases.actions.asking import ask_areas
from releases.actions.blocking import refuse_blocked
from releases.actions.consent import ask_again, ask_approvers
from releases.actions.locking import lock, step
from releases.actions.readying import asks_checklist, begin_checklist, reopen_all
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
    new_start = release.postponed_to if release.state == State.POSTPONED else None
    # Its new times are the words of whoever postponed it, not of who only announces them.
    writer = (release.postponed_by if new_start else None) or by
    keep_first_version(release, by=writer, at=at)
    if new_start:
        shift(release, new_start)
    refuse_incomplete(release, at)
    step(release, to=State.PUBLISHED, published_at=at, start_told_at=at, postponed_to=None, postponed_by=None)
    if new_start:
        keep_version(release, by=writer, at=at)
        ask_again(release, by=by, at=at)
        reopen_all(release)
    refuse_blocked(release, at)
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


def shift(release: Release, to: datetime) -> None:
    """Move the work and its outages so that the work starts at `to`; lengths stay as they are."""
    by = length(release.starts_at, to)
    outages = sorted(release.disruptions.all(), key=lambda outage: ends(outage.span), reverse=by > NO_TIME)
    for outage in outages:  # in the order in which two of one service never overlap on the way
        start, end = ends(outage.span)
        outage.span = Range(start + by, end + by, "[)")
        outage.save(update_fields=["span"])
    release.work = Range(release.starts_at + by, release.ends_at + by, "[)")
    release.rollback_by = release.rollback_by and release.rollback_by + by
    release.save(update_fields=["work", "rollback_by"])
