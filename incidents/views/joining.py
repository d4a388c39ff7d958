"""What an incident belongs with: the larger one, the planned work, whoever follows it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents.actions import joining
from incidents.forms.joining import SuspectForm, UnderForm
from incidents.views.base import acted, back_to, form_page, incident_of, posted, who
from incidents.views.pressing import once


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def under(request: HttpRequest, ref: str) -> HttpResponse:
    """Make it part of a larger incident."""
    incident, at = incident_of(request, ref), now()
    form = UnderForm(posted(request), incident=incident)
    if acted(form, lambda: joining.put_under(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, f"It is part of {incident.parent} now.")
    return form_page(request, incident, form, "Part of a larger incident")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def apart(request: HttpRequest, ref: str) -> HttpResponse:
    """It is no part of a larger incident after all."""
    incident = incident_of(request, ref)
    joining.take_apart(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "It stands for itself again.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def suspect(request: HttpRequest, ref: str) -> HttpResponse:
    """Note which planned work may have led to it."""
    incident, at = incident_of(request, ref), now()
    form = SuspectForm(posted(request), incident=incident, at=at)
    if acted(form, lambda: joining.suspect(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The planned work is noted.")
    return form_page(request, incident, form, "Planned work that may have led to it")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def exercise(request: HttpRequest, ref: str) -> HttpResponse:
    """Mark it as an exercise, or as real."""
    incident = incident_of(request, ref)
    wanted = not incident.is_exercise
    joining.mark_exercise(incident=incident, is_exercise=wanted, by=who(request), at=now())
    return back_to(request, incident, "It is marked as an exercise." if wanted else "It is marked as real.")


@access(LOGGED_IN)
@require_POST
@once
def follow(request: HttpRequest, ref: str) -> HttpResponse:
    """Hear every update of this incident."""
    incident = incident_of(request, ref)
    joining.follow(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "You hear every update of this incident.")


@access(LOGGED_IN)
@require_POST
@once
def unfollow(request: HttpRequest, ref: str) -> HttpResponse:
    """Hear of it as chosen for all incidents."""
    incident = incident_of(request, ref)
    joining.unfollow(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "You hear of it as you chose to hear of incidents.")
