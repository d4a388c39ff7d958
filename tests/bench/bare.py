"""A bare ASGI application: it sends one answer to everybody, the bytes and headers that a file holds."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

# Status, headers and body as Latin-1 text.
SAID = json.loads(Path(os.environ["BARE_ANSWER"]).read_text())
BEGUN = {
    "type": "http.response.start",
    "status": SAID["status"],
    "headers": [(name.encode(), value.encode("latin-1")) for name, value in SAID["headers"]],
}
BODY = {"type": "http.response.body", "body": SAID["body"].encode("latin-1")}


async def application(scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send(BEGUN)
    await send(BODY)
