"""What pages of this room share: finding a review or an action, and pages with one form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from continuity.accounts.access import may_open
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from incidents.reviews.models import Action, Factor, Observation, Recurrence, Review
from incidents.reviews.proof import READ
from incidents.views.base import UNPROCESSABLE, acted


def review_of(request: HttpRequest, ref: str) -> Review:
    """The review, where this person may read it; 404 otherwise, as if it were not there."""
    seen = (
        Review.objects.visible_to(request.user)
        .with_subject()
        .select_related("author", "approver", "facilitator", "incident__hot_debrief")
    )
    return get_object_or_404(seen, ref=ref)


def factor_of(request: HttpRequest, ref: str, pk: int) -> Factor:
    return get_object_or_404(Factor, pk=pk, review=review_of(request, ref))


def recurrence_of(request: HttpRequest, ref: str, pk: int) -> Recurrence:
    """The recurrence, where this person may read both of its reviews."""
    seen = Recurrence.objects.visible_to(request.user).select_related("factor__review__incident")
    return get_object_or_404(seen, pk=pk, factor__review__ref=ref)


def observation_of(request: HttpRequest, ref: str) -> Observation:
    """What somebody observed, where this person may read it; 404 otherwise."""
    seen = Observation.objects.visible_to(request.user).select_related("service", "by")
    return get_object_or_404(seen, ref=ref)


def action_of(request: HttpRequest, ref: str, number: int) -> Action:
    """The action, where this person may read its review or has a part in it."""
    seen = Action.objects.visible_to(request.user).select_related(
        "review__incident",
        "review__release",
        "review__observation",
        "owner",
        "verifier",
        "factor__local",
        *READ,
    )
    return get_object_or_404(seen, review__ref=ref, number=number)


def by_now(request: HttpRequest) -> dict[str, Any]:
    """Who does it and when, as every action asks."""
    return {"by": request.user, "at": now()}


def may(request: HttpRequest, permission: Permission) -> bool:
    return may_open(permission, user=request.user, trusted=False)


def form_page(
    request: HttpRequest, thing: Review | Action, form: BaseForm, *, heading: str,
    template: str = "reviews/form.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    """A page with one form about a review or an action; 422 once it was sent and not accepted."""
    review = thing if isinstance(thing, Review) else thing.review
    context = {"review": review, "back": thing.get_absolute_url(), "form": form, "heading": heading, **more}
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else None)


def formed(
    request: HttpRequest, thing: Review | Action, form: BaseForm, *, heading: str, said: str,
    action: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    """Do what the form asks for and go back to the thing, or show the form again."""
    if acted(form, action):
        return back_to(request, thing, said)
    return form_page(request, thing, form, heading=heading)


def back_to(request: HttpRequest, thing: Review | Action, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(thing)
