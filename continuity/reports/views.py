"""Pages of the room: time lost by service and month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.core.clock import now
from continuity.reports.outages import lost_by_service


@access(LOGGED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """How long each service could not be used, planned and unplanned apart."""
    months, rows = lost_by_service(now())
    return render(request, "reports/home.html", {"months": months, "rows": rows})
