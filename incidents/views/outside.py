"""Telling who is outside or above: outside bodies, and situation reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict
from incidents import actions
from incidents.forms.outside import OutsideBodyForm, SitrepForm, SpareForm, ToldForm
from incidents.models import OutsideBody, Sitrep
from incidents.outside import suggested
from incidents.sitrep import filled
from incidents.views.base import acted, back_to_room, form_page, incident_of, posted, who
from incidents.views.pressing import Done, once

READ_OR_SEND = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.INCIDENT_RUN)
@READ_OR_SEND
@once
def name(request: HttpRequest, ref: str) -> HttpResponse:
    """Put somebody outside on the list."""
    incident, at = incident_of(request, ref), now()
    form = OutsideBodyForm(posted(request), incident=incident)
    if acted(
        form,
        lambda: actions.name_outside_body(incident=incident, by=who(request), at=at, **form.cleaned_data),
    ):
        return back_to_room(request, incident, f"{form.cleaned_data['name']} is on the list.")
    return form_page(request, incident, form, "Somebody outside must be told")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def take_suggestion(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a suggested body on the list in one press."""
    incident = incident_of(request, ref)
    named = incident.outside_bodies.values_list("name", flat=True)
    wanted = request.POST.get("name", "")
    chosen = next((each for each in suggested(incident, named) if each.name == wanted), None)
    if chosen is None:
        raise Conflict("This is no longer suggested, or it is on the list already. Look at the list again.")
    actions.name_outside_body(
        incident=incident, name=chosen.name, why=chosen.why, due_at=chosen.due_at, by=who(request), at=now()
    )
    return back_to_room(request, incident, f"{chosen.name} is on the list.")


@access(Permission.INCIDENT_RUN)
@READ_OR_SEND
@once
def told(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Write down that an outside body was told."""
    body, at = _body_of(request, ref, pk), now()
    form = ToldForm(posted(request), incident=body.incident, body=body)
    if acted(form, lambda: actions.tell_outside_body(body=body, by=who(request), at=at, **form.cleaned_data)):
        return back_to_room(request, body.incident, f"{body.name} was told.")
    return form_page(request, body.incident, form, f"{body.name} was told")


@access(Permission.INCIDENT_RUN)
@READ_OR_SEND
@once
def spare(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Write down why an outside body need not be told after all."""
    body, at = _body_of(request, ref, pk), now()
    form = SpareForm(posted(request), incident=body.incident)
    if acted(
        form, lambda: actions.spare_outside_body(body=body, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to_room(request, body.incident, f"{body.name} need not be told.")
    return form_page(request, body.incident, form, f"{body.name} need not be told")


@access(Permission.INCIDENT_RUN)
@READ_OR_SEND
@once
def report_up(request: HttpRequest, ref: str, shape: str) -> HttpResponse:
    """A situation report, filled from the record: changed at will, then authorised."""
    incident, at, kind = incident_of(request, ref), now(), _shape(shape)
    form = SitrepForm(posted(request), incident=incident, parts=filled(incident, kind, at))
    made: list[Sitrep] = []
    if acted(form, lambda: made.append(_report(request, form, kind))):
        said = f"Situation report {made[0].number} is authorised."
        return Done(request, made[0].get_absolute_url(), said)
    return form_page(request, incident, form, f"Situation report: {kind.label}")


@access(Permission.INCIDENT_READ)
@require_safe
def sitrep(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """One situation report, to be read out or printed."""
    sitreps = Sitrep.objects.select_related("incident", "written_by")
    found = get_object_or_404(sitreps, incident=incident_of(request, ref), number=number)
    return render(request, "incidents/sitrep.html", {"sitrep": found, "incident": found.incident})


def _report(request: HttpRequest, form: SitrepForm, shape: Sitrep.Shape) -> Sitrep:
    return actions.report_up(incident=form.incident, shape=shape, by=who(request), at=now(), **form.details())


def _shape(shape: str) -> Sitrep.Shape:
    """METHANE unless the other is asked for."""
    return Sitrep.Shape.CAN if shape == Sitrep.Shape.CAN else Sitrep.Shape.METHANE


def _body_of(request: HttpRequest, ref: str, pk: int) -> OutsideBody:
    bodies = OutsideBody.objects.select_related("incident")
    return get_object_or_404(bodies, incident=incident_of(request, ref), pk=pk)
