"""The timeline on a page of its own, a part at a time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents.export import whole_csv, whole_pdf
from incidents.forms.story import StoryFilter
from incidents.models import ENDED, Incident
from incidents.place import read_place
from incidents.story import ALL, CHOICES, page_of, place_of, to_look_at_again
from incidents.views.base import incident_of, number_of


@access(Permission.INCIDENT_READ)
@require_safe
def timeline(request: HttpRequest, ref: str) -> HttpResponse:
    """The newest first; `?before=` and `?after=` are keys, `?entry=` begins with one entry, `?show=` narrows it."""
    incident, at = incident_of(request, ref), now()
    asked = StoryFilter(request.GET)
    chosen = asked.chosen()
    page = page_of(incident, choice=chosen, **_edge(request, incident))
    context = {
        "incident": incident,
        "at": at,
        "filter": asked,
        "chosen": chosen,
        "heading": "What happened, the newest first" if chosen == ALL else CHOICES[chosen].label,
        "page": page,
        "is_ended": incident.state in ENDED,
        "look_again": to_look_at_again(incident, at),
    }
    return render(request, "incidents/timeline.html", context)


@access(Permission.INCIDENT_READ)
@require_safe
def as_csv(request: HttpRequest, ref: str) -> HttpResponse:
    """All of it as CSV, with its digest in the last line."""
    incident = incident_of(request, ref)
    return _to_keep(whole_csv(incident, now()), "text/csv; charset=utf-8", incident, "csv")


@access(Permission.INCIDENT_READ)
@require_safe
def as_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """All of it as a tagged PDF, with its digest and how to check it."""
    incident = incident_of(request, ref)
    return _to_keep(whole_pdf(incident, now()), "application/pdf", incident, "pdf")


def _to_keep(content: str | bytes, kind: str, incident: Incident, ending: str) -> HttpResponse:
    """A file that no cache keeps; its name says what it is."""
    marks = {"exercise": incident.is_exercise, "restricted": incident.is_restricted}
    name = "-".join([incident.ref, "timeline", *(mark for mark, is_so in marks.items() if is_so)])
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _edge(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """Where the page begins, as its address says; the newest where it says nothing that can be read."""
    number = number_of(request.GET.get("entry", ""))
    entry = incident.entries.filter(pk=number).first() if number is not None else None
    if entry:
        return {"before": place_of(entry)}
    return {name: read_place(request.GET.get(name, "")) for name in ("before", "after")}
