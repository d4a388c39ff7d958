"""`/live/`: the board as a stream of server-sent events, and as a fragment for whoever polls.

An open stream waits without a thread and without a database connection. It sends whole fragments, so a slow
reader misses what was in between and nothing else; one that takes nothing at all is dropped. Where a process holds
as many as it may, whoever comes polls.
"""

import random
from functools import partial
from urllib.parse import parse_qs

from continuity.board.door import Door, is_open_to
from continuity.board.newsroom import Newsroom
from continuity.board.render import is_known, kind_of
from continuity.board.screen import FULL, LATER, Screen
from continuity.core.answers import STREAM, Receive, Scope, Send, answer, asked_of, begin, headers_of
from continuity.core.clock import now

# Signs of life between two looks at whether the reader may still watch. With a verdict that is FRESH that makes 30
# seconds: the longest that a stream outlives a log-out.
PULSES_A_LOOK = 2
RETRY_MS = (500, 3_000)  # readers of a server that went away come back spread over this
REFUSED = b"The board is open on the trust's network, and to people who are logged in.\n"
NOT_YET = b"The board cannot be shown yet. It is tried again by itself.\n"
UNKNOWN = b"There is no such area.\n"


class Live:
    """The ASGI application behind `/live/`."""

    def __init__(self, newsroom: Newsroom, door: Door) -> None:
        self.newsroom, self.door = newsroom, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("ascii", "replace"))
        kind = kind_of(*(query.get(name, [""])[0] for name in ("area", "only")))
        headers = headers_of(scope)
        wants_stream = "text/event-stream" in headers.get("accept", "") and scope["method"] == "GET"
        admits = self.door.admits_stream if wants_stream else self.door.admits
        if not await admits(scope):
            await answer(send, 403, REFUSED)
        elif self.newsroom.facts is None:
            await answer(send, 503, NOT_YET, more={b"retry-after": b"5"})
        elif not is_known(self.newsroom.facts, kind):
            await answer(send, 404, UNKNOWN)
        elif wants_stream and self.newsroom.round.is_full:
            await answer(send, 503, FULL, more=LATER)
        elif wants_stream:
            await self._stream(scope, receive, send, kind, seen=headers.get("last-event-id", ""))
        else:
            fragment = await self.newsroom.fragment(kind)
            clock = (b"x-portal-now", now().isoformat(timespec="seconds").encode())
            await fragment.ready.send(asked_of(scope), send, self.newsroom.told, clock)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, kind: str, *, seen: str) -> None:
        await begin(send, 200, STREAM, [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")])
        admits = None if is_open_to(scope) else partial(self.door.admits_stream, scope)
        screen = Screen(send, pulse=self.newsroom.pulse, admits=admits, pulses_a_look=PULSES_A_LOOK)
        with self.newsroom.showing(kind, screen):
            await screen.watched(receive, self._first(kind, seen))

    async def _first(self, kind: str, seen: str) -> bytes:
        """What a stream begins with: the fragment only where its reader has another."""
        fragment = await self.newsroom.fragment(kind)
        retry = f"retry: {random.randint(*RETRY_MS)}\n".encode()  # noqa: S311 - spreads the reconnections
        return retry + self.newsroom.pulse() + (b"" if fragment.etag == seen else fragment.event)
