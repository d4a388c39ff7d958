"""The page while the database cannot be reached: what does not work, what still does, whom to ring."""

from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

log = structlog.get_logger(__name__)

UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)
RETRY_AFTER = "10"  # seconds
# Fields that are never shown again, whichever form they stand on.
SECRET = ("password", "token", "old", "new")
# What pages write into hidden fields for themselves.
NOT_WRITTEN = frozenset({"version", "after", "then", "next"})


def unreachable(request: HttpRequest) -> HttpResponse:
    """503, rendered without session, user or rooms, with whatever the person wrote so that it can be copied."""
    is_log_in = request.path == settings.LOGIN_URL
    context = {
        "is_log_in": is_log_in,
        "is_form": request.method == "POST" and not is_log_in,
        "written": written(request),
        "desk": settings.SERVICE_DESK,
    }
    return HttpResponse(
        render_to_string("503.html", context),
        status=503,
        headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"},
    )


def written(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person wrote into a form of ours: names of fields and words, without secrets."""
    try:
        is_ours = request.method == "POST" and request.path != settings.LOGIN_URL and is_from_here(request)
        sent = list(request.POST.lists()) if is_ours else []
    except (SuspiciousOperation, BadRequest, UnreadablePostError):
        return []
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), text)
        for name, texts in sent
        for text in texts
        if text.strip() and name not in NOT_WRITTEN and not any(word in name.lower() for word in SECRET)
    ]


def is_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this portal, as far as the browser says."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
