"""Keeping the incident's own record: entries, how severe it is, what is assessed, who may see it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents import actions
from incidents.forms import AssessForm, EntryForm, RestrictForm, SeverityForm
from incidents.models import Entry, Incident, SeverityRule
from incidents.views.base import acted, back_to, form_page, incident_of, number_of, posted, who
from incidents.views.pressing import once


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def entry(request: HttpRequest, ref: str) -> HttpResponse:
    """Write on the timeline: `?corrects=` names the entry that is wrong, `?about=` the decision to look at again."""
    incident, at = incident_of(request, ref), now()
    form = EntryForm(
        posted(request), incident=incident, at=at,
        revisits=_named(request, incident, "about"), corrects=_named(request, incident, "corrects"),
    )  # fmt: skip
    if acted(form, lambda: actions.add_entry(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "It is on the timeline.")
    return form_page(request, incident, form, "Add to the timeline")


def _named(request: HttpRequest, incident: Incident, name: str) -> Entry | None:
    number = number_of(request.GET.get(name, ""))
    return incident.entries.filter(pk=number).first() if number is not None else None


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def severity(request: HttpRequest, ref: str) -> HttpResponse:
    """Raise or lower the severity, with a reason."""
    incident, at = incident_of(request, ref), now()
    form = SeverityForm(posted(request), incident=incident)
    if acted(form, lambda: actions.set_severity(incident=incident, by=who(request), at=at, **form.details())):
        return back_to(request, incident, f"It is severity {incident.severity}.")
    return form_page(request, incident, form, "Change the severity", rules=SeverityRule.objects.all())


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def assess(request: HttpRequest, ref: str) -> HttpResponse:
    """What is known of harm to patients and of data."""
    incident, at = incident_of(request, ref), now()
    form = AssessForm(posted(request), incident=incident)
    if acted(form, lambda: actions.assess(incident=incident, by=who(request), at=at, **form.cleaned_data)):
        return back_to(request, incident, "The assessment is kept.")
    return form_page(request, incident, form, "Patient safety and data")


@access(Permission.INCIDENT_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def restrict(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep it to those who run incidents, or open it to everybody."""
    incident, at = incident_of(request, ref), now()
    wanted = not incident.is_restricted
    form = RestrictForm(posted(request), incident=incident)
    if acted(
        form,
        lambda: actions.restrict(
            incident=incident, is_restricted=wanted, by=who(request), at=at, **form.cleaned_data
        ),
    ):
        return back_to(
            request, incident, "Only those who run incidents see it." if wanted else "Everybody sees it."
        )
    return form_page(request, incident, form, "Restrict the incident" if wanted else "Open it to everybody")
