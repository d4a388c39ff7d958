"""Who may watch the board: trusted networks, and people who are logged in.

What is known of a session is remembered, so that ten thousand open boards do not ask the database ten thousand
times; while it is gone, people it knew keep their board for a while and unknown ones are nobody.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections
from django.http.cookie import parse_cookie
from psycopg_pool import PoolTimeout

from continuity.accounts.access import TRUSTED, may_open
from continuity.accounts.networks import client_address, is_trusted
from continuity.accounts.permissions import Permission
from continuity.accounts.sessions import log_in_behind
from continuity.core.answers import Scope, headers_of
from continuity.core.clock import now
from continuity.notifications.models import Delivery

# The board tells them of their own work too, from the database: alarms nobody answered, messages that do not go out.
OWN = frozenset({Permission.INCIDENT_RUN, Permission.CHANNEL_MANAGE, Permission.RELEASE_PUBLISH})
REMEMBERED = 30.0  # seconds a verdict is believed: the longest that a stream outlives a log-out
BELIEVED = 600.0  # seconds a verdict is still believed while the database is gone
NOTED = 2.0  # seconds in which Django has noted that somebody is there
KEPT = 20_000  # verdicts; the oldest give way


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in, as far as the board's pages show or ask it."""

    name: str
    permissions: frozenset[str]
    unread: int = 0
    seen_at: datetime | None = None
    is_authenticated = is_active = True

    def __str__(self) -> str:
        return self.name

    @property
    def has_own_work(self) -> bool:
        return len(self.shown) < len(self.permissions)

    @cached_property
    def shown(self) -> frozenset[str]:
        """The permissions by which a page is the same for many."""
        return self.permissions - OWN

    def may(self, permission: str) -> bool:
        return permission in self.permissions


@dataclass(frozen=True)
class Verdict:
    """What was found about a session; nobody where it is unknown, over or logged out."""

    person: Person | None
    said_at: float

    @property
    def age(self) -> float:
        return time.monotonic() - self.said_at


class Door:
    """Lets requests through to the board, and remembers whom it let through."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Verdict | None]] = {}

    async def admits(self, scope: Scope) -> bool:
        """Whether whoever sent this request may watch the board now."""
        headers = headers_of(scope)
        peer = scope["client"][0] if scope.get("client") else ""
        if is_trusted(client_address(peer, headers.get("x-forwarded-for", ""))):
            return True
        session = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
        verdict = await self.verdict(str(session)) if session else None
        return may_open(TRUSTED, user=verdict and verdict.person, trusted=False)

    def remembered(self, session: str) -> Verdict | None:
        """What is known of a session, while it is fresh."""
        known = self._verdicts.get(session)
        return known if known and known.age < REMEMBERED else None

    async def verdict(self, session: str) -> Verdict | None:
        """What is known of a session, as of the last half minute; while the database is gone, of ten minutes.

        None where it cannot be known.
        """
        if known := self.remembered(session):
            return known
        if session not in self._asking:
            self._asking[session] = asyncio.ensure_future(self._ask(session))
        # Whoever leaves meanwhile must not take the answer from the others.
        return await asyncio.shield(self._asking[session])

    async def _ask(self, session: str) -> Verdict | None:
        try:
            found = await sync_to_async(_person, thread_sensitive=False)(session)
        except (DatabaseError, PoolTimeout):
            old = self._verdicts.get(session)
            return old if old and old.age < BELIEVED else None
        finally:
            del self._asking[session]
        verdict = self._verdicts[session] = Verdict(found, time.monotonic())
        self._verdicts.move_to_end(session)
        while len(self._verdicts) > KEPT:
            self._verdicts.popitem(last=False)
        return verdict

    def note_seen(self, session: str, *, at: datetime) -> None:
        """A page that Django answers will note that somebody is there: that is asked a moment later."""
        known = self._verdicts.get(session)
        if known and known.person:
            asked_at = min(known.said_at, time.monotonic() - REMEMBERED + NOTED)
            self._verdicts[session] = Verdict(replace(known.person, seen_at=at), asked_at)


def _person(session: str) -> Person | None:
    try:
        found = log_in_behind(session, at=now())
        if found is None:
            return None
        unread = Delivery.objects.unread_by(found.person).count()
        return Person(str(found.person), found.person.permissions, unread, found.seen_at)
    finally:
        connections.close_all()
