"""Taking an alarm, and letting it rest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents import actions
from incidents.forms.alarms import PauseForm
from incidents.models import Escalation, Incident
from incidents.views.base import acted, form_page, incident_of, who
from incidents.views.pressing import Done, once


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def take(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Say that one sees to it."""
    incident = incident_of(request, ref)
    actions.take_alarm(escalation=_alarm(incident, pk), by=who(request), at=now())
    return _to_room(
        request, incident, "You see to it. Write down what you do, or the alarm goes on in 15 minutes."
    )


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def pause(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Let it rest for a while, with a reason."""
    incident, at = incident_of(request, ref), now()
    alarm = _alarm(incident, pk)
    form = PauseForm(request.POST, incident=incident, alarm=alarm)

    def rest() -> None:
        until = at + form.cleaned_data["minutes"]
        actions.pause_alarm(
            escalation=alarm, until=until, reason=form.cleaned_data["reason"], by=who(request), at=at
        )

    if acted(form, rest):
        return _to_room(request, incident, "The alarm rests, and goes on by itself.")
    return form_page(request, incident, form, f"Let the alarm rest: {alarm.get_cause_display().lower()}")


def _alarm(incident: Incident, pk: int) -> Escalation:
    return get_object_or_404(incident.escalations, pk=pk)


def _to_room(request: HttpRequest, incident: Incident, said: str) -> HttpResponse:
    return Done(request, f"{reverse('incidents:room', args=[incident.ref])}#alarms", said)
