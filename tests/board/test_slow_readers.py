"""Readers over real sockets: who takes nothing is dropped and holds up nobody, and comes back to the newest board."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn

from continuity.asgi import Router
from continuity.board import screen
from continuity.board.stream import RETRY_MS
from continuity.core.serving import Patient
from releases.models import Disruption
from tests.board.knocking import WAIT, change, comes_true, run, watching
from tests.factories import ServiceFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

# Bytes that a connection holds on either side, so that a reader who takes nothing is soon full.
NARROW = 4_096
CHANGES = 5
ASKS = b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nLast-Event-ID: %s\r\n\r\n"
BOARD = re.compile(rb"^id: (\S+)\n(?:data: .*\n)+\n", re.MULTILINE)
ANY_BOARD = BOARD.pattern
RETRY = re.compile(rb"^retry: (\d+)$", re.MULTILINE)
COMERS = 100
PARTS = 4  # of the span over which readers come back: in each there are some


@pytest.fixture
def crowded(outage: Disruption) -> Disruption:
    """A board of a hundred services: a few of it fill what a server keeps for one reader."""
    ServiceFactory.create_batch(100)
    return outage


def test_who_takes_nothing_is_dropped_and_comes_back_to_the_newest_board(
    crowded: Disruption, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(screen, "SLOWEST", 0.5)

    async def work() -> None:
        router = Router()
        async with (
            served(router) as (server, port),
            reading(port) as slow,
            reading(port) as quick,
        ):
            had = BOARD.findall(await until(slow, ANY_BOARD))
            await until(quick, ANY_BOARD)
            for number in range(CHANGES):
                await asyncio.to_thread(change, crowded, f"Work {number}.")
                await until(quick, rb"Work %d\.[^\0]*\n\n" % number)
            await comes_true(lambda: len(server.server_state.connections) == 1)
            assert await has_ended(slow)

            async with reading(port, seen=had[-1]) as again:
                got = await until(again, ANY_BOARD)
                await asyncio.to_thread(change, crowded, "Work at last.")
                boards = BOARD.findall(got + await until(again, rb"Work at last\.[^\0]*\n\n"))
            newest = await router.newsroom.fragment("board")
            assert len(boards) == 2  # the newest of then, and what came since
            assert boards[-1] == newest.etag.encode()
        assert [each.getMessage() for each in caplog.records if each.name.startswith("uvicorn")] == []

    asyncio.run(work())


def test_readers_are_told_to_come_back_spread_over_a_while(outage: Disruption) -> None:
    async def told(router: Router) -> int:
        async with watching(router) as reply:
            await reply.until(lambda got: b"event: pulse" in got.body)
        return int(RETRY.findall(reply.body)[0])

    async def work(router: Router) -> None:
        waits = [await told(router) for _ in range(COMERS)]

        first, last = RETRY_MS
        assert first <= min(waits) <= max(waits) <= last
        assert {(wait - first) * PARTS // (last + 1 - first) for wait in waits} == {*range(PARTS)}

    run(work)


@asynccontextmanager
async def served(router: Router) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """The portal behind its server, as a web process runs it, and the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
    config = uvicorn.Config(router, http=Patient, log_config=None, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    try:
        await comes_true(lambda: router.newsroom.is_ready)
        yield server, listening.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def reading(port: int, *, seen: bytes = b"") -> AsyncIterator[socket.socket]:
    """A connection that has asked for the stream, and takes little unless it reads."""
    loop = asyncio.get_running_loop()
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
        reader.setblocking(False)
        await loop.sock_connect(reader, ("127.0.0.1", port))
        await loop.sock_sendall(reader, ASKS % seen)
        yield reader


async def until(reader: socket.socket, words: bytes) -> bytes:
    """What comes until it holds these words, a regular expression."""
    got = b""
    async with asyncio.timeout(WAIT):
        while not re.search(words, got, re.MULTILINE):
            more = await asyncio.get_running_loop().sock_recv(reader, 65_536)
            assert more, "The stream ended."
            got += more
    return got


async def has_ended(reader: socket.socket) -> bool:
    """Whether the other side ended the connection, once all that it still held is taken."""
    async with asyncio.timeout(WAIT):
        with suppress(ConnectionResetError):
            while await asyncio.get_running_loop().sock_recv(reader, 65_536):
                pass
    return True
