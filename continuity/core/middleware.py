"""What every answer carries, and how a refusal becomes a page."""

from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from continuity.core.headers import SECURITY_HEADERS
from continuity.core.refusals import Conflict, Refused, sentence_of

Next = Callable[[HttpRequest], HttpResponseBase]


class Middleware:
    """Keeps the next layer."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)


class SecurityHeaders(Middleware):
    """Puts the portal's security headers on every answer; the router puts the same on its own."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = super().__call__(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class Refusals(Middleware):
    """Turns a refusal that no form showed into a page with its sentence; nothing was saved."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, IntegrityError):
            error = Conflict(sentence_of(error))
        if not isinstance(error, Refused):
            return None
        return render(request, "refused.html", {"sentence": str(error)}, status=error.status)
