"""A web process: it answers requests on a listening socket that outlives it."""

import os
import socket
from contextlib import suppress

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ENTRY = "continuity.asgi:application"
ARRIVES_WITHIN = 0.5  # seconds that a process which stops waits for the first request on a connection


class Patient(HttpToolsProtocol):
    """A connection that a process which is told to stop keeps a moment longer, until its first request is here.

    uvicorn closes it at once, though a form may be on its way, which no proxy sends a second time.
    """

    def shutdown(self) -> None:
        if self.cycle is None:  # no request yet
            self.loop.call_later(ARRIVES_WITHIN, super().shutdown)
        else:
            super().shutdown()


def serve(listener: int, *, grace: int) -> None:
    """Answer requests until told to end; what is open then has `grace` seconds."""
    uvicorn.run(
        ENTRY,
        fd=listener,
        http=Patient,
        timeout_graceful_shutdown=grace,
        access_log=False,
        log_level="warning",
        # The portal reads forwarded addresses itself, from configured proxies only.
        proxy_headers=False,
        server_header=False,
    )


def tell_ready() -> None:
    """Tell systemd that this process answers, where one waits to hear it: sd_notify(3)."""
    if address := os.environ.get("NOTIFY_SOCKET", ""):
        # Where nobody listens any more, the process serves all the same.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            # An address that begins with @ is a name of the kernel's and no file.
            line.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
