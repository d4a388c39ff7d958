"""The incident room: everything about one incident on one page, for those who run it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents.models import Incident
from incidents.panels import PANELS, Panel
from incidents.views.base import incident_of, who


@access(Permission.INCIDENT_RUN)
@require_safe
def room(request: HttpRequest, ref: str) -> HttpResponse:
    """The room, panel by panel."""
    incident, at = incident_of(request, ref), now()
    panels = [
        {"name": each.name, "heading": each.heading, "html": _html(each, request, incident, at)}
        for each in PANELS
    ]
    return render(request, "incidents/room.html", {"incident": incident, "panels": panels, "at": at})


def _html(panel: Panel, request: HttpRequest, incident: Incident, at: datetime) -> str:
    facts = panel.facts(incident, who(request), at)
    return render_to_string(panel.template, {"incident": incident, "at": at, **facts}, request)
