"""Writing a notice: a new one, or one that is kept."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from continuity.accounts.access import access
from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.forms import NoticeForm, initial_from_query, initial_like, initial_of
from releases.models import Release, State
from releases.views.reading import released
from releases.views.weighing import initial_taken, is_weighing, shown_again

FILLED = "Filled from {}, without its times. Change every sentence that names a day or a time."


@access(Permission.RELEASE_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """An empty form, or one filled from the address (`initial_from_query`); sent, it keeps a draft.

    `?like=REF` fills it as another notice was written, without its times.
    """
    if request.method != "POST":
        if like := _template(request.GET.get("like", "")):
            return form_page(request, NoticeForm(initial=initial_like(like)), notes=[FILLED.format(like)])
        return form_page(request, NoticeForm(initial=initial_from_query(request.GET)))
    form = NoticeForm(request.POST)
    if is_weighing(request):
        return form_page(request, form)
    if form.is_valid():
        try:
            release = actions.draft(by=author(request), at=now(), **form.facts())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(release)
    return form_page(request, form)


@access(Permission.RELEASE_WRITE)
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a notice before its work begins. A form that is stale keeps its text and shows the difference."""
    release = released(request, ref)
    button = "Save and tell everybody" if release.state == State.PUBLISHED else "Save and preview"
    if request.method != "POST":
        form = NoticeForm(initial=initial_of(release), button=button)
        form.initial = initial_taken(form, request.GET.get("take"))
        return form_page(request, form, release=release)
    form = NoticeForm(request.POST, button=button)
    if is_weighing(request):
        return form_page(request, form, release=release)
    if form.is_valid() and _is_revised(request, form, release):
        messages.success(request, f"{release} is saved.")
        return redirect(release)
    return form_page(request, form, release=release)


def form_page(
    request: HttpRequest, form: NoticeForm, *, release: Release | None = None, notes: Sequence[str] = ()
) -> HttpResponse:
    """The page of the notice form, which posts to `releases:new` unless a release is changed.

    Other rooms may show a form with initial data here: nothing is kept before its author sends it. `notes` are
    sentences above the form, such as what a pasted text did not say. A form that was sent only to see what it costs
    is shown as it was typed, beside its weighing.
    """
    context: dict[str, Any] = {"form": form, "release": release, "notes": notes}
    if is_weighing(request):
        context |= shown_again(request, form, release=release)
    status = 422 if context["form"].is_bound and context["form"].errors else 200
    return render(request, "releases/form.html", context, status=status)


def author(request: HttpRequest) -> User:
    """The person who is logged in; the door lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def version_in(request: HttpRequest) -> int | None:
    """The count of changes that a button's page showed; None where it is not said."""
    shown = request.POST.get("version", "")
    return int(shown[:9]) if shown.isdecimal() else None  # Python refuses to read very long numbers.


def _template(ref: str) -> Release | None:
    whole = Release.objects.prefetch_related("disruptions__service", "services", "instructions")
    return whole.filter(ref=ref).first() if ref and ref.isprintable() else None


def _is_revised(request: HttpRequest, form: NoticeForm, release: Release) -> bool:
    """Whether the notice is kept; if not, the form says why and keeps what was typed."""
    version = form.cleaned_data.get("version") or 0
    try:
        actions.revise(release=release, version=version, by=author(request), at=now(), **form.facts())
    except Conflict as conflict:
        form.came_too_late(released(request, release.ref))
        form.add_error(None, str(conflict))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
