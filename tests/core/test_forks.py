"""Processes forked from one that has loaded everything: apart from their parent, and sharing what it holds."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from continuity.core.forks import FAILED, Forked, fork
from continuity.core.processes import Trace, open_log, wait_until

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
LOADED = """
import os, sys, threading
from continuity.core.roster import load
before = set(os.listdir("/dev/fd"))
load({**os.environ, "DJANGO_SETTINGS_MODULE": "continuity.settings"})
print(threading.active_count(), set(os.listdir("/dev/fd")) - before, "continuity.asgi" in sys.modules)
"""
PARENT = """
import sys, time
from continuity.core.forks import fork
with open(sys.argv[1], "ab") as log:
    print(fork(lambda: time.sleep(60), log=log).pid, flush=True)
time.sleep(60)
"""


def forked(run: Callable[[], object], log: Path, *keeps: int) -> Forked:
    with open_log(log) as file:
        return fork(run, log=file, keeps=keeps)


def test_it_holds_what_it_was_handed_down_and_nothing_else(tmp_path: Path) -> None:
    kept, other = os.pipe()

    def look() -> None:
        held = [each for each in range(3, 1024) if Path(f"/dev/fd/{each}").exists()]
        os.write(1, f"{held} {os.read(0, 1)!r} {os.getsid(0) == os.getpid()}".encode())

    child = forked(look, tmp_path / "log", kept)

    assert child.wait(timeout=30) == 0
    assert (tmp_path / "log").read_text() == f"[{kept}] b'' True"
    os.close(kept)
    os.close(other)


def test_what_its_parent_does_when_told_to_stop_it_does_not(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    child = forked(signal.pause, tmp_path / "log")
    signal.signal(signal.SIGTERM, before)

    child.send_signal(signal.SIGTERM)

    assert child.wait(timeout=30) == -signal.SIGTERM


def test_an_error_ends_it_and_stands_in_its_log(tmp_path: Path) -> None:
    def fail() -> None:
        sys.stderr = os.fdopen(2, "w")  # pytest keeps the one that was there
        raise ZeroDivisionError("nobody")

    child = forked(fail, tmp_path / "log")

    assert child.wait(timeout=30) == FAILED
    assert "ZeroDivisionError: nobody" in (tmp_path / "log").read_text()


def test_it_is_waited_for_no_longer_than_asked(tmp_path: Path) -> None:
    child = forked(signal.pause, tmp_path / "log")

    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(timeout=0.1)

    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())

        parent.kill()

    assert wait_until(lambda: Trace.of(child) is None, within=30)


def test_a_portal_that_is_loaded_has_no_thread_and_no_connection_that_a_fork_would_share() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert said.split() == ["1", "set()", "True"]
