"""What this room puts on lower rooms' pages: a service's incidents, and those that came out of a release."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.slots import fills
from incidents.models import Incident
from releases.models import Release

A_PLACE = 5


@fills("service.history")
def history(request: HttpRequest, service: Service) -> str:
    """The latest incidents of a service, open ones among them; nothing restricted to who may not know of it."""
    seen = Incident.objects.live().visible_to(request.user).hitting(service)
    return _shown(request, list(seen.order_by("-declared_at")[:A_PLACE]), {"service": service})


@fills("release.clashes")
def open_incidents(request: HttpRequest, services: Iterable[Service]) -> str:
    """The open incidents of services that planned work would hit; nothing restricted, whoever asks."""
    chosen = {service.pk for service in services}
    found = Incident.objects.open().live().unrestricted().hitting_now(chosen)
    incidents = list(found.order_by("severity", "-declared_at")) if chosen else []
    if not incidents:
        return ""
    return render_to_string("incidents/clashes.html", {"incidents": incidents, "at": now()}, request)


@fills("release.incidents")
def incidents_of_release(request: HttpRequest, release: Release) -> str:
    """The incidents that came out of a release."""
    seen = Incident.objects.live().visible_to(request.user).filter(release=release)
    return _shown(request, list(seen), {"release": release})


def _shown(request: HttpRequest, incidents: list[Incident], about: dict[str, object]) -> str:
    if not incidents:
        return ""
    return render_to_string("incidents/slot.html", {"incidents": incidents, "at": now(), **about}, request)
