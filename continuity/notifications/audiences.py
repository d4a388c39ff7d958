"""Pages of the audiences that are kept: their list, and adding, changing and removing one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict
from continuity.notifications import actions
from continuity.notifications.audience import Audience
from continuity.notifications.audience_forms import AudienceForm
from continuity.notifications.counting import counts_of
from continuity.notifications.models import AudienceList, Kind
from continuity.notifications.reach import Reach, reach

A_PAGE = 20
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.AUDIENCE_EDIT)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Audiences by name and how many each names; `?q=` looks in the names."""
    q = request.GET.get("q", "").strip()
    found = AudienceList.objects.exclude(name="").filter(name__icontains=q)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    counts = counts_of(page.object_list)
    lines = [(audience, counts[audience.pk]) for audience in page.object_list]
    return render(request, "notifications/audiences.html", {"page_obj": page, "lines": lines, "q": q})


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def add(request: HttpRequest) -> HttpResponse:
    form = AudienceForm(request.POST or None)
    if form.is_valid():
        audience = actions.add_audience(by=_person(request), at=now(), **form.facts())
        messages.success(request, f"{audience} is saved.")
        return redirect(audience)
    return _page(request, form, None)


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the audience names, to change; above it, whom news of planned work would reach by it."""
    audience = get_object_or_404(AudienceList.objects.exclude(name=""), pk=pk)
    form = AudienceForm(request.POST or None, instance=audience)
    if form.is_valid():
        try:
            actions.change_audience(
                audience=audience, seen=form.seen, by=_person(request), at=now(), **form.facts()
            )
        except Conflict:
            form.came_too_late(AudienceList.objects.get(pk=pk))
        else:
            messages.success(request, f"{audience} is saved.")
            return redirect(audience)
    return _page(request, form, AudienceList.objects.get(pk=pk))


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the audience may go, and let it go."""
    audience = get_object_or_404(AudienceList.objects.exclude(name=""), pk=pk)
    if request.method == "POST":
        actions.remove_audience(audience=audience, by=_person(request), at=now())
        messages.success(request, f"{audience} is removed.")
        return redirect("notifications:audiences")
    return render(request, "notifications/audience_remove.html", {"audience": audience})


def reach_of(audience: AudienceList) -> Reach:
    """Whom planned work reaches by this audience; who hears of services only where it names some."""
    has_services = audience.services.exists()
    named = Audience(tells_areas=True, subscribers=has_services).and_those_on([audience])
    return reach(named, Kind.PLANNED_WORK)


def _page(request: HttpRequest, form: AudienceForm, audience: AudienceList | None) -> HttpResponse:
    context = {"form": form, "audience": audience, "reach": reach_of(audience) if audience else None}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "notifications/audience.html", context, status=status)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
