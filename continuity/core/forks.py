"""Processes forked from one that has loaded everything: they share its memory for as long as nobody writes to it."""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import inf
from types import FrameType
from typing import IO, Any, NoReturn

from continuity.core.processes import follow, wait_until

FAILED = 1  # exit code of a process that ended by an error
# What a parent does when it is told to stop, its children must not do.
OWN_SIGNALS: Mapping[signal.Signals, Callable[[int, FrameType | None], Any] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


class Forked:
    """A child that was forked, with as much of `subprocess.Popen` as it takes to watch and to end it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once it has ended. Raises subprocess.TimeoutExpired after so many seconds."""
        if not wait_until(lambda: self.poll() is not None, within=inf if timeout is None else timeout):
            raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0)
        return self.returncode or 0

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def fork(run: Callable[[], object], *, log: IO[bytes], keeps: Sequence[int] = ()) -> Forked:
    """Start a child that runs a function and ends with it; its parent has no threads, and no connection of its own.

    Like a command that is started anew it leads a session, reads nothing, writes to `log`, holds none of its parent's
    descriptors but those in `keeps`, and is ended by the kernel when its parent dies.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    # None is lost on a child that still has its parent's answer to it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OWN_SIGNALS)
    pid = os.fork()
    if pid == 0:
        _become(run, parent, before, log.fileno(), keeps)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return Forked(pid)


def _become(
    run: Callable[[], object], parent: int, mask: set[int | signal.Signals], log: int, keeps: Sequence[int]
) -> NoReturn:
    """Never returns, nor lets an error reach what the parent would do about it."""
    code = FAILED
    try:
        os.setsid()
        for sign, answer in OWN_SIGNALS.items():
            signal.signal(sign, answer)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _take_descriptors(log, keeps)
        follow(parent, signal.SIGTERM)()
        run()
        code = 0
    except SystemExit as wish:
        code = wish.code if isinstance(wish.code, int) else int(wish.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _take_descriptors(log: int, keeps: Sequence[int]) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for descriptor in map(int, os.listdir("/dev/fd")):
        if descriptor > 2 and descriptor not in keeps:  # noqa: PLR2004 - the standard ones
            with suppress(OSError):  # the one that listed them
                os.close(descriptor)
