"""Pages of the room: a pasted text becomes a notice form that its author checks and sends."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.intake.forms import PasteForm
from continuity.intake.pasted import Proposal, read_notice
from releases.forms import NoticeForm, initial_from
from releases.views.writing import form_page

CHECK = "This was read from the text you pasted. Check every field: nothing is saved yet."


@access(Permission.RELEASE_WRITE)
def paste(request: HttpRequest) -> HttpResponse:
    """A field for the text; sent, the form of a new notice with what was understood. Nothing is saved here."""
    form = PasteForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "intake/paste.html", {"form": form}, status=status)
    services = {service.key: service for service in Service.objects.all()}
    names = {key: service.name for key, service in services.items()}
    proposal = read_notice(form.cleaned_data["text"], services=names, at=now())
    notice = NoticeForm(initial=_initial(proposal, services))
    return form_page(request, notice, notes=[CHECK, *proposal.unclear])


def _initial(proposal: Proposal, services: dict[str, Service]) -> dict[str, Any]:
    return initial_from(
        title=proposal.title,
        services=[services[key] for key in proposal.services],
        effect=proposal.effect,
        outage=proposal.outage,
        work=proposal.work,
        contact=proposal.contact,
    )
