"""One portal a data folder: the lock that says so, who holds it, and what a killed one left behind."""

import contextlib
import fcntl
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from continuity.core.processes import Trace, end_stray, marked, wait_until

STRAYS_END = 5.0  # seconds that a process left behind is given before it is killed
RUNNING = "running"  # the folder with a trace of each process that was forked
STOP_LIMIT = 15.0  # seconds a portal that was asked to stop may take: ten, and some for a busy machine


class AlreadyRunning(Exception):
    """Another portal runs over this folder; the message says which."""


def mark_of(data: Path) -> str:
    """What a process that a portal starts carries in its environment, so that its strays are known for certain."""
    return f"PORTAL_OF={data.absolute()}"


@contextlib.contextmanager
def sole(data: Path) -> Iterator[Path]:
    """Be the only portal over a folder while the block runs; yields the file that says who we are.

    Raises AlreadyRunning. The lock is the kernel's: it cannot outlive its process.
    """
    file = data / "portal.lock"
    lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"The portal is already running in this clone{_whereabouts(data)}."
            ) from None
        if trace := Trace.of(os.getpid()):
            trace.write(file)
        yield file
    finally:
        os.close(lock)


def trace_of(data: Path, name: str) -> Path:
    """The file that says which process a part of the portal is, in a folder that is there."""
    folder = data / RUNNING
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.pid"


def processes_of(data: Path) -> list[Trace]:
    """The living processes of the portal over a folder: those that carry its mark, and those that left a trace."""
    traces = [Trace.read(file) for file in (data / RUNNING).glob("*.pid")]
    return [*marked(mark_of(data)), *(trace for trace in traces if trace and trace.alive)]


def end_strays(data: Path) -> int:
    """End what a killed portal left running over a folder we now hold. Answers how many there were."""
    return sum(end_stray(trace, within=STRAYS_END) for trace in processes_of(data))


def stop_running(data: Path) -> bool:
    """Ask the portal that runs over a folder to stop, and wait for it. Answers whether there was one."""
    trace = Trace.read(data / "portal.lock")
    if trace is None or not trace.alive:
        return False
    os.kill(trace.pid, signal.SIGTERM)
    wait_until(lambda: not trace.alive, within=STOP_LIMIT)
    return True


def _whereabouts(data: Path) -> str:
    trace = Trace.read(data / "portal.lock")
    return f" (process {trace.pid})" if trace else ""
