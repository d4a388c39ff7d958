"""Ending an incident and opening it again; setting aside what is another one, or none."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents import actions
from incidents.forms import CancelForm, DuplicateForm, FixForm, ReopenForm, RestoreForm, StandDownForm
from incidents.forms.ready_words import wants_words, words_named
from incidents.views.base import acted, back_to, form_page, incident_of, posted, who
from incidents.views.pressing import once

ENDS = ["GET", "HEAD", "POST"]


@access(Permission.INCIDENT_RUN)
@require_http_methods(ENDS)
@once
def fix(request: HttpRequest, ref: str) -> HttpResponse:
    """Fixed: restored and stood down in one press."""
    incident, at = incident_of(request, ref), now()
    form = FixForm(posted(request), incident=incident, initial=words_named(request, incident))
    if wants_words(request):
        form = FixForm(incident=incident, initial=form.begun())
    elif acted(form, lambda: actions.fix(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "Fixed. Staff read what they do now.")
    return form_page(request, incident, form, "Fixed")


@access(Permission.INCIDENT_RUN)
@require_http_methods(ENDS)
@once
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """The service is back; the all-clear comes later."""
    incident, at = incident_of(request, ref), now()
    form = RestoreForm(posted(request), incident=incident, initial=words_named(request, incident))
    if wants_words(request):
        form = RestoreForm(incident=incident, initial=form.begun())
    elif acted(form, lambda: actions.restore(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The service is back. Stand the incident down when it is over.")
    return form_page(request, incident, form, "The service is back")


@access(Permission.INCIDENT_RUN)
@require_http_methods(ENDS)
@once
def stand_down(request: HttpRequest, ref: str) -> HttpResponse:
    """The all-clear, with one instruction."""
    incident, at = incident_of(request, ref), now()
    form = StandDownForm(posted(request), incident=incident, initial=words_named(request, incident))
    if wants_words(request):
        form = StandDownForm(incident=incident, initial=form.begun())
    elif acted(
        form, lambda: actions.stand_down(incident=incident, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to(request, incident, "The incident is stood down.")
    return form_page(request, incident, form, "Stand down")


@access(Permission.INCIDENT_RUN)
@require_http_methods(ENDS)
@once
def reopen(request: HttpRequest, ref: str) -> HttpResponse:
    """It is not over after all."""
    incident, at = incident_of(request, ref), now()
    form = ReopenForm(posted(request), incident=incident)
    if acted(form, lambda: actions.reopen(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The incident is open again.")
    return form_page(request, incident, form, "Open the incident again")


@access(Permission.INCIDENT_RUN)
@require_POST
@once
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Close the record."""
    incident = incident_of(request, ref)
    actions.close(incident=incident, by=who(request), at=now())
    return back_to(request, incident, "The record is closed.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(ENDS)
@once
def duplicate(request: HttpRequest, ref: str) -> HttpResponse:
    """This is another incident's problem."""
    incident, at = incident_of(request, ref), now()
    form = DuplicateForm(posted(request), incident=incident)
    if acted(
        form, lambda: actions.mark_duplicate(incident=incident, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to(request, form.cleaned_data["of"], f"{incident} goes on here.")
    return form_page(request, incident, form, "The same problem as another incident")


@access(Permission.INCIDENT_RUN)
@require_http_methods(ENDS)
@once
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """It was no incident."""
    incident, at = incident_of(request, ref), now()
    form = CancelForm(posted(request), incident=incident)
    if acted(form, lambda: actions.cancel(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The incident is cancelled.")
    return form_page(request, incident, form, "This was no incident")
