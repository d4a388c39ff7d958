"""The entry: a small router in front of Django.

It refuses hosts that are not ours, answers from memory what everybody opens at once (the board's pages, `/live/`,
status as JSON, how long services were out; what changed in an incident's room), and procedures while the database is
gone, the streams of incident rooms and the health checks, and hands everything else to Django as WSGI. An open stream
costs neither a thread nor a database connection, which Django's own handler cannot do. Servers must not read forwarded
addresses themselves: that is done here, from the configured proxies only.
"""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.http.cookie import parse_cookie
from django.template.loader import render_to_string

from continuity.wsgi import application as django

# Django must stand before its models are imported.
from continuity.accounts.networks import is_proxy  # isort: skip
from continuity.api import memory as of_status  # isort: skip
from continuity.board.documents import Documents  # isort: skip
from continuity.board.door import Door  # isort: skip
from continuity.board.front import READING, Front  # isort: skip
from continuity.board.keeper import Keeper  # isort: skip
from continuity.board.newsroom import Newsroom  # isort: skip
from continuity.board.pages import Pages  # isort: skip
from continuity.board.parts import PATH as PARTS, Parts  # isort: skip
from continuity.board.rooms import PATH as ROOM, LiveRoom, RoomDoor  # isort: skip
from continuity.board.standby import Standby  # isort: skip
from continuity.board.stream import Live  # isort: skip
from continuity.core.answers import HTML, App, Header, Message, Receive, Scope, Send, answer, headers_of  # isort: skip
from continuity.core.hosts import is_our_name  # isort: skip
from continuity.core.serving import tell_ready  # isort: skip
from continuity.core.settled import settle  # isort: skip
from continuity.core.stopping import before_stopping  # isort: skip
from continuity.reports import memory as of_figures  # isort: skip

PAGES_AT_ONCE = 10  # threads; fewer than database connections, so that a page never waits for one
# The largest upload (an import of 10 MB) and the form around it.
LARGEST_BODY = 11 * 1024 * 1024
BODY_WITHIN = 20.0  # seconds a form may take to arrive; it takes no thread before it is whole


class Router:
    """The ASGI application that servers run."""

    def __init__(self, snapshot: Path | None = None) -> None:
        """`snapshot` is the file in which the last good board is kept, if it is."""
        self.newsroom = Newsroom(snapshot)
        door = Door()
        self.live = Live(self.newsroom, door)
        self.documents = Documents(self.newsroom, door, of_status.addresses, of_figures.addresses)
        self.standby = Standby(self.newsroom, door)
        self.front = Front(self.newsroom, (Pages(self.newsroom, door), self.documents, self.standby))
        self.keeper = (
            Keeper(self.newsroom, self.documents, of_status.kept(), self.standby, snapshot)
            if snapshot
            else None
        )
        room_door = RoomDoor()
        self.room = LiveRoom(self.newsroom.rooms, room_door)
        self.parts = Parts(self.newsroom, room_door, self._page)
        self.pages: App = WSGIMiddleware(cast("Any", django), workers=PAGES_AT_ONCE)  # type: ignore[assignment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["type"] == "http":
            if not await self.front.answers(scope, send):
                await self._route(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal := refusal_of(scope):
            status, page = refusal
            await answer(send, status, page_of(page), HTML)
            return
        ours: dict[str, App] = {"/healthz": self._alive, "/readyz": self._ready, "/live/": self.live}
        own = self.room if ROOM.fullmatch(scope["path"]) else ours.get(scope["path"])
        if PARTS.fullmatch(scope["path"]):
            await self.parts(scope, receive, send)
        elif own is None:
            await self._page(scope, receive, send)
        elif scope["method"] in READING:
            await own(scope, receive, send)
        else:
            await answer(send, 405, b"", more={b"allow": b"GET, HEAD"})

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to Django once its body is here: a slow sender must not hold one of the few threads."""
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await body_of(scope, receive)
        except TimeoutError:
            await answer(
                send,
                408,
                b"The form did not arrive in time. Send it again.\n",
                more={b"connection": b"close"},
            )
            return
        await self.pages(for_django(scope), replaying(body, receive), send)

    async def _alive(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, 200, b"The portal is running.\n")

    async def _ready(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.newsroom.is_ready and self.standby.has_looked:
            await answer(send, 200, b"The portal is ready.\n")
        else:
            await answer(send, 503, b"The portal cannot reach its database.\n", more={b"retry-after": b"5"})

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.newsroom.begin()
        keepers = (self.standby, self.keeper) if self.keeper else (self.standby,)
        keeping = [asyncio.create_task(each.keep()) for each in keepers]
        settle()
        with before_stopping(self.newsroom.round.end):
            await send({"type": "lifespan.startup.complete"})
            tell_ready()
            await receive()
        for each in keeping:
            each.cancel()
        await self.newsroom.stop()
        await send({"type": "lifespan.shutdown.complete"})


@cache
def page_of(template: str) -> bytes:
    """A page that says no, rendered once: whoever knocks wrongly a thousand times costs nothing."""
    return render_to_string(template).encode()


def refusal_of(scope: Scope) -> tuple[int, str] | None:
    """Why a request goes no further, as status and page; None for one that may."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    headers = headers_of(scope)
    length = headers.get("content-length", "0")
    if len(hosts) != 1 or not is_our_name(headers["host"].encode()):
        return 400, "400.html"
    is_odd = "\x00" in scope["path"] or b"%00" in scope["query_string"]  # PostgreSQL keeps no NUL in text
    if is_odd or not scope["query_string"].isascii() or not length.isdecimal():
        return 400, "400.html"
    # WSGI cannot read a body of unknown length, and nobody's browser sends one.
    if "transfer-encoding" in headers or int(length) > LARGEST_BODY:
        return 413, "413.html"
    return None


async def body_of(scope: Scope, receive: Receive) -> bytes:
    """The whole body, as long as its header says; what came so far when the sender left."""
    expected, parts, length = int(headers_of(scope).get("content-length", "0")), list[bytes](), 0
    while length < expected:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if not message.get("more_body"):
            break
    return b"".join(parts)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out a body that is here already, then what the server says."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def for_django(scope: Scope) -> Scope:
    """The request as Django may see it: the scheme as a proxy of ours names it, and no doubtful headers.

    WSGI cannot tell `X_Forwarded_For` from `X-Forwarded-For`, so names with an underscore are left out.
    """
    kept: list[Header] = [
        (name, without_nul(value) if name == b"cookie" else value)
        for name, value in scope["headers"]
        if b"_" not in name
    ]
    changed = {**scope, "headers": kept}
    peer = scope["client"][0] if scope.get("client") else ""
    if is_proxy(peer) and headers_of(changed).get("x-forwarded-proto") in {"http", "https"}:
        changed["scheme"] = headers_of(changed)["x-forwarded-proto"]
    return changed


def without_nul(cookies: bytes) -> bytes:
    """A Cookie header without those that hold a NUL, plain or as `\\000` in quotes: PostgreSQL keeps none in text."""
    if b"\x00" not in cookies and rb"\000" not in cookies:
        return cookies
    each = cookies.decode("latin-1").split(";")
    return ";".join(one for one in each if "\x00" not in "".join(parse_cookie(one).values())).encode(
        "latin-1"
    )


application = Router(settings.SNAPSHOT)
