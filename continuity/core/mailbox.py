"""Mail that a sample portal sends: caught on this machine, kept as files, never passed on.

`python -m continuity.core.mailbox DESCRIPTOR FOLDER` catches it on a listening socket that its parent handed down.
"""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from continuity.core.letters import letters

KEPT = 500  # letters; the oldest give way, so that a portal left running does not fill the disk
LARGEST = 10 * 1024 * 1024  # bytes of one letter, as mail servers commonly allow


class Sink:
    """Writes every letter that arrives into a folder, newest last by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.count = 0

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one letter with the addresses it was really sent to."""
        keep(envelope.original_content or b"", to=envelope.rcpt_tos, folder=self.folder, count=self.count)
        self.count += 1
        return "250 Kept"


def keep(content: bytes, *, to: list[str], folder: Path, count: int) -> Path:
    """Write one letter, whole or not at all, and let go of the oldest beyond KEPT."""
    name = f"{time.time_ns()}-{count}.eml"
    fresh = folder / f"{name}.part"
    addresses = ", ".join(re.sub(r"[\r\n]", "", address) for address in to)
    fresh.write_bytes(b"X-Envelope-To: " + addresses.encode() + b"\r\n" + content)
    fresh.rename(folder / name)
    for old in letters(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return folder / name


def serve(listener: socket.socket, folder: Path) -> None:
    """Catch mail on a listening socket until SIGTERM or SIGINT."""
    asyncio.run(_serve(listener, Sink(folder)))


async def _serve(listener: socket.socket, sink: Sink) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    server = await loop.create_server(lambda: _protocol(sink, loop), sock=listener)
    await stop.wait()
    server.close()


def _protocol(sink: Sink, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(sink, hostname="localhost", data_size_limit=LARGEST, enable_SMTPUTF8=True, loop=loop)


def loopback_listener(port: int = 0) -> socket.socket:
    """A listening socket that only this machine reaches; port 0 takes any that is free."""
    return socket.create_server(("127.0.0.1", port))


def main(descriptor: str, folder: str) -> None:
    """Catch mail until told to end; the socket is a parent's, by number."""
    with socket.socket(fileno=os.dup(int(descriptor))) as listener:
        serve(listener, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
