"""Pages that anyone on a trusted network may read: services, areas, teams."""

from itertools import groupby

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, TRUSTED, access
from continuity.catalogue.actions import vouch
from continuity.catalogue.forms import ServiceFilter
from continuity.catalogue.keepers import may_keep, may_vouch
from continuity.catalogue.models import Area, Service, Site, Team
from continuity.core.clock import now


@access(TRUSTED)
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Every service by tier, narrowed by words, site, team or tier."""
    asked = ServiceFilter(request.GET)
    found = asked.narrow(Service.objects.select_related("owner").order_by("tier", "name"))
    tiers = [
        (Service.Tier(tier).label, list(group)) for tier, group in groupby(found, lambda each: each.tier)
    ]
    return render(
        request,
        "catalogue/services.html",
        {"tiers": tiers, "filter": asked, "count": sum(len(group) for _, group in tiers)},
    )


@access(TRUSTED)
@require_safe
def service(request: HttpRequest, key: str) -> HttpResponse:
    """All there is to know about one service; the upper rooms fill in how it is and what happened."""
    found = get_object_or_404(Service.objects.select_related("owner"), key=key)
    return render(
        request,
        "catalogue/service.html",
        {
            "service": found,
            "needs": found.dependencies.select_related("on").order_by("-kind", "on__name"),
            "needed_by": found.dependants.select_related("service").order_by("-kind", "service__name"),
            "sites": _by_site(found.areas.select_related("site")),
            "may_keep": may_keep(request.user, found),
            "may_vouch": may_vouch(request.user, found),
            "edit_address": reverse("catalogue:edit-service", args=[key]),
        },
    )


@access(LOGGED_IN)
@require_POST
def say_it_works(request: HttpRequest, key: str) -> HttpResponse:
    """One press: the service works, says whoever is logged in."""
    found = get_object_or_404(Service.objects.select_related("owner"), key=key)
    vouch(service=found, by=request.user, at=now())  # type: ignore[arg-type]  # the door lets nobody else in
    messages.success(request, f"Thank you. {found} shows as working.")
    return redirect(found)


@access(TRUSTED)
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """Every ward, clinic and practice, by site; each leads to its own board."""
    words = request.GET.get("q", "").strip()
    found = Area.objects.annotate(uses=Count("services"))
    if words:
        found = found.filter(name__icontains=words)
    by_site = dict(_by_site(found.select_related("site")))
    sites = [(site, by_site.get(site, [])) for site in Site.objects.all() if site in by_site or not words]
    return render(request, "catalogue/areas.html", {"sites": sites, "q": words})


@access(TRUSTED)
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Whom to ring, team by team."""
    found = Team.objects.annotate(owns=Count("services"))
    return render(request, "catalogue/teams.html", {"teams": found})


@access(TRUSTED)
@require_safe
def team(request: HttpRequest, key: str) -> HttpResponse:
    """One team: how to reach it and what it owns; its members only for those who are logged in."""
    found = get_object_or_404(Team, key=key)
    members = found.members.filter(is_active=True) if request.user.is_authenticated else ()
    context = {
        "team": found,
        "services": found.services.all(),
        "members": members,
        "edit_address": reverse("catalogue:edit-team", args=[key]),
    }
    return render(request, "catalogue/team.html", context)


def _by_site(areas: QuerySet[Area]) -> list[tuple[Site, list[Area]]]:
    """Areas by name under their sites by name."""
    ordered = areas.order_by("site__name", "name")
    return [(site, list(group)) for site, group in groupby(ordered, lambda area: area.site)]
