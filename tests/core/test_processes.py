"""Child processes: told apart, ended, and found again when their parent is gone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from continuity.core.processes import LOG_LIMIT, Trace, end, end_stray, marked, open_log, spawn, wait_until

pytestmark = pytest.mark.processes

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def started(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with open_log(log) as output:
        child = spawn(command, log=output)
    assert wait_until(lambda: b"up" in log.read_bytes(), within=30)
    return child


def test_a_child_that_listens_ends_when_asked(tmp_path: Path) -> None:
    child = started(SLEEP, tmp_path / "log")

    assert end(child, within=10) is True
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    child = started([sys.executable, "-c", STUBBORN], tmp_path / "log")

    assert end(child, within=0.2) is False
    assert child.returncode == -signal.SIGKILL


def test_what_a_child_started_itself_ends_with_it(tmp_path: Path) -> None:
    family = (
        "import subprocess, sys, time;"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, 'up', flush=True);"
        "time.sleep(60)"
    )
    child = started([sys.executable, "-c", family], tmp_path / "log")
    grandchild = int((tmp_path / "log").read_text().split()[0])

    end(child, within=10)

    assert wait_until(lambda: Trace.of(grandchild) is None, within=10)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = (
        "import sys, time; from continuity.core.processes import spawn;"
        "print(spawn([sys.executable, '-c', 'import time; time.sleep(60)']).pid, 'up', flush=True);"
        "time.sleep(60)"
    )
    with open_log(tmp_path / "log") as log:
        process = spawn([sys.executable, "-c", parent], log=log, cwd=Path(__file__).parents[2])
    assert wait_until(lambda: b"up" in (tmp_path / "log").read_bytes(), within=30)
    child = int((tmp_path / "log").read_text().split()[0])

    process.kill()
    process.wait()

    assert wait_until(lambda: Trace.of(child) is None, within=10)


def test_a_process_is_not_taken_for_a_later_one_with_its_number() -> None:
    trace = Trace.of(os.getpid())

    assert trace is not None
    assert trace.alive
    assert not Trace(trace.pid, "another-boot/1").alive


def test_a_trace_is_read_back_from_its_file(tmp_path: Path) -> None:
    trace = Trace.of(os.getpid())
    assert trace is not None

    trace.write(tmp_path / "pid")

    assert Trace.read(tmp_path / "pid") == trace


@pytest.mark.parametrize("content", ["", "x y", "1 2 3", "seven"])
def test_a_damaged_trace_is_no_trace(content: str, tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(content)

    assert Trace.read(tmp_path / "pid") is None


def test_strays_are_found_by_their_mark_and_nobody_else_is() -> None:
    mark = f"PORTAL_OF=/portal/{os.getpid()}"
    name, _, value = mark.partition("=")
    ours = spawn(SLEEP, env={**os.environ, name: value})
    other = spawn(SLEEP, env={**os.environ, name: f"{value}/other"})

    found = [trace.pid for trace in marked(mark)]

    assert found == [ours.pid]
    for child in (ours, other):
        end(child, within=5)


def test_a_stray_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    child = started([sys.executable, "-c", STUBBORN], tmp_path / "log")
    trace = Trace.of(child.pid)
    assert trace is not None

    assert end_stray(trace, within=0.2) is True
    assert child.wait(timeout=10) == -signal.SIGKILL
    assert end_stray(trace, within=0.2) is False


def test_a_log_that_grew_too_long_is_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LOG_LIMIT + 1))

    open_log(log).close()

    assert log.stat().st_size == 0
    assert (tmp_path / "web.log.1").stat().st_size == LOG_LIMIT + 1


def test_waiting_gives_up() -> None:
    began = time.monotonic()

    assert wait_until(lambda: False, within=0.1) is False
    assert time.monotonic() - began < 5
