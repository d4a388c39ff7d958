"""The page while the database cannot be reached: what does not work, what still does, whom to ring."""

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

from continuity.core.written import written

log = structlog.get_logger(__name__)

UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)
RETRY_AFTER = "10"  # seconds


def unreachable(request: HttpRequest, *, is_logged_out: bool = False) -> HttpResponse:
    """503, rendered without session, user or rooms, with whatever the person wrote so that it can be copied.

    `is_logged_out` says that the browser has just forgotten who was logged in.
    """
    is_log_in = request.path == settings.LOGIN_URL
    context = {
        "is_logged_out": is_logged_out,
        "is_log_in": is_log_in,
        "is_form": request.method == "POST" and not (is_log_in or is_logged_out),
        "written": written(request),
        "desk": settings.SERVICE_DESK,
    }
    return HttpResponse(
        render_to_string("503.html", context),
        status=503,
        headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"},
    )
