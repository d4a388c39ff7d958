"""Handing a role over: asked with a briefing, read and answered, entered after a call, forced from above."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents import actions
from incidents.authority import stands_above
from incidents.briefing import Briefing, briefing_of, open_items
from incidents.forms.roles import ForceForm, HandOverForm, PhoneForm, WhyForm
from incidents.models import Handover, Incident
from incidents.views.base import acted, back_to, form_page, incident_of, posted, who
from incidents.views.pressing import once
from incidents.views.roles import FORM, assignment_of, has_room


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def hand_over(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Ask somebody to take over, with a briefing that the record has begun."""
    incident, by, at = incident_of(request, ref), who(request), now()
    assignment = assignment_of(incident, pk)
    form = HandOverForm(
        posted(request), incident=incident, assignment=assignment,
        is_above=stands_above(by, assignment.role, incident),
        initial={} if request.method == "POST" else vars(briefing_of(incident, at)),
    )  # fmt: skip

    def act() -> Handover:
        said = {name: form.cleaned_data[name] for name in ("situation", "decisions_pending", "risks")}
        return actions.hand_over(
            assignment=assignment, to=form.cleaned_data["to"], briefing=Briefing(**said),
            is_allowed=form.cleaned_data.get("is_allowed", False), by=by, at=at,
        )  # fmt: skip

    if acted(form, act):
        return back_to(
            request, incident, f"{form.cleaned_data['to']} is asked, and has 15 minutes to answer."
        )
    goes_along = open_items(incident, at).splitlines()
    return form_page(
        request,
        incident,
        form,
        f"Hand over: {assignment.called}",
        open_items=goes_along,
        in_room=has_room(request),
    )


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def handover(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One handover: its briefing, and the button with which the receiver accepts it."""
    incident, at = incident_of(request, ref), now()
    found = handover_of(incident, pk)
    if request.method == "POST":
        actions.accept_handover(handover=found, by=who(request), at=at)
        return back_to(request, incident, f"You are {found.assignment.called} now.")
    stands = found.state == Handover.State.PROPOSED and found.expires_at is not None and found.expires_at > at
    context = {
        "handover": found,
        "may_answer": stands and found.to_id == who(request).pk,
        "may_withdraw": stands and who(request).pk in {found.proposed_by_id, found.assignment.person_id},
        "at": at,
        "in_room": has_room(request),
    }
    return render(request, "incidents/handover.html", {"incident": incident, **context})


@access(Permission.INCIDENT_READ)
@require_http_methods(FORM)
@once
def decline_handover(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The receiver says no, with a reason."""
    incident, at = incident_of(request, ref), now()
    found = handover_of(incident, pk)
    form = WhyForm(posted(request), incident=incident, press="Decline")
    if acted(
        form, lambda: actions.decline_handover(handover=found, by=who(request), at=at, **form.cleaned_data)
    ):
        return back_to(request, incident, "You declined, and the sender is told.")
    return form_page(
        request, incident, form, f"Decline: {found.assignment.called}", in_room=has_room(request)
    )


@access(Permission.INCIDENT_READ)
@require_POST
@once
def withdraw(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The sender keeps the role."""
    incident = incident_of(request, ref)
    actions.withdraw_handover(handover=handover_of(incident, pk), by=who(request), at=now())
    return back_to(request, incident, "The role stays with you.")


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def by_phone(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Enter a handover that was agreed by phone."""
    incident, at = incident_of(request, ref), now()
    assignment = assignment_of(incident, pk)
    form = PhoneForm(posted(request), incident=incident, assignment=assignment)
    if acted(
        form,
        lambda: actions.hand_over_by_phone(
            assignment=assignment, by=who(request), at=at, **form.cleaned_data
        ),
    ):
        return back_to(request, incident, f"{form.cleaned_data['to']} is {assignment.called}.")
    return form_page(request, incident, form, f"Handed over by phone: {assignment.called}", in_room=True)


@access(Permission.INCIDENT_RUN)
@require_http_methods(FORM)
@once
def force(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Give a role to somebody else because its holder is not there."""
    incident, by, at = incident_of(request, ref), who(request), now()
    assignment = assignment_of(incident, pk)
    form = ForceForm(
        posted(request), incident=incident, assignment=assignment, initial={"to": by.pk},
        is_above=stands_above(by, assignment.role, incident),
    )  # fmt: skip
    if acted(form, lambda: actions.force_handover(assignment=assignment, by=by, at=at, **form.cleaned_data)):
        return back_to(request, incident, f"{form.cleaned_data['to']} is {assignment.called}.")
    return form_page(request, incident, form, f"Force a handover: {assignment.called}", in_room=True)


def handover_of(incident: Incident, pk: int) -> Handover:
    """One handover of this incident, with what its page names at hand."""
    named = Handover.objects.select_related(
        "assignment__role__reports_to", "assignment__person", "assignment__site",
        "to", "proposed_by", "entered_by",
    )  # fmt: skip
    found: Handover = get_object_or_404(named, pk=pk, assignment__incident=incident)
    found.assignment.incident = incident
    return found
