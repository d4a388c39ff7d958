"""Presses that take a review on: hand in, approve, send back, publish, amend, hold none, read; close an exercise."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from incidents.exercises.models import Exercise
from incidents.reviews import actions
from incidents.reviews.forms import AmendForm, FacilitatorForm, ReasonForm
from incidents.reviews.views.base import back_to, by_now, formed, review_of
from incidents.views.base import number_of, posted

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_WRITE)
@read_or_send
def facilitator(request: HttpRequest, ref: str) -> HttpResponse:
    """Name who facilitates; the page says who led the incident and so does not."""
    review = review_of(request, ref)
    form = FacilitatorForm(posted(request), review=review)
    return formed(
        request, review, form, heading="Name who facilitates", said="It is known who facilitates the review.",
        action=lambda: actions.name_facilitator(review=review, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_WRITE)
@require_POST
def submit(request: HttpRequest, ref: str) -> HttpResponse:
    return _pressed(request, ref, actions.submit, "The review is with its approver.")


@access(Permission.REVIEW_PUBLISH)
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    return _pressed(request, ref, actions.approve, "The review is approved. Publish it for all staff.")


@access(Permission.REVIEW_PUBLISH)
@require_POST
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    return _pressed(
        request, ref, actions.publish, "The review is published. Whoever wants to hear of it is told."
    )


@access(Permission.REVIEW_PUBLISH)
@require_POST
def publish_short(request: HttpRequest, ref: str) -> HttpResponse:
    """One person on the short path."""
    said = "The review is published. Whoever wants to hear of it is told."
    return _pressed(request, ref, actions.publish_short, said)


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def send_back(request: HttpRequest, ref: str) -> HttpResponse:
    review = review_of(request, ref)
    form = ReasonForm(posted(request), label="What must be changed?", button="Send it back")
    return formed(
        request, review, form, heading="Send the review back", said="The review is with its author again.",
        action=lambda: actions.send_back(review=review, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def waive(request: HttpRequest, ref: str) -> HttpResponse:
    review = review_of(request, ref)
    form = ReasonForm(posted(request), label="Reason for holding no review", button="Hold no review")
    return formed(
        request, review, form, heading="Hold no review", said="No review is held. The reason is kept.",
        action=lambda: actions.waive(review=review, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def amend(request: HttpRequest, ref: str) -> HttpResponse:
    review, form = review_of(request, ref), AmendForm(posted(request))
    return formed(
        request, review, form, heading="Amend the review", said="The amendment stands beside the text.",
        action=lambda: actions.amend(review=review, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(LOGGED_IN)
@require_POST
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that one has read the review with the amendments its page showed."""
    review, seen = review_of(request, ref), number_of(request.POST.get("amendments", ""))
    actions.say_read(review=review, amendments=seen or 0, **by_now(request))
    return back_to(request, review, "It is noted that you have read it.")


@access(Permission.REVIEW_PUBLISH)
@require_POST
def close_exercise(request: HttpRequest, ref: str) -> HttpResponse:
    """An exercise counts from now on: its review is published."""
    exercise = get_object_or_404(Exercise, ref=ref)
    actions.close_exercise(exercise=exercise, **by_now(request))
    messages.success(request, "The exercise is closed, and counts.")
    return redirect(exercise)


def _pressed(request: HttpRequest, ref: str, action: Callable[..., None], said: str) -> HttpResponse:
    review = review_of(request, ref)
    action(review=review, **by_now(request))
    return back_to(request, review, said)
