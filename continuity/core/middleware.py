"""What every answer carries, and how a refusal becomes a page."""

from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from continuity.core import privacy
from continuity.core.headers import SECURITY_HEADERS
from continuity.core.refusals import Conflict, Refused, sentence_of
from continuity.core.views import bad_request
from continuity.core.written import written

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
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


class Readable(Middleware):
    """Refuses a NUL in the address, which PostgreSQL keeps in no text; forms say so at the field."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return super().__call__(request)


class Confirmations(Middleware):
    """What somebody confirms about one form counts for that form's request and no other."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        privacy.forget()
        try:
            return super().__call__(request)
        finally:
            privacy.forget()


class Refusals(Middleware):
    """Turns a refusal that no form showed into a page with its sentence; nothing was saved."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, IntegrityError):
            error = Conflict(sentence_of(error))
        if not isinstance(error, Refused):
            return None
        context = {
            "sentence": str(error),
            "is_page": request.method in SAFE,
            "written": written(request),
            "back": came_from(request),
        }
        return render(request, "refused.html", context, status=error.status)


def came_from(request: HttpRequest) -> str:
    """The address of the portal's page whose button was pressed; nothing where the browser does not say."""
    said = request.headers.get("Referer", "")
    home = f"{request.scheme}://{request.get_host()}"
    page = said.removeprefix(home)
    # A second slash would lead to another host.
    return page if page != said and page.startswith("/") and not page.startswith("//") else ""
