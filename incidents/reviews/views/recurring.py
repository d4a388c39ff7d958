"""Presses that say whether a factor came back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from incidents.reviews import actions
from incidents.reviews.forms import ReasonForm
from incidents.reviews.models import Recurrence, Review
from incidents.reviews.views.base import back_to, by_now, formed, may, recurrence_of
from incidents.views.base import posted


@access(Permission.REVIEW_WRITE)
@require_POST
def confirm(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    found = recurrence_of(request, ref, pk)
    actions.confirm_recurrence(recurrence=found, **by_now(request))
    return back_to(request, found.factor.review, "It came back. The incident and the old action say so.")


@access(Permission.REVIEW_WRITE)
@require_POST
def dismiss(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    found = recurrence_of(request, ref, pk)
    form = _reason_form(found, posted(request))
    return formed(
        request, found.factor.review, form, heading="Say that it is not the same",
        said="It is not counted as having come back.",
        action=lambda: actions.dismiss_recurrence(
            recurrence=found, **form.cleaned_data, **by_now(request)
        ),
    )  # fmt: skip


def with_forms(request: HttpRequest, review: Review) -> list[tuple[Recurrence, ReasonForm | None]]:
    """Where its factors came back, each with the form that dismisses it, where this person may still decide."""
    may_decide = may(request, Permission.REVIEW_WRITE)
    found = Recurrence.objects.filter(factor__review=review).visible_to(request.user).told()
    return [
        (each, _reason_form(each) if may_decide and each.state == Recurrence.State.PROPOSED else None)
        for each in found
    ]


def _reason_form(recurrence: Recurrence, data: Any = None) -> ReasonForm:
    """Several stand on one page, so each has ids of its own."""
    to = reverse("reviews:dismiss-recurrence", args=[recurrence.factor.review.ref, recurrence.pk])
    return ReasonForm(
        data, label="Why is it not the same?", button="It is not the same", action=to,
        auto_id=f"id_{recurrence.pk}_%s",
    )  # fmt: skip
