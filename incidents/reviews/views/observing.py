"""Pages of near misses and what went well: recording one, one of them, and all that a person may read."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from incidents.reviews import actions
from incidents.reviews.forms import ObserveForm
from incidents.reviews.models import Observation, Review, State
from incidents.reviews.subjects import start_address
from incidents.reviews.views.base import by_now, may, observation_of
from incidents.views.base import UNPROCESSABLE, acted, posted
from incidents.views.pressing import Done, once

A_PAGE = 25


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def record(request: HttpRequest) -> HttpResponse:
    """The form; `?service=` and `?kind=` choose beforehand."""
    asked = {name: request.GET.get(name, "") for name in ("service", "kind")}
    form, made = ObserveForm(posted(request), initial=asked), list[Observation]()
    if acted(form, lambda: made.append(actions.observe(**form.cleaned_data, **by_now(request)))):
        said = "Thank you. It is recorded, and whoever holds reviews is told."
        return Done(request, made[0].get_absolute_url(), said)
    return render(
        request, "reviews/observe.html", {"form": form}, status=UNPROCESSABLE if form.is_bound else None
    )


@access(LOGGED_IN)
@require_safe
def observations(request: HttpRequest) -> HttpResponse:
    """Those this person may read, the latest first: all for who reads reviews, else their own and published ones."""
    words = request.GET.get("q", "").strip()
    seen = Observation.objects.visible_to(request.user).select_related("service").prefetch_related("reviews")
    found = seen.matching(words) if words else seen
    context = {
        "q": words,
        "reads": may(request, Permission.REVIEW_READ),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reviews/observations.html", context)


@access(LOGGED_IN)
@require_safe
def observation(request: HttpRequest, ref: str) -> HttpResponse:
    """What somebody saw and what became of it, which its author learns too, and the way to look back at it."""
    found = observation_of(request, ref)
    review = found.reviews.order_by("pk").first()
    context = {
        "observation": found,
        "review": review,
        "themes": Review.objects.visible_to(request.user).filter(sources__observation=found),
        "may_read_review": bool(review) and _may_read(request, review),
        "start": start_address(found) if not review and may(request, Permission.REVIEW_WRITE) else "",
    }
    return render(request, "reviews/observation.html", context)


def _may_read(request: HttpRequest, review: Any) -> bool:
    return (
        review.state == State.PUBLISHED
        or Review.objects.visible_to(request.user).filter(pk=review.pk).exists()
    )
