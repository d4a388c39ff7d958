"""The page of a hot debrief, and the press that skips it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.debriefs import offered_until
from incidents.reviews.forms import DebriefForm
from incidents.reviews.models import HotDebrief
from incidents.reviews.subjects import INCIDENT_IS_OVER
from incidents.reviews.views.base import by_now
from incidents.views.base import UNPROCESSABLE, acted, incident_of, posted


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def debrief(request: HttpRequest, ref: str) -> HttpResponse:
    """The form, or what was written: a hot debrief is written once."""
    incident, form = incident_of(request, ref), DebriefForm(posted(request))
    if acted(form, lambda: actions.write_debrief(incident=incident, **form.cleaned_data, **by_now(request))):
        return _back(request, incident, "The hot debrief is saved. Its words stand beside the review.")
    context = {
        "incident": incident,
        "form": form,
        "debrief": HotDebrief.objects.filter(incident=incident, is_skipped=False).first(),
        "is_over": incident.state in INCIDENT_IS_OVER,
        "until": offered_until(incident),
    }
    return render(request, "reviews/debrief.html", context, status=UNPROCESSABLE if form.is_bound else None)


@access(Permission.INCIDENT_RUN)
@require_POST
def skip(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_of(request, ref)
    actions.skip_debrief(incident=incident, **by_now(request))
    return _back(request, incident, "No hot debrief is held.")


def _back(request: HttpRequest, incident: Incident, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(incident)
