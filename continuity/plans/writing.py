"""Pages of those who write, approve and publish procedures."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from continuity.plans import actions
from continuity.plans.forms import DraftForm, ProcedureForm
from continuity.plans.models import Procedure, Version
from continuity.plans.views import publish_form, return_form, version_page, withdraw_form

read_or_send = require_http_methods(["GET", "HEAD", "POST"])
WRITE, APPROVE = Permission.PROCEDURE_WRITE, Permission.PROCEDURE_APPROVE


@access(WRITE)
@read_or_send
def add(request: HttpRequest) -> HttpResponse:
    """A new procedure: what it is for, then its steps."""
    form = ProcedureForm(request.POST or None)
    if form.is_valid():
        version = actions.create(by=_person(request), at=now(), **form.facts())
        return redirect("plans:edit-draft", key=version.procedure.key, number=version.number)
    return _form_page(request, form, {"heading": "Write a procedure"})


@access(WRITE)
@read_or_send
def edit_procedure(request: HttpRequest, key: str) -> HttpResponse:
    """Title, kind, owner and services; the steps are in the versions."""
    procedure = get_object_or_404(Procedure, key=key)
    heading = f"Change {procedure}"
    form = ProcedureForm(request.POST or None, instance=procedure)
    if form.is_valid():
        try:
            actions.change(procedure=procedure, seen=form.seen, by=_person(request), at=now(), **form.facts())
        except Conflict:
            form.came_too_late(Procedure.objects.get(pk=procedure.pk))
        else:
            messages.success(request, f"{procedure} is changed.")
            return redirect(procedure)
    return _form_page(request, form, {"heading": heading, "procedure": procedure})


@access(WRITE)
@require_POST
def draft_next(request: HttpRequest, key: str) -> HttpResponse:
    """Begin the next version."""
    procedure = get_object_or_404(Procedure, key=key)
    version = actions.draft(procedure=procedure, by=_person(request), at=now())
    return redirect("plans:edit-draft", key=key, number=version.number)


@access(WRITE)
@read_or_send
def edit_draft(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The steps of a draft."""
    version = _version(key, number)
    if Version.State.IN_REVIEW not in version.STEPS[version.state]:
        raise Refused(f"{version} is not a draft, so its steps cannot be changed. Draft the next version.")
    form = DraftForm(request.POST or None, instance=version)
    if form.is_valid():
        try:
            actions.edit(version=version, seen=form.seen, by=_person(request), at=now(), **form.facts())
        except Conflict:
            form.came_too_late(_version(key, number))
        else:
            messages.success(request, "The draft is saved. Nobody but writers sees it yet.")
            return redirect(version)
    heading = f"Steps of version {version.number}"
    return _form_page(request, form, {"heading": heading, "procedure": version.procedure, "version": version})


@access(WRITE)
@require_POST
def submit_draft(request: HttpRequest, key: str, number: int) -> HttpResponse:
    return _pressed(
        request, actions.submit, _version(key, number), "It waits for somebody else to approve it."
    )


@access(WRITE)
@require_POST
def discard_draft(request: HttpRequest, key: str, number: int) -> HttpResponse:
    version = _version(key, number)
    _pressed(request, actions.discard, version, f"Version {version.number} is given up.")
    return redirect("plans:procedures")


@access(APPROVE)
@require_POST
def approve_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Approve exactly the steps that stood on the page."""
    read = request.POST.get("content", "")
    return _pressed(
        request, actions.approve, _version(key, number), "Approved. Publish it next.", content=read
    )


@access(WRITE)
@require_POST
def return_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    version = _version(key, number)
    form = return_form(request.POST, to=version)
    if not form.is_valid():
        return version_page(request, version, return_form=form)
    reason = form.cleaned_data["reason"]
    return _pressed(request, actions.send_back, version, "It is a draft again.", reason=reason)


@access(APPROVE)
@require_POST
def publish_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Publish with a review date; a date that cannot be stays in the form with its sentence."""
    version = _version(key, number)
    form = publish_form(request.POST, to=version)
    if form.is_valid():
        review_by = form.cleaned_data["review_by"]
        try:
            actions.publish(version=version, review_by=review_by, by=_person(request), at=now())
        except Conflict:
            raise
        except Refused as refusal:
            form.add_error("review_by", str(refusal))
        else:
            messages.success(request, f"{version} is published. Staff see it now.")
            return redirect(version.procedure)
    return version_page(request, version, publish_form=form)


@access(APPROVE)
@require_POST
def withdraw_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    version = _version(key, number)
    form = withdraw_form(request.POST, to=version)
    if not form.is_valid():
        return version_page(request, version, withdraw_form=form)
    reason = form.cleaned_data["reason"]
    return _pressed(request, actions.withdraw, version, f"{version} is withdrawn.", reason=reason)


def _pressed(request: HttpRequest, action: Any, version: Version, said: str, **facts: Any) -> HttpResponse:
    """One press of a button; a refusal goes up to the page that says why."""
    action(version=version, by=_person(request), at=now(), **facts)
    messages.success(request, said)
    return redirect(version)


def _version(key: str, number: int) -> Version:
    versions = Version.objects.select_related("procedure__owner", "author", "approver")
    return get_object_or_404(versions, procedure__key=key, number=number)


def _form_page(request: HttpRequest, form: Any, words: dict[str, Any]) -> HttpResponse:
    return render(request, "plans/form.html", {"form": form, **words}, status=422 if form.errors else 200)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
