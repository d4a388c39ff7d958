"""Pages of the room: time lost by service, month and day, and what is learned from month to month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, TRUSTED, access
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.reports.learning import figures
from continuity.reports.outages import lost_by_service
from continuity.reports.slots import shown

# Months that may be looked back on; limits need 12, and a year shows what comes back with the season.
SPANS = (12, 24, 36)
USUAL = 24


@access(LOGGED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """How long each service could not be used, planned and unplanned apart."""
    months, rows = lost_by_service(now())
    return render(request, "reports/home.html", {"months": months, "rows": rows})


@access(LOGGED_IN)
@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Figures month by month, each a picture with its table; `?months=` says how many."""
    asked = request.GET.get("months", "")
    months = next((each for each in SPANS if str(each) == asked), USUAL)
    context = {"figures": figures(now(), months), "months": months, "spans": SPANS}
    return render(request, "reports/learning.html", context)


@access(TRUSTED)
@require_safe
def availability(request: HttpRequest, key: str) -> HttpResponse:
    """A part of a page, to be shown elsewhere too: when a service could not be used, for whoever may see the board."""
    return HttpResponse(shown(get_object_or_404(Service, key=key), now()))
