"""`/live/`: the board as a stream of server-sent events, and as a fragment for whoever polls.

An open stream waits without a thread and without a database connection. It sends whole fragments, so a slow
reader misses what was in between and nothing else; one that takes nothing at all is dropped.
"""

import asyncio
import random
from contextlib import suppress
from urllib.parse import parse_qs

from continuity.board.door import Door
from continuity.board.newsroom import Newsroom
from continuity.board.render import Fragment, is_known, kind_of
from continuity.board.screen import Screen
from continuity.core.answers import STREAM, Receive, Scope, Send, answer, asked_of, begin, headers_of
from continuity.core.clock import now

PULSE = 10.0  # seconds between signs of life: a page that misses two polls instead
SLOWEST = 20.0  # seconds in which a reader must take what it is sent
RECHECK = 30.0  # seconds between two looks at whether the reader may still watch
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
        if not await self.door.admits(scope):
            await answer(send, 403, REFUSED)
        elif self.newsroom.facts is None:
            await answer(send, 503, NOT_YET, more={b"retry-after": b"5"})
        elif not is_known(self.newsroom.facts, kind):
            await answer(send, 404, UNKNOWN)
        elif "text/event-stream" in headers.get("accept", "") and scope["method"] == "GET":
            await self._stream(scope, receive, send, kind, seen=headers.get("last-event-id", ""))
        else:
            fragment = await self.newsroom.fragment(kind)
            clock = (b"x-portal-now", now().isoformat(timespec="seconds").encode())
            await fragment.ready.send(asked_of(scope), send, self.newsroom.told, clock)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, kind: str, *, seen: str) -> None:
        await begin(send, 200, STREAM, [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")])
        screen = self.newsroom.open(kind)
        watch = asyncio.create_task(_leave_when_gone(receive, screen))
        try:
            await _say(send, f"retry: {random.randint(*RETRY_MS)}\n".encode() + self.newsroom.pulse())  # noqa: S311
            await self._show(scope, send, kind, screen, seen)
            if not screen.is_gone:
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return
        finally:
            self.newsroom.close(kind, screen)
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    async def _show(self, scope: Scope, send: Send, kind: str, screen: Screen, seen: str) -> None:
        """Send each new fragment until the reader has gone or may no longer watch."""
        clock = asyncio.get_running_loop().time
        look_again, pulses_at = clock() + RECHECK, clock() + PULSE
        while not screen.is_gone:
            fragment: Fragment = await self.newsroom.fragment(kind)
            if fragment.etag != seen:
                await _say(send, fragment.event)
                seen = fragment.etag
            await screen.woken_within(max(0.0, pulses_at - clock()))
            if clock() >= look_again:
                look_again = clock() + RECHECK
                if not await self.door.admits(scope):
                    return
            if clock() >= pulses_at:  # however much news there is
                pulses_at = clock() + PULSE
                await _say(send, self.newsroom.pulse())


async def _say(send: Send, what: bytes) -> None:
    async with asyncio.timeout(SLOWEST):
        await send({"type": "http.response.body", "body": what, "more_body": True})


async def _leave_when_gone(receive: Receive, screen: Screen) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    screen.leave()
