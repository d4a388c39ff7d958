"""Telling staff: updates, and "no change" in one press; which services are hit."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents.actions import end_impact, no_change, post_update, set_impact
from incidents.forms import ImpactForm, UpdateForm
from incidents.forms.ready_words import wants_words, words_named
from incidents.models import Impact, Incident
from incidents.views.base import acted, back_to, form_page, incident_of, number_of, posted, who
from incidents.views.pressing import once


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def update(request: HttpRequest, ref: str) -> HttpResponse:
    """Publish an update in three parts; somebody else's that came first is shown, and what was typed stays."""
    incident, at = incident_of(request, ref), now()
    form = UpdateForm(posted(request), incident=incident, at=at, initial=_named(request, incident))
    if wants_words(request):
        form = UpdateForm(incident=incident, at=at, initial=form.begun())
    elif acted(form, lambda: post_update(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The update is published.")
    latest = incident.updates.order_by("-number").first()
    if form.is_bound and latest:
        form.keep_up(latest.number)
    return form_page(request, incident, form, "Post an update", latest=latest)


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def unchanged(request: HttpRequest, ref: str) -> HttpResponse:
    """Renew the promise in one press."""
    incident = incident_of(request, ref)
    no_change(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "Staff read that nothing changed, and when they hear next.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def services(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that a service is hit, or in another way than before; those that are hit can be ended."""
    incident, at = incident_of(request, ref), now()
    form = ImpactForm(posted(request), incident=incident)
    if acted(form, lambda: set_impact(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The services are changed.")
    hit = incident.impacts.filter(until__isnull=True).select_related("service")
    return form_page(request, incident, form, "Services that are hit", impacts=hit)


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def service_back(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One service is back while the incident goes on."""
    incident = incident_of(request, ref)
    impact = get_object_or_404(Impact.objects.select_related("service", "incident"), pk=pk, incident=incident)
    end_impact(impact=impact, by=who(request), at=now())
    return back_to(request, incident, f"{impact.service} is back.")


def _named(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """What the address asks for: `?template=` begins with words, `?corrects=` names the update that is corrected."""
    number = number_of(request.GET.get("corrects", ""))
    corrected = incident.updates.filter(number=number).first() if number else None
    return words_named(request, incident) | ({"corrects": corrected.pk} if corrected else {})
