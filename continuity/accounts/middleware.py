"""The door of every Django page: how long a log-in lasts, and who may open what."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from continuity.accounts.access import ANYONE, LOGGED_IN, TRUSTED, may_open, rule_of
from continuity.accounts.models import Role
from continuity.accounts.networks import on_trusted_network
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.middleware import SAFE, Middleware
from continuity.core.unreachable import UNREACHABLE, unreachable
from continuity.core.written import written

STARTED, SEEN = "started_at", "seen_at"
# Writing the session at most this often keeps a page that polls from costing a write each time.
SEEN_EVERY_S = 60
UNAUTHORISED = 401
LOGGED_OUT = (
    "You are not logged in, or not any more: a log-in ends after a while. Log in and send the form again."
)


class SessionLimits(Middleware):
    """Logs out after SESSION_IDLE without a page that somebody asked for, and after SESSION_LONGEST in any case.

    While the database is gone nobody is known: pages from memory are shown as to somebody who is not logged in,
    and the log-in is there again when the database is.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
                self._limit(request)
        except UNREACHABLE:
            request.session, request.user = Unread(), AnonymousUser()
        return super().__call__(request)

    def _limit(self, request: HttpRequest) -> None:
        at, session = now(), request.session
        started = datetime.fromisoformat(session.setdefault(STARTED, at.isoformat()))
        seen = datetime.fromisoformat(session.setdefault(SEEN, at.isoformat()))
        if at - seen > settings.SESSION_IDLE or at - started > settings.SESSION_LONGEST:
            logout(request)
        elif (at - seen).total_seconds() > SEEN_EVERY_S and not is_polling(request):
            session[SEEN] = at.isoformat()


class Unread(SessionBase):
    """A session that could not be read: it holds nothing, is not written, and its cookie stays."""

    def load(self) -> dict[str, Any]:
        return {}

    def is_empty(self) -> bool:
        return False

    def save(self, must_create: bool = False) -> None:
        """Nothing that a page says to nobody needs keeping."""

    def delete(self, session_key: str | None = None) -> None:
        """Raises OperationalError: what could not be read is not ended either."""
        raise OperationalError("The session is out of reach.")


class Access(Middleware):
    """Lets a request through when the rule its view names allows it.

    A page that asks by itself gets no log-in page, which it would show in place of its news.
    """

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        rule = rule_of(view, writes=request.method not in SAFE)
        trusted = rule is TRUSTED and on_trusted_network(request)
        if rule is ANYONE or trusted or may_open(rule, user=request.user, trusted=trusted):
            return None
        if isinstance(request.session, Unread):
            return unreachable(request)
        if not request.user.is_authenticated:
            return asked_to_log_in(request)
        return forbidden(request, rule)


def asked_to_log_in(request: HttpRequest) -> HttpResponse:
    """To the log-in and back; what was written meanwhile is shown first, so that it can be copied."""
    if is_polling(request):
        return HttpResponse(status=UNAUTHORISED)
    if words := written(request):
        context = {"sentence": LOGGED_OUT, "written": words, "log_in": True}
        return render(request, "refused.html", context, status=403)
    return redirect_to_login(request.get_full_path() if request.method in SAFE else "/")


def is_polling(request: HttpRequest) -> bool:
    """A request the page made by itself: it shows that a screen is on, not that a person is there."""
    return request.headers.get("X-Portal-Poll") == "1"


def forbidden(request: HttpRequest, rule: Any) -> HttpResponse:
    """The 403 page, which says who can do it instead."""
    able = Role.objects.filter(permissions__contains=[rule]).order_by("name") if rule is not LOGGED_IN else []
    verb = Permission(rule).label if rule in Permission else "open this page"
    context = {"verb": verb, "roles": [role.name for role in able], "written": written(request)}
    return render(request, "403.html", context, status=403)
