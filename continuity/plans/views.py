"""Pages that staff read: published procedures, older versions, the printed form."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from continuity.accounts.access import TRUSTED, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from continuity.plans.actions import latest_review
from continuity.plans.forms import ProcedureFilter, PublishForm, ReasonForm
from continuity.plans.models import Procedure, Version, VersionQuerySet


@access(TRUSTED)
@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """What staff may follow, by title; for writers also what is on its way."""
    asked = ProcedureFilter(request.GET)
    found = _narrowed(asked, Version.objects.published()).order_by("procedure__title")
    today = local_day(now())
    listed = [
        (version, version.is_past_review(today))
        for version in found.select_related("procedure__owner").prefetch_related("procedure__services")
    ]
    waiting = Version.objects.unpublished().select_related("procedure") if writes(request) else ()
    return render(request, "plans/procedures.html", {"listed": listed, "filter": asked, "waiting": waiting})


@access(TRUSTED)
@require_safe
def procedure(request: HttpRequest, key: str) -> HttpResponse:
    """The published version: its steps first. Writers also see what is on its way."""
    found = get_object_or_404(Procedure.objects.select_related("owner"), key=key)
    versions = list(found.versions.select_related("procedure", "author", "approver"))
    current = next((each for each in versions if each.state == Version.State.PUBLISHED), None)
    if current is None and not writes(request):
        raise Http404
    listed = [each for each in versions if writes(request) or each.state in Version.OPEN_TO_STAFF]
    context = {
        "procedure": found,
        "services": found.services.all(),
        "version": current,
        "steps": current.steps.all() if current else (),
        "is_past_review": bool(current and current.is_past_review(local_day(now()))),
        "versions": listed,
        "is_being_written": any(each.state in Version.BEFORE_PUBLISHING for each in versions),
        "withdraw_form": withdraw_form(to=current) if current and may_approve(request) else None,
        "print_address": reverse("plans:print", args=[key]),
        "edit_address": reverse("plans:edit", args=[key]),
    }
    return render(request, "plans/procedure.html", context)


@access(TRUSTED)
@require_safe
def printed(request: HttpRequest, key: str) -> HttpResponse:
    """The published version on paper: boxes to tick, and the instant it was printed."""
    found = get_object_or_404(
        Version.objects.published().select_related("procedure__owner", "author", "approver"),
        procedure__key=key,
    )
    context = {
        "version": found,
        "procedure": found.procedure,
        "steps": found.steps.all(),
        "printed_at": now(),
        "is_past_review": found.is_past_review(local_day(now())),
    }
    return render(request, "plans/print.html", context)


@access(TRUSTED)
@require_safe
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version, older ones with a warning; those not published yet for writers only."""
    return version_page(request, version_or_404(request, key, number))


def version_or_404(request: HttpRequest, key: str, number: int) -> Version:
    """The version, if this person may read it."""
    found = get_object_or_404(
        Version.objects.select_related("procedure__owner", "author", "approver"),
        procedure__key=key,
        number=number,
    )
    if found.state not in Version.OPEN_TO_STAFF and not writes(request):
        raise Http404
    return found


def version_page(request: HttpRequest, found: Version, **forms: Any) -> HttpResponse:
    """The version with the presses its state allows; `forms` are those that were refused, kept as typed."""
    shown = {
        "publish_form": publish_form(to=found),
        "return_form": return_form(to=found),
        "withdraw_form": withdraw_form(to=found),
        **forms,
    }
    context = {
        "version": found,
        "procedure": found.procedure,
        "steps": found.steps.all(),
        "can": found.STEPS[found.state] if writes(request) else frozenset(),
        "wrote_it": request.user.is_authenticated and found.writers.filter(pk=request.user.pk).exists(),
        "is_unpublished": found.state in Version.BEFORE_PUBLISHING,
        "edit_address": _address("edit-draft", found),
        "refused": next(iter(forms.values()), None),
        **shown,
    }
    return render(request, "plans/version.html", context, status=422 if forms else 200)


def publish_form(data: Any = None, *, to: Version) -> PublishForm:
    """The review date the author proposed, or the latest that may be."""
    review_by = to.review_by or latest_review(local_day(now()))
    return PublishForm(data, initial={"review_by": review_by}, address=_address("publish", to))


def return_form(data: Any = None, *, to: Version) -> ReasonForm:
    return ReasonForm(data, label="What should change?", button="Send back", address=_address("return", to))


def withdraw_form(data: Any = None, *, to: Version) -> ReasonForm:
    return ReasonForm(data, label="Why is it withdrawn?", button="Withdraw", address=_address("withdraw", to))


def _address(name: str, found: Version) -> str:
    return reverse(f"plans:{name}", args=[found.procedure.key, found.number])


def writes(request: HttpRequest) -> bool:
    """Whether this person takes part in writing procedures."""
    return _may(request, Permission.PROCEDURE_WRITE) or may_approve(request)


def may_approve(request: HttpRequest) -> bool:
    return _may(request, Permission.PROCEDURE_APPROVE)


def _may(request: HttpRequest, permission: Permission) -> bool:
    return request.user.is_authenticated and request.user.may(permission)


def _narrowed(asked: ProcedureFilter, versions: VersionQuerySet) -> VersionQuerySet:
    chosen = asked.cleaned_data if asked.is_valid() else getattr(asked, "cleaned_data", {})
    service = chosen.get("service")
    found = versions.matching(chosen.get("q") or "")
    return found.current_for([service.pk]) if service else found
