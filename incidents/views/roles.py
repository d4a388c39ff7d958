"""Taking, offering, answering and giving up command roles."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.command.models import CommandRole
from continuity.core.clock import now
from continuity.core.refusals import Forbidden
from incidents import actions
from incidents.authority import stands_above
from incidents.forms.roles import OfferForm, TakeForm, WhyForm
from incidents.models import Incident, RoleAssignment
from incidents.panels import may_enter
from incidents.views.base import acted, back_to, form_page, incident_of, posted, who
from incidents.views.pressing import Done, once

FORM = ["GET", "HEAD", "POST"]


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def take(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Take a role while it is free: one press, or after naming the site. Each role says who may hold it."""
    incident, role, at = incident_of(request, ref), role_of(code), now()
    if not has_room(request):
        raise Forbidden("Command roles are for those who run incidents, and for the clinical safety officer.")
    form = TakeForm(posted(request), incident=incident, role=role)
    if acted(
        form, lambda: actions.take(incident=incident, role=role, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to(request, incident, f"You are {role} now.")
    return form_page(request, incident, form, f"Take a role: {role}", in_room=has_room(request))


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def offer(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Ask somebody to hold a role; `?to=` names them."""
    incident, role, at = incident_of(request, ref), role_of(code), now()
    by = who(request)
    form = OfferForm(
        posted(request), incident=incident, role=role, by=by, is_above=stands_above(by, role, incident)
    )
    if acted(form, lambda: actions.offer(incident=incident, role=role, by=by, at=at, **form.cleaned_data)):
        return back_to(
            request, incident, f"{form.cleaned_data['to']} is asked, and has 15 minutes to answer."
        )
    return form_page(request, incident, form, f"Offer a role: {role}", in_room=True)


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def offered(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One offer: what is asked, until when, and the button that accepts it."""
    incident, at = incident_of(request, ref), now()
    assignment = assignment_of(incident, pk)
    if request.method == "POST":
        actions.accept(assignment=assignment, by=who(request), at=at)
        said = f"You are {assignment.called} now."
        return back_to(request, incident, said) if has_room(request) else Done(request, request.path, said)
    is_mine = assignment.person_id == who(request).pk
    context = {
        "offer": assignment,
        "may_answer": is_mine and _stands(assignment, at),
        "is_mine": is_mine and assignment.state == RoleAssignment.State.ACTIVE,
        "at": at,
        "in_room": has_room(request),
    }
    return render(request, "incidents/offer.html", {"incident": incident, **context})


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def decline(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Say no to an offer, with a reason."""
    incident, at = incident_of(request, ref), now()
    assignment = assignment_of(incident, pk)
    form = WhyForm(posted(request), incident=incident, press="Decline")
    if acted(
        form, lambda: actions.decline(assignment=assignment, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to(request, incident, "You declined, and whoever asked is told.")
    return form_page(request, incident, form, f"Decline: {assignment.called}", in_room=has_room(request))


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def release(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Give a role up, with a reason."""
    incident, at = incident_of(request, ref), now()
    assignment = assignment_of(incident, pk)
    form = WhyForm(posted(request), incident=incident, press="Give up the role")
    if acted(
        form, lambda: actions.release(assignment=assignment, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to(request, incident, f"{assignment.holder} is not {assignment.called} any more.")
    return form_page(request, incident, form, f"Give up: {assignment.called}", in_room=has_room(request))


def _stands(assignment: RoleAssignment, at: datetime) -> bool:
    lapses = assignment.lapses_at
    return assignment.state == RoleAssignment.State.OFFERED and lapses is not None and lapses > at


def role_of(code: str) -> CommandRole:
    return get_object_or_404(CommandRole.objects.select_related("reports_to"), code=code)


def assignment_of(incident: Incident, pk: int) -> RoleAssignment:
    """One assignment of this incident, with what its pages name at hand."""
    named = RoleAssignment.objects.select_related("role__reports_to", "person", "site", "offered_by")
    found: RoleAssignment = get_object_or_404(named, pk=pk, incident=incident)
    found.incident = incident
    return found


def has_room(request: HttpRequest) -> bool:
    """Whether the person comes back to the room: who only has a part may not open it."""
    return may_enter(who(request))
