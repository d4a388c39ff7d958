"""Turns of an incident: a workaround holds, clinical safety agrees, work is caught up with, areas are told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.wording import count_words
from incidents import actions
from incidents.forms import AgreedForm, AreasForm, MitigatedForm, NoRunForm
from incidents.models import Impact
from incidents.views.base import acted, back_to, form_page, incident_of, posted, who
from incidents.views.pressing import once

FORM = ["GET", "HEAD", "POST"]


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def mitigated(request: HttpRequest, ref: str) -> HttpResponse:
    """A workaround is in place, perhaps for a while already."""
    incident, at = incident_of(request, ref), now()
    form = MitigatedForm(posted(request), incident=incident)
    if acted(form, lambda: actions.mitigate(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The workaround is in place. Staff must know what they do now.")
    return form_page(request, incident, form, "A workaround is in place")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def recovering(request: HttpRequest, ref: str) -> HttpResponse:
    """The service is back, and paper is being entered."""
    incident = incident_of(request, ref)
    actions.recover(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "It is catching up. Stand it down when that is done.")


@access(Permission.INCIDENT_CLEAR)
@require_POST
@once
def agree(request: HttpRequest, ref: str) -> HttpResponse:
    """The clinical safety officer agrees, in one press."""
    incident = incident_of(request, ref)
    actions.agree(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "You agreed that the service returns to use.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def agreed(request: HttpRequest, ref: str) -> HttpResponse:
    """What was agreed by phone is written down."""
    incident, at = incident_of(request, ref), now()
    form = AgreedForm(posted(request), incident=incident)
    if acted(form, lambda: actions.agree(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "It is written down who agreed.")
    return form_page(request, incident, form, "Clinical safety agreed by phone")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def areas(request: HttpRequest, ref: str) -> HttpResponse:
    """Tell one area, several or all to use the service again."""
    incident, at = incident_of(request, ref), now()
    rows = list(incident.areas.select_related("area").order_by("area__name"))
    form = AreasForm(posted(request), incident=incident, rows=rows)
    if acted(
        form, lambda: actions.stand_down_areas(incident=incident, by=who(request), at=at, **form.cleaned_data)
    ):
        told = count_words(len(form.cleaned_data["areas"]), "area is", "areas are")
        return back_to(request, incident, f"{told} told what they do now.")
    return form_page(request, incident, form, "Stand down area by area", areas=rows, at=at)


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def ask_areas(request: HttpRequest, ref: str) -> HttpResponse:
    """Stand down area by area, earlier than the portal does it by itself or on the light path too."""
    incident = incident_of(request, ref)
    actions.ask_areas(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "Each area is told by itself when the service is back.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def no_run(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Why a service that is down has no downtime procedure in use."""
    incident, at = incident_of(request, ref), now()
    impact = get_object_or_404(Impact.objects.select_related("service", "incident"), pk=pk, incident=incident)
    form = NoRunForm(posted(request), incident=incident)
    if acted(form, lambda: actions.need_no_run(impact=impact, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The reason is kept.")
    return form_page(request, incident, form, f"No downtime procedure for {impact.service}")
