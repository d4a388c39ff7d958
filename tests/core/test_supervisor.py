"""Processes that are kept running, ended in order, and one portal a folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from continuity.core.children import FIRST_PAUSE, LONGEST_PAUSE, STEADY, Child, Watch, stop_together, trim
from continuity.core.processes import LOG_LIMIT, Trace, spawn, wait_until
from continuity.core.sole import AlreadyRunning, end_strays, mark_of, sole, stop_running

pytestmark = pytest.mark.processes

LIVES = "import time; print('up', flush=True); time.sleep(60)"
Run = Callable[[], object]


def lives() -> None:
    os.write(1, b"up\n")
    time.sleep(60)


def dies() -> None:
    sys.exit(3)


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    lives()


def begun(folder: Path, run: Run, name: str = "Web 1") -> Child:
    child = Child(name, "portal web-1", run, folder, folder / f"{name}.log", folder / f"{name}.pid")
    child.start()
    assert wait_until(lambda: child.log.read_bytes() != b"" or child.ended is not None, within=30)
    return child


def test_nothing_is_said_of_a_process_that_runs(tmp_path: Path) -> None:
    child = begun(tmp_path, lives)

    word = Watch(child).look(time.monotonic())

    child.stop(within=0)
    assert word == ""


def test_a_process_runs_where_no_trace_of_it_can_be_written(tmp_path: Path) -> None:
    log, trace = tmp_path / "web.log", tmp_path / "no folder" / "web-1.pid"
    child = Child("Web 1", "portal web-1", lives, tmp_path, log, trace)

    child.start()
    has_begun = wait_until(lambda: log.read_bytes() == b"up\n", within=30)

    child.stop(within=0)
    assert has_begun


def test_a_process_that_dies_starts_again_after_a_pause(tmp_path: Path) -> None:
    child, now = begun(tmp_path, dies), time.monotonic()
    watch = Watch(child, since=now)

    said = [watch.look(now), watch.look(now + FIRST_PAUSE / 2), watch.look(now + FIRST_PAUSE)]

    assert said == ["Web 1 ended by itself (exit code 3). It starts again in 1 s.", "", "Web 1 runs again."]
    child.stop(within=5)


def test_a_process_that_keeps_dying_is_given_longer_pauses(tmp_path: Path) -> None:
    child, now = begun(tmp_path, dies), time.monotonic()
    watch = Watch(child, since=now)

    pauses = []
    for _ in range(7):
        assert wait_until(lambda: child.ended is not None, within=30)
        watch.look(now)
        pauses.append(watch.pause)
        now += watch.pause
        watch.look(now)
    child.stop(within=5)

    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_process_that_ran_for_a_while_starts_again_soon(tmp_path: Path) -> None:
    child, now = begun(tmp_path, dies), time.monotonic()
    watch = Watch(child, since=now - STEADY - 1, pause=LONGEST_PAUSE)

    word = watch.look(now)

    assert word.endswith("It starts again in 1 s.")


def test_a_process_that_was_killed_is_said_to_be(tmp_path: Path) -> None:
    child = begun(tmp_path, lives)
    assert child.process is not None
    child.process.send_signal(signal.SIGKILL)
    child.process.wait()

    assert "signal SIGKILL" in Watch(child).look(time.monotonic())


def test_a_group_is_asked_at_once_and_killed_when_its_time_is_up(tmp_path: Path) -> None:
    group = [begun(tmp_path, stubborn, f"Web {number}") for number in range(3)]
    traces = [Trace.of(child.process.pid) for child in group if child.process]
    began = time.monotonic()

    stop_together(group, by=began + 0.5)

    assert time.monotonic() - began < 5
    assert len(traces) == 3
    assert not any(trace.alive for trace in traces if trace)


def test_a_long_log_is_set_aside_while_its_process_writes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab") as writer:
        writer.write(b"x" * (LOG_LIMIT + 1))
        writer.flush()

        trim(log)
        writer.write(b"after")

    assert log.read_bytes() == b"after"
    assert (tmp_path / "web.log.1").stat().st_size == LOG_LIMIT + 1


def test_a_second_portal_over_one_folder_is_told_which_runs(tmp_path: Path) -> None:
    with (
        sole(tmp_path),
        pytest.raises(AlreadyRunning, match=rf"already running .*process {os.getpid()}"),
        sole(tmp_path),
    ):
        pass


def test_the_folder_is_free_when_its_portal_is_gone(tmp_path: Path) -> None:
    with sole(tmp_path):
        pass

    with sole(tmp_path) as file:
        assert file.exists()


def test_the_lock_of_a_killed_portal_holds_nobody_up(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from continuity.core.sole import sole\n"
        "with sole(Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", holder, str(tmp_path)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        with pytest.raises(AlreadyRunning), sole(tmp_path):
            pass
        process.kill()

    with sole(tmp_path) as file:
        assert file.exists()


def test_strays_of_this_folder_are_ended_and_those_of_others_are_not(tmp_path: Path) -> None:
    def stray(folder: Path) -> subprocess.Popen[bytes]:
        name, _, value = mark_of(folder).partition("=")
        return spawn([sys.executable, "-c", LIVES], env={**os.environ, name: value})

    ours, other = stray(tmp_path), stray(tmp_path / "other")

    assert end_strays(tmp_path) == 1
    assert ours.wait(timeout=10) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()


def test_there_is_nothing_to_stop_where_nothing_runs(tmp_path: Path) -> None:
    assert stop_running(tmp_path) is False
