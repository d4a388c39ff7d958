"""A web process that is told to stop ends its open streams before its server cuts them, with an error for each."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest
import uvicorn

from continuity.asgi import Router
from continuity.core.serving import Patient
from releases.models import Disruption
from tests.board.knocking import WAIT, comes_true

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

GRACE = 10  # seconds uvicorn would wait for open streams
OPENS = b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


@pytest.fixture
def unharmed() -> Iterator[None]:
    """The signal reaches nobody but the server, which raises it again once it has stopped."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    yield
    signal.signal(signal.SIGTERM, before)


def test_open_streams_end_whole_and_soon(
    outage: Disruption, unharmed: None, caplog: pytest.LogCaptureFixture
) -> None:
    rest, seconds = asyncio.run(stopped_while_watched(Router()))

    assert rest.endswith(LAST_CHUNK)
    assert seconds < GRACE / 2
    assert [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")] == []


async def stopped_while_watched(router: Router) -> tuple[bytes, float]:
    """What a stream was sent after the server was told to stop, and how many seconds that took."""
    config = uvicorn.Config(
        router,
        http=Patient,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
        lifespan="on",
    )
    server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    async with asyncio.timeout(WAIT):
        await comes_true(lambda: router.newsroom.is_ready)
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(OPENS)
        await reader.readuntil(b"event: pulse")
        began = time.monotonic()
        os.kill(os.getpid(), signal.SIGTERM)
        rest = await reader.read()
        await serving
        writer.close()
    return rest, time.monotonic() - began
