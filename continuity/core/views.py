"""Pages of the ground itself: what the portal says when a form cannot be trusted or a part is gone."""

import sys

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from continuity.core.unreachable import UNREACHABLE, unreachable
from continuity.core.written import written

log = structlog.get_logger(__name__)

STALE_FORM = (
    "This form was open for too long, or cookies are switched off. "
    "Open the page again and send it from there."
)
LONG_FORM = "The form holds more than 2 MB of text. Go back, shorten what you wrote and send it again."
MANY_FIELDS = "The form has too many fields. Go back, leave some out and send it again."


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page after a form without its token: what happened and how to go on."""
    return render(request, "refused.html", {"sentence": STALE_FORM, "written": written(request)}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 for what cannot be read, 413 for a form that is longer than any notice: with how to mend it."""
    if isinstance(exception, RequestDataTooBig):
        return HttpResponse(render_to_string("413.html", {"sentence": LONG_FORM}), status=413)
    sentence = MANY_FIELDS if isinstance(exception, TooManyFieldsSent) else ""
    return HttpResponse(render_to_string("400.html", {"sentence": sentence}), status=400)


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
