"""Pages on which people are asked to write for a review, and write."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from incidents.reviews import actions
from incidents.reviews.asked import asked_of, to_write
from incidents.reviews.forms import AskForm, ContributeForm
from incidents.reviews.models import TO_PREPARE, Review
from incidents.reviews.views.base import by_now, formed, review_of
from incidents.views.base import UNPROCESSABLE, acted, posted

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_WRITE)
@read_or_send
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Who is asked to write, and whether without a name."""
    review = review_of(request, ref)
    form = AskForm(posted(request), review=review)
    return formed(
        request, review, form, heading="Ask people to write", said="They are asked, and were sent a link.",
        action=lambda: _ask(request, review, form.cleaned_data),
    )  # fmt: skip


@access(LOGGED_IN)
@read_or_send
def contribute(request: HttpRequest, ref: str) -> HttpResponse:
    """Where somebody who was asked writes; 404 for everybody else, as if it were not there."""
    review = get_object_or_404(asked_of(request.user), ref=ref)
    form = ContributeForm(posted(request), review=review)
    if acted(form, lambda: actions.contribute(review=review, **form.facts(), **by_now(request))):
        messages.success(request, "Thank you. It stands beside the review.")
        return redirect(to_write(review))
    context = {
        "review": review,
        "form": form,
        "is_open": review.state in TO_PREPARE,
        "mine": review.contributions.filter(author=request.user.pk),
    }
    return render(
        request, "reviews/contribute.html", context, status=UNPROCESSABLE if form.is_bound else None
    )


def _ask(request: HttpRequest, review: Review, asked: dict[str, Any]) -> None:
    actions.allow_anonymous(review=review, is_allowed=asked["is_allowed"], **by_now(request))
    actions.ask(review=review, people=asked["people"], **by_now(request))
