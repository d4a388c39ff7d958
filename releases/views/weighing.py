"""What a notice would cost, shown while it is written: a part of the form's page, and a page of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import now, read_instant
from releases.forms.notice import NoticeForm
from releases.forms.weighing import as_typed, first_moment, hit_in, moments_of, plan_in, taken
from releases.ground import ground_for, plan_of
from releases.models import Release
from releases.weighing.facts import Plan
from releases.weighing.offers import is_too_long
from releases.weighing.offers import weigh as weighed

# What the buttons of the form send: look at the cost, or take one of its windows. Neither saves anything.
LOOK, TAKE = "weigh", "take"
# What the page of its own does not hand on to the form.
OWN = frozenset({LOOK, TAKE, "release", "csrfmiddlewaretoken"})


@access(Permission.RELEASE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def weigh(request: HttpRequest) -> HttpResponse:
    """The weighing of a form, however far it is filled. `?release=REF` is the release that the form changes."""
    ref = request.GET.get("release", "")
    release = Release.objects.filter(ref=ref).first() if ref.isprintable() and ref else None
    given = request.POST if request.method == "POST" else request.GET
    form = NoticeForm(given)
    plan = plan_in(form)
    context = _weighing(plan, hit_in(form), at=now(), release=release) | {"in_form": True}
    context["sent"] = [(name, value) for name, values in given.lists() for value in values if name not in OWN]
    is_part = bool(getattr(request, "htmx", False))
    return render(request, "releases/weighing_now.html" if is_part else "releases/weigh.html", context)


def is_weighing(request: HttpRequest) -> bool:
    """Whether a form was sent only to see what it costs, or to take a window: then nothing is saved."""
    return request.method == "POST" and not {LOOK, TAKE}.isdisjoint(request.POST)


def weighing_of(release: Release, *, at: datetime) -> dict[str, Any]:
    """What the weighing of a kept release shows; postponed work where it is to start now."""
    plan = plan_of(release)
    plan = plan.moved(plan.start + release.delay)
    outages = [outage.service for outage in release.disruptions.all()]
    services = {service.pk: service for service in (*outages, *release.services.all())}
    return _weighing(plan, list(services.values()), at=at, release=release)


def shown_again(request: HttpRequest, form: NoticeForm, *, release: Release | None) -> dict[str, Any]:
    """A form that was sent only to be weighed: every word kept, no fault told, the window taken that was pressed."""
    plan, to, initial = plan_in(form), read_instant(request.POST.get(TAKE)), as_typed(form)
    if plan and to:
        initial, plan = taken(initial, moments_of(form), plan.start, to), plan.moved(to)
    weighing = _weighing(plan, hit_in(form), at=now(), release=release)
    return {"form": NoticeForm(initial=initial, button=form.button), "in_form": True, **weighing}


def initial_taken(form: NoticeForm, text: str | None) -> dict[str, Any]:
    """What a form begins with, moved to the window whose start an address names, if it names one."""
    names, to = moments_of(form), read_instant(text)
    start = first_moment(form.initial, names)
    return taken(form.initial, names, start, to) if start and to else dict(form.initial)


def _weighing(
    plan: Plan | None, services: Sequence[Service], *, at: datetime, release: Release | None
) -> dict[str, Any]:
    weight = None
    if plan and not is_too_long(plan):
        weight = weighed(plan, ground_for(plan, at=at, release=release), told_at=at)
    return {
        "weight": weight,
        "is_too_long": plan is not None and weight is None,
        "weighed_services": services,
        "weighed_release": release,
    }
