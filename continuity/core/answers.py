"""Short answers of the router, which speaks ASGI without Django: status, headers, bytes."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from continuity.core.headers import router_headers

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

TEXT, HTML, STREAM = b"text/plain; charset=utf-8", b"text/html; charset=utf-8", b"text/event-stream"


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by lower-case name; of one sent twice both values, joined as HTTP says."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def asked_of(scope: Scope) -> dict[bytes, bytes]:
    """The same as bytes, as an answer that is ready asks for them."""
    return {name.encode(): value.encode("latin-1") for name, value in headers_of(scope).items()}


async def begin(send: Send, status: int, kind: bytes, more: Iterable[Header] = ()) -> None:
    """Send status and headers, the portal's security headers among them."""
    headers = [(b"content-type", kind), *more, *router_headers()]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def answer(
    send: Send, status: int, body: bytes, kind: bytes = TEXT, more: Mapping[bytes, bytes] | None = None
) -> None:
    """Send a whole answer. The server leaves the body out where HEAD was asked."""
    length = {} if status == 304 else {b"content-length": str(len(body)).encode()}  # noqa: PLR2004 - not modified
    fresh = {b"cache-control": b"no-store", **length, **(more or {})}
    await begin(send, status, kind, fresh.items())
    await send({"type": "http.response.body", "body": body})
