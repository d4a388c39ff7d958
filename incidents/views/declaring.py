"""Declaring an incident, from nothing or from a release, a service or reports."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import now
from incidents import actions
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
        return back_to(request, declared[0], f"{declared[0]} is declared, and staff are told.")
    return render(
        request,
        "incidents/declare.html",
        {"form": form, "open_already": _open_already(request, initial)},
        status=UNPROCESSABLE if form.is_bound else None,
    )


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


def _open_already(request: HttpRequest, initial: dict[str, Any]) -> list[Incident]:
    """Open incidents on the service the form begins with: it may be this very problem."""
    service = initial.get("service")
    if service is None:
        return []
    return list(Incident.objects.live().open().visible_to(request.user).hitting_now({service.pk}))
