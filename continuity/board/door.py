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

from django.conf import settings
from django.http.cookie import parse_cookie

from continuity.accounts.access import TRUSTED, may_open
from continuity.accounts.networks import client_address, is_trusted
from continuity.accounts.permissions import Permission
from continuity.accounts.sessions import key_in, log_in_behind, person_behind
from continuity.core.answers import Scope, headers_of
from continuity.core.clock import now
from continuity.core.threads import GONE, Desk
from continuity.notifications.models import Delivery

# The board tells them of their own work too, from the database: alarms nobody answered, messages that do not go out.
OWN = frozenset({Permission.INCIDENT_RUN, Permission.CHANNEL_MANAGE, Permission.RELEASE_PUBLISH})
REMEMBERED = 30.0  # seconds a verdict is believed where something is asked for once
FRESH = 10.0  # the same where a stream begins or goes on
PLACES = 4  # look-ups at once
PATIENCE = 2.0  # seconds one may take: it takes thousandths of one
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
    """What was found about a session; nobody where it is unknown, over or logged out.

    The person was read at `said_at`; that the log-in lasts was last found at `lasted_at`. Both are seconds of the
    monotonic clock.
    """

    person: Person | None
    said_at: float
    lasted_at: float

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.said_at < REMEMBERED

    def lasted_within(self, seconds: float) -> bool:
        return time.monotonic() - self.lasted_at < seconds


class Door:
    """Lets requests through to the board, and remembers whom it let through."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Verdict | None]] = {}
        self._desk = Desk(PLACES, patience=PATIENCE)

    async def admits(self, scope: Scope) -> bool:
        """Whether whoever sent this request may watch the board now."""
        if is_open_to(scope):
            return True
        session = session_in(scope)
        verdict = await self.verdict(session) if session else None
        return may_open(TRUSTED, user=verdict and verdict.person, trusted=False)

    async def admits_stream(self, scope: Scope) -> bool:
        """The same of a stream that begins or goes on, as of the last `FRESH` seconds."""
        if is_open_to(scope):
            return True
        session = session_in(scope)
        known = self._verdicts.get(session)
        if known is None or not known.person:
            return await self.admits(scope)
        return known.lasted_within(FRESH) or await self._lasts(session)

    def remembered(self, session: str) -> Verdict | None:
        """What is known of a session, while it is fresh."""
        known = self._verdicts.get(session)
        return known if known and known.is_fresh else None

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
        began = time.monotonic()
        try:
            found = await self._desk.ask(_person, session)
        except GONE:
            old = self._verdicts.get(session)
            return old if old and old.lasted_within(BELIEVED) else None
        finally:
            del self._asking[session]
        return self._keep(session, Verdict(found, began, began))

    async def _lasts(self, session: str) -> bool:
        """Whether a log-in that is known goes on: half of what it costs to ask for all that is known of it."""
        began = time.monotonic()
        try:
            lasts = await self._desk.ask(_is_logged_in, session)
        except GONE:
            old = self._verdicts.get(session)
            return bool(old and old.person and old.lasted_within(BELIEVED))
        known = self._verdicts.get(session)
        if not lasts:
            self._keep(session, Verdict(None, began, began))
        elif known:
            self._keep(session, replace(known, lasted_at=began))
        return lasts

    def _keep(self, session: str, verdict: Verdict) -> Verdict:
        self._verdicts[session] = verdict
        self._verdicts.move_to_end(session)
        while len(self._verdicts) > KEPT:
            self._verdicts.popitem(last=False)
        return verdict

    def note_seen(self, session: str, *, at: datetime) -> None:
        """A page that Django answers will note that somebody is there: that is asked a moment later."""
        known = self._verdicts.get(session)
        if known and known.person:
            asked_at = min(known.said_at, time.monotonic() - REMEMBERED + NOTED)
            self._verdicts[session] = replace(
                known, person=replace(known.person, seen_at=at), said_at=asked_at
            )


def is_open_to(scope: Scope) -> bool:
    """Whether this request may watch the board without a log-in: it comes from a trusted network."""
    peer = scope["client"][0] if scope.get("client") else ""
    return is_trusted(client_address(peer, headers_of(scope).get("x-forwarded-for", "")))


def session_in(scope: Scope) -> str:
    """The session that a request's cookie names; "" for none."""
    cookies = parse_cookie(headers_of(scope).get("cookie", ""))
    return key_in(str(cookies.get(settings.SESSION_COOKIE_NAME, "")))


def _is_logged_in(session: str) -> bool:
    return person_behind(session, at=now()) is not None


def _person(session: str) -> Person | None:
    found = log_in_behind(session, at=now())
    if found is None:
        return None
    unread = Delivery.objects.unread_by(found.person).count()
    return Person(str(found.person), found.person.permissions, unread, found.seen_at)
