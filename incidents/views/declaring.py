"""Declaring an incident, from nothing or from a release, a service or reports."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import now
from incidents import actions
from incidents.fits import Fits, fits
from incidents.forms import DeclareForm
from incidents.forms.declaring import facts_of
from incidents.models import Incident, Report
from incidents.views.base import UNPROCESSABLE, acted, back_to, number_of, posted, who
from incidents.views.pressing import once
from releases.models import Release


@access(Permission.INCIDENT_DECLARE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def declare(request: HttpRequest) -> HttpResponse:
    """One short form; `?release=`, `?service=` and `?report=` fill it in."""
    at, declared = now(), []
    initial = {} if request.method == "POST" else _facts(request, at)
    form = DeclareForm(posted(request), initial=initial, by=who(request))
    if acted(form, lambda: declared.append(actions.declare(by=who(request), at=at, **form.details()))):
        return back_to(request, declared[0], _said(request, declared[0], at))
    return render(
        request,
        "incidents/declare.html",
        {"form": form, "fits": _fits(request, initial, at)},
        status=UNPROCESSABLE if form.is_bound else None,
    )


@access(Permission.INCIDENT_DECLARE)
@require_POST
def fitting(request: HttpRequest) -> HttpResponse:
    """Open incidents and recent releases on the services that are chosen, while they are chosen."""
    return render(request, "incidents/fits_found.html", {"fits": _fits(request, {}, now())})


def _facts(request: HttpRequest, at: datetime) -> dict[str, Any]:
    asked = request.GET
    numbers = [number for pk in asked.getlist("report") if (number := number_of(pk)) is not None]
    may_read_reports = who(request).may(Permission.INCIDENT_RUN)
    waiting = Report.objects.waiting().filter(pk__in=numbers) if numbers and may_read_reports else []
    return facts_of(
        release=Release.objects.told().filter(ref=asked.get("release", "")).first(),
        service=Service.objects.filter(key=asked.get("service", "")).first(),
        reports=list(waiting),
        at=at,
    )


def _fits(request: HttpRequest, initial: dict[str, Any], at: datetime) -> Fits:
    """What fits the services that were sent, or that the form begins with."""
    sent = [request.POST.get("service", ""), *request.POST.getlist("others")]
    chosen = {number for text in sent if (number := number_of(text)) is not None}
    if service := initial.get("service"):
        chosen.add(service.pk)
    return fits(services=chosen, person=who(request), at=at)


def _said(request: HttpRequest, declared: Incident, at: datetime) -> str:
    """What was done, and where no script showed it while choosing, what else fits."""
    hit = set(declared.impacts.values_list("service_id", flat=True))
    found = fits(services=hit, person=who(request), at=at, besides=declared)
    return " ".join(filter(None, [f"{declared} is declared, and staff are told.", found.words]))
