"""Pages of the room: time lost by service and month, and what is learned from month to month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.core.clock import now
from continuity.reports.learning import figures
from continuity.reports.outages import lost_by_service

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
