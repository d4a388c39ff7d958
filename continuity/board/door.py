"""Who may watch the board: trusted networks, and people who are logged in.

A verdict about a session is remembered, so that ten thousand open boards do not ask the database ten thousand
times; while it is gone, sessions it knew keep their board for a while and unknown ones are refused.
"""

import time
from collections import OrderedDict

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections
from django.http.cookie import parse_cookie
from psycopg_pool import PoolTimeout

from continuity.accounts.networks import client_address, is_trusted
from continuity.accounts.sessions import person_behind
from continuity.core.answers import Scope, headers_of
from continuity.core.clock import now

REMEMBERED = 30.0  # seconds a verdict is believed: the longest that a stream outlives a log-out
BELIEVED = 600.0  # seconds a verdict is still believed while the database is gone
KEPT = 20_000  # verdicts; the oldest give way


class Door:
    """Lets requests through to the board, and remembers whom it let through."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, tuple[bool, float]] = OrderedDict()

    async def admits(self, scope: Scope) -> bool:
        """Whether whoever sent this request may watch the board now."""
        headers = headers_of(scope)
        peer = scope["client"][0] if scope.get("client") else ""
        if is_trusted(client_address(peer, headers.get("x-forwarded-for", ""))):
            return True
        session = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
        return bool(session) and await self._knows(str(session))

    async def _knows(self, session: str) -> bool:
        known, said_at = self._verdicts.get(session, (False, float("-inf")))
        age = time.monotonic() - said_at
        if age < REMEMBERED:
            return known
        try:
            verdict = await sync_to_async(_is_logged_in, thread_sensitive=False)(session)
        except (DatabaseError, PoolTimeout):
            return known and age < BELIEVED
        self._remember(session, verdict)
        return verdict

    def _remember(self, session: str, verdict: bool) -> None:
        self._verdicts[session] = (verdict, time.monotonic())
        self._verdicts.move_to_end(session)
        while len(self._verdicts) > KEPT:
            self._verdicts.popitem(last=False)


def _is_logged_in(session: str) -> bool:
    try:
        return person_behind(session, at=now()) is not None
    finally:
        connections.close_all()
