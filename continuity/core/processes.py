"""Child processes that never outlive the one who started them, and how to find those that did."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, Self

PR_SET_PDEATHSIG = 1  # prctl(2): the kernel sends this process a signal when its parent dies
PR_SET_NAME = 15  # prctl(2): what `ps` calls it, of 15 bytes at most
LOG_LIMIT = 5 * 1024 * 1024  # bytes; a log that grew past this is set aside once and begun again
POLL = 0.02  # seconds between two looks at something that is about to change

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """A user of this machine that a child process runs as."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True)
class Trace:
    """A process, told from a later one with the same number by the instant it was born."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The trace of a living process, None when there is none (zombies are not living)."""
        with contextlib.suppress(OSError):
            state, born = _stat(pid)
            if state != "Z":
                return cls(pid, f"{_boot()}/{born}")
        return None

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """The trace that was written to a file, None when there is none that can be read."""
        with contextlib.suppress(OSError, ValueError):
            pid, born = file.read_text().split()
            return cls(int(pid), born)
        return None

    def write(self, file: Path) -> None:
        file.write_text(f"{self.pid} {self.born}\n")

    @property
    def alive(self) -> bool:
        return Trace.of(self.pid) == self


def spawn(
    command: Sequence[str | Path],
    *,
    log: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | str = "/",
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    on_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that a Ctrl-C in the terminal reaches only its parent.

    When the parent dies without a word the kernel sends the child `on_orphaned`.
    """
    output: IO[bytes] | int = log if log is not None else subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 - the commands are the portal's own
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        pass_fds=tuple(pass_fds),
        preexec_fn=follow(os.getpid(), on_orphaned),  # noqa: PLW1509 - one system call, no Python locks taken
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=None if account is None else [],
    )


class Process(Protocol):
    """A child that can be watched and ended: one that was started by a command, or forked."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


def end(child: Process, *, within: float, ask: signal.Signals | None = signal.SIGTERM) -> bool:
    """Ask a child to end (None: it was asked), and kill what is left of its group after `within` seconds.

    Answers whether it ended when asked.
    """
    if ask is not None and child.poll() is None:
        child.send_signal(ask)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=max(within, 0))
    willing = child.poll() is not None
    kill_group(child.pid)
    child.wait()
    return willing


def kill_group(pid: int) -> None:
    """Kill whatever is left of the group that a child of ours led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_stray(trace: Trace, *, within: float, ask: signal.Signals = signal.SIGTERM) -> bool:
    """End a process that an earlier, dead parent left behind. Answers whether there was one."""
    if not trace.alive:
        return False
    for sign, patience in ((ask, within), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(trace.pid, sign)
        if wait_until(lambda: not trace.alive, within=patience):
            break
    kill_group(trace.pid)
    return True


def marked(mark: str) -> list[Trace]:
    """The living processes, other than this one, that have `mark` (NAME=value) in their environment.

    Processes of other users are only seen by root.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                mark.encode() in (folder / "environ").read_bytes().split(b"\0")
                and int(folder.name) != os.getpid()
            ):
                found.append(Trace.of(int(folder.name)))
    return [trace for trace in found if trace]


def follow(parent: int, sign: signal.Signals) -> Callable[[], None]:
    """What a child calls to be sent `sign` when its parent dies without a word."""

    def following() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(sign))
            if os.getppid() != parent:  # it died between fork and prctl
                os.kill(os.getpid(), sign)

    return following


def rename(title: str) -> None:
    """Have `ps` call this process so, where the system can."""
    if _libc is not None:
        _libc.prctl(PR_SET_NAME, title.encode())


def wait_until(true: Callable[[], bool], *, within: float, every: float = POLL) -> bool:
    """Look `every` so many seconds until something is true, or `within` seconds have passed. Answers whether it is."""
    give_up = time.monotonic() + within
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(every)
    return True


def open_log(file: Path) -> IO[bytes]:
    """A log opened for appending; one that grew too long is set aside as `.1` first."""
    if file.exists() and file.stat().st_size > LOG_LIMIT:
        file.replace(file.with_suffix(file.suffix + ".1"))
    return file.open("ab")


def last_lines(file: Path, count: int = 5) -> str:
    """The end of a log, for a message about why something did not start."""
    with contextlib.suppress(OSError):
        return "\n".join(file.read_text(errors="replace").splitlines()[-count:])
    return ""


def _stat(pid: int) -> tuple[str, str]:
    """State letter and start time (clock ticks after boot) from proc(5); the name may hold anything."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], fields[19]


def _boot() -> str:
    """This boot of the machine: start times count from it."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return "-"
