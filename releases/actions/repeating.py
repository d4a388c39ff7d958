"""Work that comes back: each occurrence is a release of its own, which a series holds together."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.clock import length, local
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import count_words, moment_words
from continuity.notifications.audience import NAMES
from releases.actions.ending import cancel
from releases.actions.locking import lock, needs
from releases.actions.publishing import publish
from releases.actions.writing import draft
from releases.content import content_of, facts_of, services_of
from releases.models import DRAFTS, Check, Release, ReleaseQuerySet, RunStep, Series, SeriesException
from releases.recurrence import Rule, RuleError, starts_of

CHANGED = "Somebody else changed this series meanwhile. Look at it again."


@transaction.atomic
def repeat(*, release: Release, rule: Rule, by: User, at: datetime) -> Series:
    """A draft becomes the first occurrence of a series; every further one is a draft of its own.

    Each begins as the draft stands now, with every time as much later, its checklist and run sheet included, and
    is changed and published by itself.
    Raises Refused for a rule that gives no series, and for anything but a draft ahead that is in none.
    """
    lock(release)
    _refuse_unfit(release, at)
    starts = starts_from(rule, release.starts_at)
    content = content_of(release)
    first = local(release.starts_at)
    series = Series.objects.create(
        title=release.title, rule=str(rule), first=first.date(), wall=first.time(), content=content, owner=by
    )
    join(release, series, starts[0])
    services, told = services_of(content), told_besides(release)
    for start in starts[1:]:
        later = length(starts[0], start)
        another = draft(by=by, at=at, **facts_of(content, services=services, by=later), **told)
        take_over(another, release, later=later)
        join(another, series, start)
    record("series.begun", series, by=by, at=at, words=series.rule)
    return series


@transaction.atomic
def publish_next(*, series: Series, seen: str, times: int, by: User, at: datetime) -> list[Release]:
    """The next so many drafts of a series that are still ahead are published, each as by itself, and answered.

    All of them or none: Refused with the words of the one that is kept back. `seen` tells the drafts as they were
    read (`digest_of_drafts`): Conflict when one has changed since.
    """
    hold_series(series, series.version)
    ahead = list(drafts_ahead(series, at).select_for_update())
    if seen != digest_of_drafts(ahead):
        raise Conflict("Somebody else changed a draft of this series meanwhile. Look at it again.")
    if not ahead:
        raise Refused("No draft of this series is still ahead.")
    for each in ahead[:times]:
        publish(release=each, by=by, at=at)
    record("series.published", series, by=by, at=at, words=count_words(len(ahead[:times]), "occurrence"))
    return ahead[:times]


def drafts_ahead(series: Series, at: datetime) -> ReleaseQuerySet:
    """What of a series can still be published, the next one first."""
    return series.releases.filter(state__in=DRAFTS, work__startswith__gt=at).order_by("work")


def digest_of_drafts(drafts: Iterable[Release]) -> str:
    """A short mark that differs once one of them is another or has changed."""
    said = ",".join(f"{each.pk}:{each.version}" for each in drafts)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@transaction.atomic
def leave_out(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """One occurrence does not take place, and the series says why. Whoever was told of it is told so."""
    reason = needs(reason, "Say why this occurrence is left out.")
    series, _ = place_of(release)
    # The series first, as a move of it holds them: it may give the occurrence another place meanwhile.
    Series.objects.select_for_update().get(pk=series.pk)
    cancel(release=release, reason=reason, by=by, at=at)
    series, start = place_of(release)
    SeriesException.objects.create(series=series, start=start, reason=reason)
    record("series.left_out", series, by=by, at=at, words=reason)


@transaction.atomic
def end_series(*, series: Series, seen: int, reason: str, by: User, at: datetime) -> list[Release]:
    """The series goes no further: its drafts that are still ahead are cancelled, and answered.

    What is published stays planned, because people count on it: it is cancelled by itself.
    """
    reason = needs(reason, "Say why the series ends.")
    hold_series(series, seen)
    drafts = list(drafts_ahead(series, at).select_for_update())
    for each in drafts:
        cancel(release=each, reason=reason, by=by, at=at)
    change_series(series, ended_at=at)
    record("series.ended", series, by=by, at=at, words=reason)
    return drafts


def _refuse_unfit(release: Release, at: datetime) -> None:
    if release.state not in DRAFTS:
        raise Refused("Only a draft can be repeated. Use this notice as a template and repeat the new draft.")
    if release.series_id:
        raise Refused(f"{release} is one of a series already. Move this and all following instead.")
    if release.starts_at <= at:
        raise Refused("The first time is over. Change the times of the draft, then repeat it.")


def starts_from(rule: Rule, start: datetime) -> list[datetime]:
    """Every start of a rule from an instant on; Refused with the rule's own sentence."""
    first = local(start)
    try:
        starts = starts_of(rule, first=first.date(), wall=first.time().replace(fold=0))
    except RuleError as error:
        raise Refused(error.sentence) from error
    if starts[0] != start:
        raise Refused("The work starts at a time that happens twice that day. Choose the first, in BST.")
    return starts


def place_of(release: Release) -> tuple[Series, datetime]:
    """The series that a release is one of, and where its rule puts it; Refused for one of none."""
    if release.series is None or release.series_start is None:
        raise Refused(f"{release} is not one of a series.")
    return release.series, release.series_start


def hold_series(series: Series, seen: int) -> None:
    """The series' row is held until the transaction ends; Conflict when it is not what its reader saw."""
    series.refresh_from_db(from_queryset=Series.objects.select_for_update())
    if series.ended_at:
        raise Conflict(f"Somebody else was first: the series ended at {moment_words(series.ended_at)}.")
    if series.version != seen:
        raise Conflict(CHANGED)


def take_over(release: Release, like: Release, *, later: timedelta) -> None:
    """The checklist and the run sheet of another release, nothing of them done, each step as much later."""
    Check.objects.bulk_create(
        Check(release=release, kind=each.kind, order=each.order, text=each.text) for each in like.checks.all()
    )
    RunStep.objects.bulk_create(
        RunStep(
            release=release, order=each.order, text=each.text, who=each.who,
            starts_at=each.starts_at + later, minutes=each.minutes,
        )
        for each in like.run_steps.all()
    )  # fmt: skip


def told_besides(release: Release) -> dict[str, Any]:
    """Who is told of a release besides, as `draft` and `revise` take it."""
    lists = list(release.audiences.all())
    own = next((each for each in lists if not each.name), None)
    return {
        "audiences": [each for each in lists if each.name],
        "others": {name: list(getattr(own, name).all()) for name in NAMES} if own else {},
    }


def join(release: Release, series: Series, start: datetime) -> None:
    """The release has that place in the series. What its notice says stays, so its version does too."""
    Release.objects.filter(pk=release.pk).update(series=series, series_start=start)
    release.series, release.series_start = series, start


def change_series(series: Series, **fields: Any) -> None:
    """Write fields of a series that is held, and count the change."""
    fields["version"] = series.version + 1
    Series.objects.filter(pk=series.pk).update(**fields)
    for name, value in fields.items():
        setattr(series, name, value)
