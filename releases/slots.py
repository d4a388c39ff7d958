"""What releases put on a service's page: planned work, and how past work ended."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.slots import fills
from releases.marks import marked, marks_of
from releases.measuring import rules_by_tier
from releases.models import Release
from releases.picture import Picture

# A service's page shows the latest; the list shows all.
SHOWN = 5
READ = ("disruptions__service", "services", "instructions")


@fills("service.work")
def service_work(request: HttpRequest, service: Service) -> str:
    """Work that is under way or ahead, the earliest first."""
    at = now()
    rules, open_ = rules_by_tier(), Release.objects.running(at) | Release.objects.ahead(at)
    releases = marked(open_.touching(service)).order_by("work").prefetch_related(*READ)
    pictures = [Picture(release, at, marks_of(release, rules, at)) for release in releases]
    return render_to_string("releases/service_work.html", {"pictures": pictures}, request=request)


@fills("service.history")
def service_history(request: HttpRequest, service: Service) -> str:
    """Work that is over, the latest first."""
    at = now()
    found = Release.objects.told().over().touching(service).prefetch_related(*READ)
    releases = list(found[: SHOWN + 1])
    context = {
        "pictures": [Picture(release, at) for release in releases[:SHOWN]],
        "is_more": len(releases) > SHOWN,
        "service": service,
    }
    return render_to_string("releases/service_history.html", context, request=request)
