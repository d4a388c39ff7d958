"""One process that is kept running: started, watched, started again after a growing pause, ended."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from continuity.core.forks import Forked, fork
from continuity.core.processes import LOG_LIMIT, Trace, end, kill_group, open_log, rename
from continuity.core.servers import ServerFailed

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a process that died is started again
STEADY = 60.0  # seconds after which a process counts as well, and its next pause is the first again


class Kept(Protocol):
    """What the supervisor keeps running: a child, or a server of our own."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> Path: ...

    @property
    def ended(self) -> int | None: ...

    def restart(self) -> object: ...

    def ask_to_end(self) -> None: ...

    def stop(self, within: float) -> None: ...


@dataclass
class Child:
    """A process of the portal itself, forked from its supervisor, in a session and with a log of its own.

    `title` is what `ps` calls it, of 15 characters at most; `keeps` are the descriptors it is handed down.
    """

    name: str
    title: str
    run: Callable[[], object]
    folder: Path
    log: Path
    trace: Path
    keeps: Sequence[int] = ()
    process: Forked | None = field(default=None, init=False)

    def start(self) -> None:
        with open_log(self.log) as log:
            self.process = fork(self._begin, log=log, keeps=self.keeps)
        if trace := Trace.of(self.process.pid):
            with suppress(OSError):  # a full disk: it is running, and better without a trace than not at all
                trace.write(self.trace)

    def restart(self) -> None:
        """Start again, once nothing is left of the process before, which may have had children."""
        if self.process is not None:
            kill_group(self.process.pid)
        self.start()

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self, within: float) -> None:
        """Wait until the process that was asked to end has ended, and kill it after `within` seconds."""
        if self.process is not None:
            end(self.process, within=within, ask=None)
            self.process = None
            self.trace.unlink(missing_ok=True)

    @property
    def ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def _begin(self) -> object:
        os.chdir(self.folder)
        rename(self.title)
        return self.run()


@dataclass
class Watch:
    """How one kept process has been doing, and what is to be done about it at an instant."""

    kept: Kept
    since: float = field(default_factory=time.monotonic)
    pause: float = FIRST_PAUSE
    due: float | None = None

    def look(self, now: float) -> str:
        """Start the process again if it died and its pause is over. Answers what is to be said about it.

        `now` is in seconds of the monotonic clock, like `since` and `due`.
        """
        if self.due is not None:
            return self._start_again(now) if now >= self.due else ""
        if (code := self.kept.ended) is None:
            return ""
        if now - self.since > STEADY:
            self.pause = FIRST_PAUSE
        self.due = now + self.pause
        return f"{self.kept.name} ended by itself ({_why(code)}). It starts again in {self.pause:.0f} s."

    def _start_again(self, now: float) -> str:
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        try:
            self.kept.restart()
        except (ServerFailed, OSError) as error:
            self.due = now + self.pause
            return f"{self.kept.name} did not start again. Next try in {self.pause:.0f} s. {error}"
        self.since, self.due = now, None
        return f"{self.kept.name} runs again."


def stop_together(group: Iterable[Kept], *, by: float) -> None:
    """Ask all of them to end at once, and kill whoever has not by an instant of the monotonic clock."""
    asked = list(group)
    for kept in asked:
        kept.ask_to_end()
    for kept in asked:
        kept.stop(within=by - time.monotonic())


def trim(log: Path) -> None:
    """Set a log that grew too long aside while its process goes on writing: copied, then emptied in place."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.with_suffix(f"{log.suffix}.1").write_bytes(log.read_bytes())
        with log.open("r+b") as file:
            file.truncate(0)


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
