"""A mail server in a process of its own, which takes everything and keeps nothing but a count."""

import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notifications.conftest import free_port


class Counter:
    """Answers yes to every letter."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 Kept"


class Sink:
    """`with Sink() as sink:` a mail server on a free port of this machine, in a process of its own."""

    host = "127.0.0.1"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.sink"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(10)


def main() -> None:
    """Serve until the process that started this one is gone."""
    controller = Controller(Counter(), hostname=Sink.host, port=free_port(), server_hostname="localhost")
    controller.start()
    print(controller.port, flush=True)  # noqa: T201 - how it says where it is
    while sys.stdin.read(1):
        time.sleep(0)
    controller.stop()


if __name__ == "__main__":
    main()
