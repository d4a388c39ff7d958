"""How ready planned work is: its checklist, and go or no go. Shown and chased, never in the way of the work."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Refused
from releases import actions
from releases.actions.readying import asks_run_sheet
from releases.forms import CheckForm, GoForm
from releases.forms.ready import ConfirmForm
from releases.forms.steps import StepForm
from releases.models import OVER, Check, Release
from releases.picture import Picture
from releases.ready import decided, rows_of, started_without_go
from releases.views.reading import released
from releases.views.writing import author

PUBLISH = Permission.RELEASE_PUBLISH


@access(PUBLISH)
def ready(request: HttpRequest, ref: str) -> HttpResponse:
    """The checklist beside what the portal knows; sent, somebody decides whether the work goes ahead."""
    release = released(request, ref)
    form = GoForm(request.POST if request.method == "POST" else None, button="Decide")
    if _is_done(request, release, form, actions.decide):
        return redirect("releases:ready", ref=ref)
    return _page(request, release, go=form)


@access(PUBLISH)
@require_POST
def offer(request: HttpRequest, ref: str) -> HttpResponse:
    """The usual checklist, with one press."""
    actions.offer_checks(release=released(request, ref), by=author(request), at=now())
    return redirect("releases:ready", ref=ref)


@access(PUBLISH)
@require_POST
def add(request: HttpRequest, ref: str) -> HttpResponse:
    release = released(request, ref)
    form = CheckForm(request.POST)
    if _is_done(request, release, form, actions.add_check):
        return redirect("releases:ready", ref=ref)
    return _page(request, release, line=form)


@access(PUBLISH)
@require_POST
def confirm(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """True, with one press. A note that cannot be kept is refused on a page that shows it again."""
    check, form = _check_of(request, ref, pk), ConfirmForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(map(str, form.errors["note"])))
    actions.confirm_check(check=check, by=author(request), at=now(), **form.facts())
    return redirect("releases:ready", ref=ref)


@access(PUBLISH)
@require_POST
def reopen(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    actions.reopen_check(check=_check_of(request, ref, pk), by=author(request), at=now())
    return redirect("releases:ready", ref=ref)


def _is_done(request: HttpRequest, release: Release, form: StepForm, act: Callable[..., None]) -> bool:
    """Whether what the form says was done; if not, the form says why and keeps what was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(release=release, by=author(request), at=now(), **form.facts())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "It is saved.")
    return True


def _page(
    request: HttpRequest, release: Release, *, go: GoForm | None = None, line: CheckForm | None = None
) -> HttpResponse:
    at = now()
    decisions = decided(release)
    go, line = go or GoForm(button="Decide"), line or CheckForm(button="Add it")
    line.helper.form_action = f"{release.get_absolute_url()}ready/add/"
    go.helper.form_action = f"{release.get_absolute_url()}ready/"
    context: dict[str, Any] = {
        "release": release,
        "picture": Picture(release, at),
        "rows": rows_of(release, at),
        "decisions": decisions,
        "is_without_go": started_without_go(release, decisions),
        "is_over": release.state in OVER,
        "lacks_sheet": not release.run_steps.exists() and asks_run_sheet(release),
        "go": go,
        "line": line,
        "at": at,
    }
    is_refused = any(form.is_bound and form.errors for form in (go, line))
    return render(request, "releases/ready.html", context, status=422 if is_refused else 200)


def _check_of(request: HttpRequest, ref: str, pk: int) -> Check:
    release = released(request, ref)
    check: Check = get_object_or_404(release.checks.select_related("done_by"), pk=pk)
    check.release = release
    return check
