"""Procedures in use: started from the room, ticked by several people at once, completed or abandoned."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from continuity.plans.models import Version
from incidents.actions import running, ticking
from incidents.course import Course, newer_than, with_steps
from incidents.forms.ticking import AsideForm, TickForm, WhyForm
from incidents.models import Incident, Run, StepRun
from incidents.panels import may_enter
from incidents.views.base import acted, form_page, incident_of, number_of, posted, who
from incidents.views.pressing import Done, once

FORMS = ["GET", "HEAD", "POST"]


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def start(request: HttpRequest, ref: str) -> HttpResponse:
    """Start the published version that the button names."""
    incident, number = incident_of(request, ref), number_of(request.POST.get("version", ""))
    version = get_object_or_404(Version.objects.select_related("procedure"), pk=number)
    run = running.start_run(incident=incident, version=version, by=who(request), at=now())
    return Done(request, run.get_absolute_url(), f"{version} is in use.")


@access(Permission.INCIDENT_READ)
@require_safe
def run(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The steps with their times, for a screen, a phone and paper."""
    found = _run(request, ref, pk)
    context = _facts(found) | {
        "newer": newer_than(found),
        "is_past_review": found.version.is_past_review(local_day(now())),
        "may_hear": may_enter(request.user),
    }
    return render(request, "incidents/procedure.html", context)


@access(Permission.INCIDENT_READ)
@require_safe
def run_now(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The part of the page that an open one asks for every few seconds; nothing while it is still true."""
    facts = _facts(_run(request, ref, pk))
    etag = f'"{hashlib.sha256(facts["course"].version.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag) or render(
        request, "incidents/procedure_now.html", facts
    )
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def pause(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Nobody ticks until it goes on."""
    return _pressed(request, _run(request, ref, pk), running.pause_run, "The procedure is paused.")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def resume(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """It goes on."""
    return _pressed(request, _run(request, ref, pk), running.resume_run, "The procedure goes on.")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def complete(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Everything that must be done is done."""
    return _pressed(request, _run(request, ref, pk), running.complete_run, "The procedure is completed.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORMS)
@once
def abandon(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Give it up, with the reason."""
    found = _run(request, ref, pk)
    form = WhyForm(posted(request), incident=found.incident, button="Abandon the procedure")
    if acted(form, lambda: running.abandon_run(run=found, by=who(request), at=now(), **form.cleaned_data)):
        return Done(request, found.get_absolute_url(), "The procedure is abandoned.")
    return form_page(request, found.incident, form, f"Abandon: {found.version}")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def begin(request: HttpRequest, ref: str, pk: int, step: int) -> HttpResponse:
    """Somebody is on it."""
    one = _step(request, ref, pk, step)
    ticking.begin_step(step=one, by=who(request), at=now())
    return Done(request, one.run.get_absolute_url(), f"You are on step {one.step.order}.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORMS)
@once
def tick(request: HttpRequest, ref: str, pk: int, step: int) -> HttpResponse:
    """Done: in one press where nothing is asked for, else with its evidence or its time on paper."""
    one = _step(request, ref, pk, step)
    form = TickForm(posted(request), incident=one.run.incident, step=one.step, by=who(request))
    if acted(form, lambda: ticking.tick(step=one, by=who(request), at=now(), **form.cleaned_data)):
        return Done(request, one.run.get_absolute_url(), f"Step {one.step.order} is done.")
    return form_page(request, one.run.incident, form, f"Done: {one.step.text}")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORMS)
@once
def set_aside(request: HttpRequest, ref: str, pk: int, step: int) -> HttpResponse:
    """Skipped, not needed or blocked, with the reason."""
    one = _step(request, ref, pk, step)
    form = AsideForm(posted(request), incident=one.run.incident)
    if acted(form, lambda: ticking.set_aside(step=one, by=who(request), at=now(), **form.cleaned_data)):
        return Done(request, one.run.get_absolute_url(), f"Step {one.step.order} is set aside.")
    return form_page(request, one.run.incident, form, f"Not done: {one.step.text}")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORMS)
@once
def take_back(request: HttpRequest, ref: str, pk: int, step: int) -> HttpResponse:
    """Still to do after all, with the reason."""
    one = _step(request, ref, pk, step)
    form = WhyForm(posted(request), incident=one.run.incident, button="Take it back")
    if acted(form, lambda: ticking.take_back(step=one, by=who(request), at=now(), **form.cleaned_data)):
        return Done(request, one.run.get_absolute_url(), f"Step {one.step.order} is still to do.")
    return form_page(request, one.run.incident, form, f"Take back: {one.step.text}")


def _run(request: HttpRequest, ref: str, pk: int) -> Run:
    """A run of an incident that this person may know of, with its steps at hand."""
    incident: Incident = incident_of(request, ref)
    found = get_object_or_404(with_steps(incident.runs.all()), pk=pk)
    found.incident = incident
    return found


def _step(request: HttpRequest, ref: str, pk: int, step: int) -> StepRun:
    incident = incident_of(request, ref)
    steps = StepRun.objects.select_related("step", "person", "run__version__procedure")
    found = get_object_or_404(steps, run__incident=incident, run=pk, pk=step)
    found.run.incident = incident
    return found


def _pressed(request: HttpRequest, found: Run, act: Callable[..., None], said: str) -> HttpResponse:
    act(run=found, by=who(request), at=now())
    return Done(request, found.get_absolute_url(), said)


def _facts(found: Run) -> dict[str, Any]:
    at = now()
    place = [found.incident.ref, found.pk]
    return {
        "incident": found.incident,
        "run": found,
        "course": Course(found, at),
        "at": at,
        "abandon_address": reverse("incidents:abandon-run", args=place),
    }
