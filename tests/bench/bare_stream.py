"""A bare ASGI server of streams: it sends the bytes a file holds to whoever comes, and again at each SIGUSR1."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

SAID = json.loads(Path(os.environ["BARE_ANSWER"]).read_text())
BEGUN = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.encode(), value.encode("latin-1")) for name, value in SAID["headers"]],
}
EVENT = {"type": "http.response.body", "body": SAID["body"].encode("latin-1"), "more_body": True}
waiting: set["asyncio.Future[None]"] = set()


def wake() -> None:
    woken = list(waiting)
    waiting.clear()
    for each in woken:
        each.set_result(None)


async def application(scope: Any, receive: Any, send: Any) -> None:
    loop = asyncio.get_running_loop()
    if scope["type"] == "lifespan":
        await receive()
        loop.add_signal_handler(signal.SIGUSR1, wake)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send(BEGUN)
    while True:
        await send(EVENT)
        told = loop.create_future()
        waiting.add(told)
        try:
            await told
        except asyncio.CancelledError:  # the server ends
            return
