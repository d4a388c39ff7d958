"""Work that comes back: the list of series, one series, and what is done with its occurrences."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now, say_time
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import count_words
from releases import actions
from releases.actions.repeating import digest_of_drafts, drafts_ahead
from releases.forms.series import EndForm, LeaveOutForm, MoveForm, PublishForm, RepeatForm, SeenForm
from releases.models import Release, Series
from releases.picture import Picture
from releases.recurrence import read_rule, rule_words
from releases.views.reading import released
from releases.views.writing import author

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


class Occurrence(NamedTuple):
    """One line of a series' page: the release, and why it is left out, if it is."""

    picture: Picture
    left_out: str


@access(Permission.RELEASE_WRITE)
def all_series(request: HttpRequest) -> HttpResponse:
    """Every series by name, those that ended last; `?q=` narrows it down."""
    words = request.GET.get("q", "").strip()
    found = Series.objects.filter(title__icontains=words) if words.isprintable() else Series.objects.none()
    ordered = sorted(found, key=lambda series: series.ended_at is not None)
    context = {"lines": [(series, rule_words(read_rule(series.rule))) for series in ordered], "words": words}
    return render(request, "releases/all_series.html", context)


@access(Permission.RELEASE_WRITE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One series with all its occurrences, as the rule orders them."""
    series = get_object_or_404(Series.objects.select_related("owner"), pk=pk)
    at = now()
    left_out = dict(series.exceptions.values_list("start", "reason"))
    releases = series.releases.prefetch_related("disruptions").order_by("series_start")
    context = {
        "series": series,
        "wall_words": say_time(series.wall),
        "rule_words": rule_words(read_rule(series.rule)),
        "occurrences": [
            Occurrence(Picture(each, at), left_out.get(each.series_start or at, "")) for each in releases
        ],
    }
    return render(request, "releases/series.html", context)


@access(Permission.RELEASE_WRITE)
@read_or_send
def repeat(request: HttpRequest, ref: str) -> HttpResponse:
    """Turn a draft into the first of a series."""
    release = released(request, ref)
    form = RepeatForm(_sent(request), release=release)
    if form.is_valid() and (series := _kept(request, form, actions.repeat, release=release)):
        said = count_words(series.releases.count(), "draft")
        messages.success(request, f"The series has {said}. Each is published by itself.")
        return redirect(series)
    return _page(request, form, "Repeat this draft", release=release)


@access(Permission.RELEASE_PUBLISH)
@read_or_send
def leave_out(request: HttpRequest, ref: str) -> HttpResponse:
    """One occurrence of a series does not take place."""
    release = released(request, ref)
    series = _series_of(release)
    form = LeaveOutForm(_sent(request))
    if form.is_valid() and _kept(request, form, _answering(actions.leave_out), release=release):
        messages.success(request, f"{release} is left out.")
        return redirect(series)
    return _page(request, form, "Leave this one out", release=release)


@access(Permission.RELEASE_WRITE)
@read_or_send
def move_following(request: HttpRequest, ref: str) -> HttpResponse:
    """From one occurrence on, the series follows another rule."""
    release = released(request, ref)
    series = _series_of(release)
    form = MoveForm(_sent(request), series=series, release=release)
    if form.is_valid() and (moved := _kept(request, form, actions.move_following, release=release)):
        messages.success(request, f"{count_words(len(moved), 'occurrence')} moved.")
        return redirect(series)
    return _page(request, form, "Move this and all following", release=release)


@access(Permission.RELEASE_PUBLISH)
@read_or_send
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The series goes no further."""
    series = get_object_or_404(Series, pk=pk)
    form = EndForm(_sent(request), series=series)
    if form.is_valid() and _kept(request, form, _answering(actions.end_series), series=series):
        messages.success(request, "The series has ended.")
        return redirect(series)
    return _page(request, form, "End the series", series=series)


@access(Permission.RELEASE_PUBLISH)
@read_or_send
def publish_next(request: HttpRequest, pk: int) -> HttpResponse:
    """The next drafts of a series are published together, each with its own message to staff."""
    series = get_object_or_404(Series, pk=pk)
    drafts = list(drafts_ahead(series, now()))
    form = PublishForm(_sent(request), seen=digest_of_drafts(drafts))
    if form.is_valid() and (published := _kept(request, form, actions.publish_next, series=series)):
        said = count_words(len(published), "occurrence")
        messages.success(request, f"{said} published. Everybody concerned is being told.")
        return redirect(series)
    return _page(request, form, "Publish the next ones", series=series, drafts=drafts)


def _series_of(release: Release) -> Series:
    if release.series is None:
        raise Refused(f"{release} is not one of a series.")
    return release.series


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _answering(act: Callable[..., Any]) -> Callable[..., bool]:
    """The act, answering that it was done."""

    def done(**facts: Any) -> bool:
        act(**facts)
        return True

    return done


def _kept(request: HttpRequest, form: Any, act: Callable[..., Any], **subject: Any) -> Any:
    """What the action answers, or nothing: then the form says why and keeps what was typed."""
    try:
        return act(**subject, by=author(request), at=now(), **form.facts())
    except Refused as refusal:
        if isinstance(refusal, Conflict) and isinstance(form, SeenForm):
            form.came_too_late(_fresh(**subject))
        elif isinstance(refusal, Conflict) and isinstance(form, PublishForm):
            form.came_too_late(digest_of_drafts(drafts_ahead(_fresh(**subject), now())))
        form.add_error(None, str(refusal))
    return None


def _fresh(*, release: Release | None = None, series: Series | None = None) -> Series:
    there = series or (release and release.series)
    assert there  # noqa: S101  # a form that has seen a series changes one
    return Series.objects.get(pk=there.pk)


def _page(
    request: HttpRequest,
    form: Any,
    title: str,
    *,
    release: Release | None = None,
    series: Series | None = None,
    drafts: Sequence[Release] = (),
) -> HttpResponse:
    context = {
        "drafts": drafts,
        "form": form,
        "title": title,
        "release": release,
        "series": series or (release and release.series),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "releases/series_step.html", context, status=status)
