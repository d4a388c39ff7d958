"""Moving the occurrences of a series together, from one on."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import length, local
from continuity.core.ledger import record
from continuity.core.refusals import Refused
from continuity.core.wording import moment_words
from releases.actions.repeating import change_series, hold_series, join, place_of, starts_from, told_besides
from releases.actions.writing import is_editable, revise
from releases.content import content_of, facts_of
from releases.models import Release, Series, SeriesException, State
from releases.recurrence import Rule


@transaction.atomic
def move_following(
    *, release: Release, seen: int, to: datetime, rule: Rule, by: User, at: datetime
) -> list[Release]:
    """From this occurrence on the series follows another rule, this one from `to` on; those that moved are answered.

    `rule` says how often; there are as many occurrences as before. One that was moved alone keeps its times, and
    so does what has begun, is over or postponed: only its place in the series moves. Whoever was told of a
    published one is told its new times. Raises Conflict when the series is no longer at version `seen`.
    """
    series, _ = place_of(release)
    hold_series(series, seen)
    following = _following(series, release)
    _refuse_move(series, following, to, at)
    starts = starts_from(rule.ending(times=len(following)), to) if len(following) > 1 else [to]
    places = {each.pk: start for each, start in zip(following, starts, strict=True)}
    pressed = following[0]
    moved = [each for each in following if each == pressed or _goes_along(each, at)]
    for each in moved:
        _move(each, length(each.starts_at, places[each.pk]), by=by, at=at)
    _give_places(series, following, starts)
    first = local(to)
    change_series(
        series, rule=str(rule.ending(times=len(starts))), first=first.date(), wall=first.time(),
        content=content_of(Release.objects.get(pk=pressed.pk)),
    )  # fmt: skip
    record("series.moved", series, by=by, at=at, words=series.rule)
    return moved


def _refuse_move(series: Series, following: list[Release], to: datetime, at: datetime) -> None:
    release = following[0]
    if not is_editable(release, at):
        raise Refused(f"{release} has begun or is over. Begin with an occurrence that is still ahead.")
    if to <= at:
        raise Refused("The new start must be later than now.")
    before = series.releases.filter(series_start__lt=release.series_start).order_by("series_start").last()
    if before and before.series_start and to <= before.series_start:
        raise Refused(
            f"The new start must be later than the occurrence before it, {moment_words(before.series_start)}."
        )


def _following(series: Series, release: Release) -> list[Release]:
    """An occurrence and all after it by the rule, held and read afresh."""
    place = Release.objects.values_list("series_start", flat=True).get(pk=release.pk)
    found = series.releases.filter(series_start__gte=place).order_by("series_start")
    list(found.select_for_update().values_list("pk"))
    return list(found.prefetch_related("disruptions__service", "services", "instructions", "audiences"))


def _goes_along(release: Release, at: datetime) -> bool:
    """Whether its times follow the rule: it is still ahead, and nobody moved it alone."""
    is_postponed = release.state == State.POSTPONED
    return is_editable(release, at) and not is_postponed and not release.is_moved_alone


def _move(release: Release, by_so_much: timedelta, *, by: User, at: datetime) -> None:
    """The whole notice anew with every time later, so that its version is kept and its readers are told."""
    facts = facts_of(content_of(release), services=_services_in(release), by=by_so_much)
    revise(release=release, version=release.version, by=by, at=at, **facts, **told_besides(release))


def _services_in(release: Release) -> Mapping[str, Service]:
    hit = (outage.service for outage in release.disruptions.all())
    return {service.key: service for service in (*hit, *release.services.all())}


def _give_places(series: Series, following: Iterable[Release], starts: Iterable[datetime]) -> None:
    """Every occurrence stands at its new start by the rule, and what was left out stays left out."""
    places = {each.series_start: (each, start) for each, start in zip(following, starts, strict=True)}
    left_out = list(series.exceptions.filter(start__in=[old for old in places if old]))
    series.exceptions.filter(pk__in=[each.pk for each in left_out]).delete()
    # Out of the series first: on the way two would stand at the same place.
    Release.objects.filter(pk__in=[each.pk for each, _ in places.values()]).update(
        series=None, series_start=None
    )
    for each, start in places.values():
        join(each, series, start)
    SeriesException.objects.bulk_create(
        SeriesException(series=series, start=places[each.start][1], reason=each.reason) for each in left_out
    )
