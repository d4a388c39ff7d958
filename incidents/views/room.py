"""The incident room: everything about one incident on one live page, for those who run it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Forbidden
from incidents.models import ENDED, Incident
from incidents.panels import may_enter
from incidents.parts import BELIEVED_BY_PAGES, Look, otherwise, parts_of
from incidents.views.base import incident_of, who


@access(Permission.INCIDENT_READ)
@require_safe
def room(request: HttpRequest, ref: str) -> HttpResponse:
    """The room, panel by panel."""
    incident = _entered(request, ref)
    return render(request, "incidents/room.html", _context(request, incident))


@access(Permission.INCIDENT_READ)
@require_safe
def parts(request: HttpRequest, ref: str) -> HttpResponse:
    """The panels that are otherwise than the page has them: `?have=state:1f..&have=story:2c..`.

    What is remembered is sent before a request comes here: `continuity.board.parts`.
    """
    incident, have = _entered(request, ref), frozenset(request.GET.getlist("have"))
    look = Look(incident, who(request), request, now())
    found = parts_of(look, believed=BELIEVED_BY_PAGES)
    return HttpResponse(otherwise(found, have, request), headers={"Cache-Control": "no-store"})


def _entered(request: HttpRequest, ref: str) -> Incident:
    incident = incident_of(request, ref)
    if not may_enter(request.user):
        raise Forbidden(
            "The incident room is for those who run incidents, and for the clinical safety officer."
        )
    return incident


def _context(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    at = now()
    return {
        "incident": incident,
        "at": at,
        "in_room": True,
        "is_ended": incident.state in ENDED,
        "parts": [
            {"name": part.name, "heading": part.heading, "html": part.worn_by(request)}
            for part in parts_of(Look(incident, who(request), request, at))
        ],
    }
