"""A server of the portal's own: one process over one folder, taken by a lock for as long as it runs."""

import fcntl
import os
import shutil
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Self

from continuity.core.dwellings import account_for, settle, socket_room
from continuity.core.processes import Trace, end, end_stray, last_lines, open_log, spawn, wait_until

START_LIMIT = 60.0  # seconds; recovery after a kill replays at most a checkpoint's worth of log
STOP_LIMIT = 5.0  # seconds a server is given before it is killed


Say = Callable[[str], None]


class ServerFailed(Exception):
    """A server that did not start; the message says which and why."""


class Server(ABC):
    """One server process over one folder, taken by a lock for as long as it runs."""

    name: ClassVar[str]
    farewell: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(
        self,
        directory: Path,
        *,
        throwaway: bool = False,
        say: Say = lambda _: None,
        unless: Callable[[], bool] = lambda: False,
    ) -> None:
        """A server over `directory`; `unless` becomes true when nobody waits for its start any more."""
        self.directory = directory.absolute()
        self.throwaway = throwaway
        self.say = say
        self.unless = unless
        self.child: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The address that Django or Celery is given."""

    @abstractmethod
    def _command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def _ready(self, child: subprocess.Popen[bytes]) -> bool: ...

    @abstractmethod
    def _prepare(self) -> None:
        """Make what the server needs before it starts."""

    def start(self) -> str:
        """Start the server, recovering from a kill, and answer its address once it takes connections.

        Raises ServerFailed, or Unreachable where no folder or user can be had.
        """
        self.account = account_for(self.directory / "data")
        self.home = settle(self.directory, self.account)
        if self.home != self.directory:
            self.say(f"{self.name} lives in {self.home}: only root may enter this clone.")
        self._take_lock()
        try:
            self._end_stray()
            self.sockets = socket_room(self.home, self.account)
            self._prepare()
            self._launch()
        except BaseException:
            self.stop()
            raise
        return self.url

    def restart(self) -> str:
        """Start again after the process died by itself."""
        self._reap()
        self._launch()
        return self.url

    @property
    def ended(self) -> int | None:
        """The exit code of the process, None while it runs or before it was started."""
        return None if self.child is None else self.child.poll()

    def ask_to_end(self) -> None:
        """Tell the process to end without waiting for it."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(self.farewell)

    def stop(self, within: float = STOP_LIMIT) -> None:
        """End the server, keep its data, let go of the lock. Does nothing when it does not run."""
        if self.child is not None:
            end(self.child, within=within, ask=self.farewell)
            self.child = None
            self._trace.unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def discard(self) -> None:
        """Stop the server and remove everything it kept, wherever that is."""
        self.stop()
        for folder in {
            self.directory,
            getattr(self, "home", self.directory),
            getattr(self, "sockets", self.directory),
        }:
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def _trace(self) -> Path:
        return self.home / "server.pid"

    def _launch(self) -> None:
        with open_log(self.log) as log:
            self.child = child = spawn(
                self._command(),
                log=log,
                env=clean_environment(),
                account=self.account,
                on_orphaned=self.farewell,
            )
        if trace := Trace.of(child.pid):
            trace.write(self._trace)
        wait_until(
            lambda: child.poll() is not None or self._ready(child) or self.unless(),
            within=START_LIMIT,
        )
        if child.poll() is not None or not self._ready(child):
            raise ServerFailed(f"{self.name} did not start. {self.log} ends:\n{last_lines(self.log)}")

    def _reap(self) -> None:
        if self.child is not None:
            end(self.child, within=0, ask=self.farewell)

    def _take_lock(self) -> None:
        lock = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ServerFailed(f"{self.name} in {self.home} already runs for another process.") from None
        self._lock = lock

    def _end_stray(self) -> None:
        """We hold the lock, so a server that still runs here has lost its parent."""
        if (trace := Trace.read(self._trace)) and end_stray(trace, within=STOP_LIMIT, ask=self.farewell):
            self.say(f"Ended a {self.name} that was left behind when the portal was killed.")


def clean_environment() -> dict[str, str]:
    """What a server may see of our environment: nothing that would bend it, and none of our secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
