"""Pages of the ground itself: what the portal says when a form cannot be trusted or a part is gone."""

import sys

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from continuity.core.unreachable import UNREACHABLE, unreachable, written

log = structlog.get_logger(__name__)

STALE_FORM = (
    "This form was open for too long, or cookies are switched off. "
    "Go back, copy what you wrote, open the page again and send it from there."
)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page after a form without its token: what happened and how to go on."""
    return render(request, "refused.html", {"sentence": STALE_FORM}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with what still works while the database cannot be reached; 500 for what nobody foresaw.

    Rendered without the request, because session and user would need the database.
    """
    error = sys.exc_info()[1]
    if isinstance(error, UNREACHABLE):
        log.error("database.unreachable", error=type(error).__name__)
        return unreachable(request)
    context = {"written": written(request), "desk": settings.SERVICE_DESK}
    return HttpResponse(render_to_string("500.html", context), status=500)
