"""Pages on which people are asked to write for a review, and write."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from incidents.reviews import actions
from incidents.reviews.asked import asked_of, to_write
from incidents.reviews.forms import AskForm, ContributeForm
from incidents.reviews.models import TO_PREPARE, Review
from incidents.reviews.views.base import back_to, by_now, form_page, review_of
from incidents.views.base import UNPROCESSABLE, acted, posted

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_WRITE)
@read_or_send
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Who is asked to write, and whether without a name; who was asked already, with the way to take them off."""
    review = review_of(request, ref)
    asked = list(review.attendances.asked().named())
    form = AskForm(posted(request), review=review, asked=[each.person_id for each in asked])
    if acted(form, lambda: _ask(request, review, form.cleaned_data)):
        return back_to(request, review, "It is saved. Whoever was added was sent a link.")
    return form_page(
        request, review, form, heading="Ask people to write", template="reviews/ask.html", asked=asked
    )


@access(Permission.REVIEW_WRITE)
@require_POST
def ask_no_more(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Take somebody off those who are asked to write."""
    review = review_of(request, ref)
    asked = get_object_or_404(review.attendances.asked().select_related("person"), pk=pk)
    actions.ask_no_more(review=review, person=asked.person, **by_now(request))
    messages.success(request, f"{asked.person} is not asked to write any more, and is told so.")
    return redirect("reviews:ask", review.ref)


@access(LOGGED_IN)
@read_or_send
def contribute(request: HttpRequest, ref: str) -> HttpResponse:
    """Where somebody who was asked writes; 404 for everybody else, as if it were not there."""
    review = get_object_or_404(asked_of(request.user), ref=ref)
    form = ContributeForm(posted(request), review=review)
    if acted(form, lambda: actions.contribute(review=review, **form.facts(), **by_now(request))):
        messages.success(request, "Thank you. The people who lead the review can read it now.")
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
