"""The steps of a release, from publishing to its end. A button that needs no words is only pressed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Refused
from releases import actions
from releases.forms import (
    CloseForm,
    CompleteForm,
    ExtendForm,
    PostponeForm,
    ReasonForm,
    RollBackForm,
    UpdateForm,
)
from releases.models import Release
from releases.picture import Picture
from releases.views.reading import released
from releases.views.writing import author, version_in

Act = Callable[..., None]
PUBLISH = Permission.RELEASE_PUBLISH


@access(PUBLISH)
@require_POST
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Announce the version that the page showed, so that nobody publishes what they have not read."""
    words = "{} is published. Everybody concerned is being told."
    return _press(request, ref, actions.publish, words, version=version_in(request))


@access(PUBLISH)
@require_POST
def start(request: HttpRequest, ref: str) -> HttpResponse:
    return _press(request, ref, actions.start, "{} is in progress.")


@access(PUBLISH)
@require_POST
def back(request: HttpRequest, ref: str) -> HttpResponse:
    return _press(request, ref, actions.come_back, "{}: the service is back and being checked.")


@access(PUBLISH)
@require_POST
def hold(request: HttpRequest, ref: str) -> HttpResponse:
    return _press(request, ref, actions.hold, "{} is on hold. It does not start by the clock.")


@access(PUBLISH)
@require_POST
def let_go(request: HttpRequest, ref: str) -> HttpResponse:
    return _press(request, ref, actions.hold, "{} starts by the clock again.", is_held=False)


@access(PUBLISH)
def extend(request: HttpRequest, ref: str) -> HttpResponse:
    """A later planned end, and why."""
    release = released(request, ref)
    picture = Picture(release, now())
    form = ExtendForm(_sent(request), initial={"ends_at": picture.planned_back}, button="Extend")
    return _step(request, release, form, actions.extend, "Extend", picture=picture)


@access(PUBLISH)
def complete(request: HttpRequest, ref: str) -> HttpResponse:
    """The outcome in words; while an outage is open, the button that says the service is back instead."""
    release = released(request, ref)
    at = now()
    form = CompleteForm(_sent(request), release=release, at=at, button="Complete")
    return _step(request, release, form, actions.complete, "Complete", picture=Picture(release, at))


@access(PUBLISH)
def roll_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Why it was undone, and the same true times as when it is completed."""
    release = released(request, ref)
    at = now()
    form = RollBackForm(_sent(request), release=release, at=at, button="Roll back")
    return _step(request, release, form, actions.roll_back, "Roll back", picture=Picture(release, at))


@access(PUBLISH)
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    form = ReasonForm(_sent(request), button="Cancel the work")
    return _step(request, released(request, ref), form, actions.cancel, "Cancel")


@access(PUBLISH)
def postpone(request: HttpRequest, ref: str) -> HttpResponse:
    form = PostponeForm(_sent(request), button="Postpone")
    return _step(request, released(request, ref), form, actions.postpone, "Postpone")


@access(PUBLISH)
def resume(request: HttpRequest, ref: str) -> HttpResponse:
    form = ReasonForm(_sent(request), button="Say that it is not back")
    return _step(request, released(request, ref), form, actions.resume, "Not back after all")


@access(PUBLISH)
def update(request: HttpRequest, ref: str) -> HttpResponse:
    form = UpdateForm(_sent(request), button="Tell everybody concerned")
    return _step(request, released(request, ref), form, actions.post_update, "Post an update")


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def _press(request: HttpRequest, ref: str, act: Act, words: str, **also: Any) -> HttpResponse:
    release = released(request, ref)
    act(release=release, by=author(request), at=now(), **also)
    messages.success(request, words.format(release))
    return _back_to(request, release)


def _back_to(request: HttpRequest, release: Release) -> HttpResponse:
    """The page from which the step was taken: the run sheet, or the release's own."""
    return redirect("releases:run", ref=release.ref) if request.GET.get("to") == "run" else redirect(release)


def _step(
    request: HttpRequest, release: Release, form: Any, act: Act, title: str, *, picture: Picture | None = None
) -> HttpResponse:
    """A step that needs words: its page, and the action once they are there. A refusal keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            act(release=release, by=author(request), at=now(), **form.facts())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{release} is saved. Everybody concerned is being told.")
            return _back_to(request, release)
    context = {"release": release, "form": form, "title": title, "picture": picture}
    if isinstance(form, CloseForm):
        is_open = picture is not None and picture.is_open
        context |= {"is_close": True, "is_open": is_open, "extensions": list(release.extensions.all())}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "releases/step.html", context, status=status)
