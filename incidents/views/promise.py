"""Keeping the promise to staff: a rest for its alarm, a second pair of eyes, a second person for a lower severity."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.wording import time_words
from incidents import actions
from incidents.forms.promise import DoubtForm, SnoozeForm
from incidents.models import Update
from incidents.views.base import acted, back_to_room, form_page, incident_of, posted, who
from incidents.views.pressing import once


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def snooze(request: HttpRequest, ref: str) -> HttpResponse:
    """Let the alarm of an overdue update rest, with a reason."""
    incident, at = incident_of(request, ref), now()
    form = SnoozeForm(posted(request), incident=incident, at=at)
    if acted(form, lambda: actions.snooze(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to_room(
            request, incident, f"The alarm rests until {time_words(form.cleaned_data['until'])}."
        )
    return form_page(request, incident, form, "Let the alarm rest")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def right(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Say that an update is right."""
    update = _update_of(request, ref, number)
    actions.find_right(update=update, by=who(request), at=now())
    return back_to_room(request, update.incident, f"You read update {number}, and it is right.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def wrong(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Say what is wrong with an update."""
    update = _update_of(request, ref, number)
    form = DoubtForm(posted(request), incident=update.incident, update=update)
    if acted(form, lambda: actions.doubt(update=update, by=who(request), at=now(), **form.cleaned_data)):
        return back_to_room(
            request, update.incident, f"Update {number} is outstanding until it is corrected."
        )
    return form_page(request, update.incident, form, f"What is wrong with update {number}", latest=update)


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def confirm_severity(request: HttpRequest, ref: str) -> HttpResponse:
    """Agree, as a second person, that a lower severity is right."""
    incident = incident_of(request, ref)
    change = actions.confirm_severity(incident=incident, by=who(request), at=now())
    return back_to_room(request, incident, f"Severity {change.severity} is confirmed.")


def _update_of(request: HttpRequest, ref: str, number: int) -> Update:
    updates = Update.objects.select_related("incident")
    return get_object_or_404(updates, incident=incident_of(request, ref), number=number)
