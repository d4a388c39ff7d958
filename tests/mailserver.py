"""A real mail server in a process of its own: it writes down whom each letter was for, and misbehaves when told to."""

import re
import socket
import subprocess
import sys
import tempfile
from asyncio import Transport, sleep
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
# What it does with a letter: takes it; takes it slowly; refuses it for now; takes it, or not, and hangs up unasked.
Mood = Literal["take", "slow", "put off", "take and hang up", "hang up"]
SLOW = 0.05  # seconds
SERVES = "It serves.\n"
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class MailServer:
    """`with MailServer() as server:` one on a free port of this machine."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-mail-"))
        self.journal, self.moods = self.folder / "journal", self.folder / "mood"
        self.hung_up = self.folder / "hung-up"
        for file in (self.journal, self.hung_up):
            file.touch()
        self.port = free_port()
        self.be("take")

    def be(self, mood: Mood) -> None:
        """From the next letter on."""
        fresh = self.moods.with_suffix(".new")
        fresh.write_text(mood)
        fresh.rename(self.moods)

    def letters(self) -> Counter[str]:
        """How many letters each address got."""
        return Counter(line.split()[1] for line in self.journal.read_text().splitlines())

    def by_letter(self) -> Counter[str]:
        """How often each letter came to each address, by its Message-ID and the address."""
        return Counter(self.journal.read_text().splitlines())

    def count(self) -> int:
        """How many letters came in all."""
        return self.journal.read_bytes().count(b"\n")

    def hang_ups(self) -> int:
        """How often it hung up after DATA without an answer."""
        return self.hung_up.read_bytes().count(b"\n")

    @property
    def url(self) -> str:
        """As EMAIL_URL names it."""
        return f"smtp://{HOST}:{self.port}"

    def start(self) -> None:
        """Serve at the port it had, after `die` too."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.mailserver", str(self.folder), str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == SERVES

    def die(self) -> None:
        """Be gone without a word."""
        self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.die()


class Desk:
    """Answers letters as the mood of the moment has it."""

    def __init__(self, folder: Path) -> None:
        self.journal = (folder / "journal").open("a", buffering=1)
        self.hung_up = (folder / "hung-up").open("a", buffering=1)
        self.moods = folder / "mood"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mood = self.moods.read_text()
        if mood == "put off":
            return "451 Not now"
        if mood == "slow":
            await sleep(SLOW)
        if mood != "hang up":
            self.journal.writelines(f"{letter_of(envelope)} {address}\n" for address in envelope.rcpt_tos)
        if mood.endswith("hang up"):
            self.hung_up.write("hung up\n")
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return "250 Kept"


def letter_of(envelope: Envelope) -> str:
    """What its sender calls the letter, the same whenever it sends it again."""
    assert isinstance(envelope.content, bytes)
    found = MESSAGE_ID.search(envelope.content)
    return found[1].decode() if found else "-"


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def main() -> None:
    """Serve until whoever started this closes the line."""
    controller = Controller(
        Desk(Path(sys.argv[1])), hostname=HOST, port=int(sys.argv[2]), server_hostname="localhost"
    )
    controller.start()
    sys.stdout.write(SERVES)
    sys.stdout.flush()
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main()
