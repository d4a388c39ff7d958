"""Running the work by its sheet: written, ticked step by step, and from the same page told, extended or undone."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.actions.stepping import MAY_UNTICK, open_sheet
from releases.forms import NoteForm, SheetForm, WhyForm
from releases.forms.steps import StepForm
from releases.models import DRAFTS, Release, RunStep
from releases.picture import Picture
from releases.ready import decided, started_without_go
from releases.run import Run
from releases.views.reading import links_of, released
from releases.views.writing import author

PUBLISH = Permission.RELEASE_PUBLISH
# What the buttons of the page add to an address, so that a step leads back to it.
FROM_RUN = "?to=run"
WHILE_IT_RUNS = ("extend", "complete", "resume", "roll_back", "update")


@access(PUBLISH)
@require_safe
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """The run sheet, for a screen, a phone and the printed copy of the night."""
    release = released(request, ref)
    decisions = decided(release)
    go = {"decisions": decisions, "is_without_go": started_without_go(release, decisions)}
    return render(request, "releases/run.html", _facts(release, now()) | go)


@access(PUBLISH)
@require_safe
def run_now(request: HttpRequest, ref: str) -> HttpResponse:
    """The part of the page that an open one asks for every few seconds; nothing while it is still true."""
    facts = _facts(released(request, ref), now())
    said = f"{facts['run'].version}{facts['picture'].standing}"
    etag = f'"{hashlib.sha256(said.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag) or render(request, "releases/run_now.html", facts)
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


@access(PUBLISH)
def write_run(request: HttpRequest, ref: str) -> HttpResponse:
    """The steps that are not over, a line each. Of two who write, the second sees what the first wrote."""
    release = released(request, ref)
    data = request.POST if request.method == "POST" else None
    form = SheetForm(data, sheet=open_sheet(release), begins=release.starts_at)
    if form.is_valid() and _is_planned(request, form, release):
        messages.success(request, "The run sheet is saved.")
        return redirect("releases:run", ref=ref)
    context = {"release": release, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "releases/run_write.html", context, status=status)


@access(PUBLISH)
@require_POST
def tick(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Done, with one press."""
    actions.tick(step=_step_of(released(request, ref), pk), by=author(request), at=now())
    return redirect("releases:run", ref=ref)


@access(PUBLISH)
@require_POST
def untick(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    actions.untick(step=_step_of(released(request, ref), pk), by=author(request), at=now())
    return redirect("releases:run", ref=ref)


@access(PUBLISH)
def skip(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    form = WhyForm(_sent(request), button="Mark as not needed")
    return _said(request, (ref, pk), form, actions.skip, "Not needed")


@access(PUBLISH)
def annotate(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    form = NoteForm(_sent(request), button="Add the note")
    return _said(request, (ref, pk), form, actions.annotate, "Add a note")


def _said(
    request: HttpRequest, which: tuple[str, int], form: StepForm, act: Callable[..., None], title: str
) -> HttpResponse:
    """What needs words about a step: its page, and the action once they are there. A refusal keeps what was typed."""
    release = released(request, which[0])
    step = _step_of(release, which[1])
    if request.method == "POST" and form.is_valid():
        try:
            act(step=step, by=author(request), at=now(), **form.facts())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("releases:run", ref=release.ref)
    context = {"release": release, "step": step, "form": form, "title": title}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "releases/run_step.html", context, status=status)


def _step_of(release: Release, pk: int) -> RunStep:
    step = release.run_steps.select_related("done_by").filter(pk=pk).first()
    if step is None:
        raise Conflict(
            "That step is no longer on the run sheet. Somebody wrote the sheet anew: look at it again."
        )
    step.release = release
    return step


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _is_planned(request: HttpRequest, form: SheetForm, release: Release) -> bool:
    """Whether the sheet is kept; if not, the form says why and keeps what was typed."""
    try:
        actions.plan_run(release=release, by=author(request), at=now(), **form.facts())
    except Conflict as conflict:
        form.came_too_late(open_sheet(release))
        form.add_error(None, str(conflict))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _facts(release: Release, at: datetime) -> dict[str, Any]:
    """Everything the moving part shows."""
    links = {
        name: f"{link}{FROM_RUN}" for name, link in links_of(release, at).items() if name in WHILE_IT_RUNS
    }
    return {
        "release": release,
        "picture": Picture(release, at),
        "run": Run(release, at),
        "links": links,
        "to": FROM_RUN,
        "is_draft": release.state in DRAFTS,
        "untick_after": at - MAY_UNTICK,
        "at": at,
    }
