"""Pages of themes: the records are chosen, more are added, one is taken out, and the review begins."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from incidents.reviews import actions
from incidents.reviews.actions.beginning import TO_BEGIN
from incidents.reviews.forms import RecordsFilter, RecordsForm, ThemeForm
from incidents.reviews.models import Review, Source
from incidents.reviews.views.base import back_to, by_now, review_of
from incidents.views.base import UNPROCESSABLE, acted, posted
from incidents.views.pressing import Done, once

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_WRITE)
@read_or_send
@once
def new_theme(request: HttpRequest) -> HttpResponse:
    """Choose records and say what they have in common; `?q=` and `?service=` narrow those that are offered."""
    asked, made = RecordsFilter(request.GET), list[Review]()
    form = ThemeForm(
        posted(request), person=request.user, offered=asked.found(request.user), initial=_ticked(request)
    )

    def gather() -> None:
        said = form.cleaned_data
        made.append(
            actions.gather(theme=said["theme"], due_on=said["due_on"], records=form.chosen, **by_now(request))
        )

    if acted(form, gather):
        return Done(
            request,
            made[0].get_absolute_url(),
            "The records are gathered. Start the review when all are there.",
        )
    return _page(request, form, asked, heading="Look back at several records")


@access(Permission.REVIEW_WRITE)
@read_or_send
def add(request: HttpRequest, ref: str) -> HttpResponse:
    """More records for a theme that nobody has begun."""
    review, asked = _theme(request, ref), RecordsFilter(request.GET)
    form = RecordsForm(posted(request), person=request.user, offered=asked.found(request.user))
    if acted(form, lambda: actions.add_records(review=review, records=form.chosen, **by_now(request))):
        return back_to(request, review, "The records are added.")
    return _page(request, form, asked, heading="Add records", review=review)


@access(Permission.REVIEW_WRITE)
@require_POST
def take_out(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    review = _theme(request, ref)
    actions.take_out(source=get_object_or_404(Source, pk=pk, review=review), **by_now(request))
    return back_to(request, review, "The record is taken out.")


@access(Permission.REVIEW_WRITE)
@require_POST
def begin(request: HttpRequest, ref: str) -> HttpResponse:
    """The review of a theme begins with the records that are there."""
    review = _theme(request, ref)
    actions.begin_theme(review=review, **by_now(request))
    return back_to(request, review, "The review is yours to write. Timelines and figures are filled in.")


def _theme(request: HttpRequest, ref: str) -> Review:
    review = review_of(request, ref)
    if not review.theme:
        raise Http404
    return review


def _ticked(request: HttpRequest) -> dict[str, Any]:
    """`?record=` of the page somebody came from."""
    return {"others": request.GET.getlist("record")}


def _page(
    request: HttpRequest,
    form: RecordsForm,
    asked: RecordsFilter,
    *,
    heading: str,
    review: Review | None = None,
) -> HttpResponse:
    context = {
        "form": form, "filter": asked, "heading": heading, "review": review,
        "is_open": review is None or review.state in TO_BEGIN,
    }  # fmt: skip
    return render(request, "reviews/records.html", context, status=UNPROCESSABLE if form.is_bound else None)
