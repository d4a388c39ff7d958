"""Who a session belongs to, asked without a Django request: the router's question."""

import re
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User

KEY = re.compile("[a-z0-9]{8,40}")  # Django makes them of 32 such signs


@dataclass(frozen=True)
class LogIn:
    """A person who is logged in, and when a page last noted that somebody was there; never, for a new log-in."""

    person: User
    seen_at: datetime | None


def key_in(cookie: str) -> str:
    """The session key that a cookie's value is; "" for what can be none, so that the database is not asked."""
    return cookie if KEY.fullmatch(cookie) else ""


def person_behind(session_key: str, *, at: datetime) -> User | None:
    """The person logged in with this session; None for one that is unknown, over its limits or logged out."""
    found = log_in_behind(session_key, at=at)
    return found.person if found else None


def log_in_behind(session_key: str, *, at: datetime) -> LogIn | None:
    """The log-in of this session; None for one that is unknown, over its limits or logged out.

    A changed password or a person who left ends the session too, as for pages. Nothing is written.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = get_user(request)
    if not isinstance(person, User) or _is_over(request, at):
        return None
    seen = request.session.get(SEEN)
    return LogIn(person, datetime.fromisoformat(seen) if seen else None)


def _is_over(request: HttpRequest, at: datetime) -> bool:
    """The limits that `SessionLimits` sets; a session no page has used yet has just begun."""
    limits = {STARTED: settings.SESSION_LONGEST, SEEN: settings.SESSION_IDLE}
    since = {name: str(request.session[name]) for name in limits if name in request.session}
    return any(at - datetime.fromisoformat(when) > limits[name] for name, when in since.items())
