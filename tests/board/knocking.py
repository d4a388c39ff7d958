"""Knocks at the router as a server does: ASGI messages in, the answer out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from continuity.accounts.models import User
from continuity.asgi import Router
from continuity.core.answers import Header
from continuity.core.clock import now
from continuity.core.ledger import SYSTEM, record
from releases.models import Disruption, Release

HOME = (b"host", b"127.0.0.1:8000")
WAIT = 20.0  # seconds for anything to happen on a busy machine
AFAR = "203.0.113.9"  # an address outside every trusted network


@dataclass
class Reply:
    """What came back: status, headers by name, and the body so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    has_ended: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")
            self.has_ended = not message.get("more_body")
        self.changed.set()

    async def until(self, true: Callable[["Reply"], bool]) -> None:
        async with asyncio.timeout(WAIT):
            while not true(self):
                self.changed.clear()
                await self.changed.wait()


async def comes_true(claim: Callable[[], bool]) -> None:
    """Wait until a claim is true; TimeoutError where it never is."""
    async with asyncio.timeout(WAIT):
        while not claim():
            await asyncio.sleep(0.02)


def scope_of(path: str, *headers: Header, **more: Any) -> Any:
    """A GET from loopback to this portal, or what `method`, `peer` and `query` make of it."""
    given = headers if any(name == b"host" for name, _ in headers) else (HOME, *headers)
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": more.get("method", "GET"),
        "path": path,
        "raw_path": path.encode(),
        "query_string": more.get("query", b""),
        "root_path": "",
        "scheme": "http",
        "headers": list(given),
        "client": (more.get("peer", "127.0.0.1"), 50_000),
        "server": ("127.0.0.1", 8000),
    }


async def ask(router: Router, path: str, *headers: Header, body: bytes = b"", **more: Any) -> Reply:
    """The whole answer to one request."""
    reply, left = Reply(), [{"type": "http.request", "body": body}]

    async def receive() -> Any:
        return left.pop() if left else {"type": "http.disconnect"}

    await router(scope_of(path, *headers, **more), receive, reply.send)
    return reply


@asynccontextmanager
async def running(router: Router, until: Callable[[], bool] | None = None) -> AsyncIterator[Router]:
    """The router with its newsroom at work, as soon as a first board is there, or what else is waited for."""
    router.newsroom.start()
    try:
        await comes_true(until or (lambda: router.newsroom.is_ready))
        yield router
    finally:
        await router.newsroom.stop()


@asynccontextmanager
async def watching(
    router: Router, *headers: Header, path: str = "/live/", **more: Any
) -> AsyncIterator[Reply]:
    """An open stream, until the reader goes."""
    reply, gone = Reply(), asyncio.Event()
    seen = [{"type": "http.request", "body": b""}]

    async def receive() -> Any:
        if seen:
            return seen.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    wanted = (b"accept", b"text/html, text/event-stream")
    scope = scope_of(path, wanted, *headers, **more)
    task = asyncio.create_task(router(scope, receive, reply.send))
    try:
        yield reply
    finally:
        gone.set()
        async with asyncio.timeout(WAIT):
            await task


def session_of(person: User) -> str:
    """The key of a session in which this person is logged in, which no page has used yet."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.session.session_key)


def run(work: Callable[[Router], Awaitable[None]]) -> None:
    """Run a test's work against a router with a newsroom at work."""

    async def whole() -> None:
        async with running(Router()) as router:
            await work(router)

    asyncio.run(whole())


def alone(work: Callable[[Router], Awaitable[None]]) -> None:
    """Run a test's work against a router without a newsroom: as before the database is reached."""

    async def whole() -> None:
        await work(Router())

    asyncio.run(whole())


def change(outage: Disruption, title: str) -> None:
    """Its release has another title, as whoever wrote it would have said it; gives the thread's connection back."""
    Release.objects.update(title=title)
    record("release.updated", outage.release, by=SYSTEM, at=now())
    connection.close()
