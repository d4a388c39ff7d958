"""The whole portal on one machine: it starts, stays up, stops, and gets over being killed."""

import os
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from continuity.core.embedded import Postgres
from continuity.core.processes import wait_until
from tests.clusters import copy
from tests.processes.portals import COMMAND, PATIENCE, SAID, Portal

pytestmark = [
    pytest.mark.processes,
    pytest.mark.enable_socket,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("processes"),
]

STOP_LIMIT = 10.0  # seconds, as promised to whoever runs it


@pytest.fixture(scope="module")
def first(begun: Path) -> Portal:
    """A portal that was started in an empty folder, and stopped: what later ones begin with."""
    portal = Portal(begun)
    portal.lines = (begun / SAID).read_text().splitlines()
    return portal


@pytest.fixture(scope="module")
def running(first: Portal) -> Iterator[Portal]:
    """One portal for the tests that leave it running."""
    portal = Portal.like(first).start().ready()
    yield portal
    portal.discard()


@pytest.fixture
def portal(first: Portal) -> Iterator[Portal]:
    """A portal for one test, which starts it."""
    portal = Portal.like(first)
    yield portal
    portal.discard()


@pytest.fixture
def keys_are_heard() -> Iterator[None]:
    """What a test starts listens to Ctrl-C, also where a shell in the background told the tests not to."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_it_says_where_it_is_and_answers_there(running: Portal) -> None:
    assert running.answers()
    assert running.written["PUBLIC_URL"] == running.url.rstrip("/")


def test_it_tells_in_plain_words_what_it_does(first: Portal) -> None:
    said = [line.strip() for line in first.lines if "lives in" not in line]

    assert said[:4] == [
        "Starting PostgreSQL.",
        "Starting Valkey.",
        "Bringing the database up to date.",
        "Starting web pages, worker and mail catcher.",
    ]
    assert said[-2:] == ["Stopping.", "Stopped."]


def test_two_web_processes_share_the_port(running: Portal) -> None:
    assert len(running.named("portal web")) == 2


def test_only_its_owner_may_read_its_secrets(running: Portal) -> None:
    assert stat.S_IMODE((running.data / "portal.env").stat().st_mode) == 0o600


def test_the_commands_beside_it_find_its_database(running: Portal) -> None:
    with psycopg.connect(running.written["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) > 0 FROM django_migrations").fetchone()

    assert row == (True,)


def test_a_second_one_over_the_same_folder_says_that_one_is_running(running: Portal) -> None:
    second = Portal(running.data).start()

    assert second.wait() != 0
    assert f"already running in this clone (process {running.process.pid})" in second.said
    assert running.answers()


def test_a_busy_port_is_said_and_port_is_named(running: Portal, portal: Portal) -> None:
    port = running.written["PORT"]

    portal.start(PORT=port)

    assert portal.wait() != 0
    assert f"Port {port} is in use by another program. Choose another: PORT=8080 make run" in portal.said
    assert portal.processes() == []


def test_the_sample_is_not_opened_to_other_computers_with_the_known_password(portal: Portal) -> None:
    portal.start(HOST="0.0.0.0", SAMPLE="on")  # noqa: S104 - refused before it listens

    assert portal.wait() != 0
    assert "Set SAMPLE_PASSWORD" in portal.said


@pytest.mark.parametrize("name", ["portal web", "portal worker", "portal mail", "valkey-server", "postgres"])
def test_a_process_that_is_killed_starts_again_and_it_is_said(name: str, running: Portal) -> None:
    before, said = running.named(name), len(running.said)

    os.kill(before[0].pid, signal.SIGKILL)

    assert wait_until(lambda: "runs again." in running.said[said:], within=PATIENCE)
    # It takes its name itself, a moment after it was started.
    assert wait_until(lambda: len(running.named(name)) == len(before), within=PATIENCE)
    assert running.named(name) != before
    assert running.answers()


def test_a_stop_leaves_nothing_and_the_next_start_has_the_data(portal: Portal) -> None:
    portal.start().ready()
    note(portal, "kept")

    with an_open_connection(portal):
        seconds = portal.stop()
        left = portal.processes()

    portal.start().ready()
    assert seconds < STOP_LIMIT
    assert left == []
    assert noted(portal) == ["kept"]


def test_it_gets_over_being_killed_with_everything_it_started(portal: Portal) -> None:
    portal.start().ready()
    note(portal, "before the kill")

    for pid in (portal.process.pid, *(trace.pid for trace in portal.processes())):
        os.kill(pid, signal.SIGKILL)
    portal.wait()

    portal.start().ready()
    assert noted(portal) == ["before the kill"]
    assert portal.answers()


def test_what_outlived_a_killed_supervisor_is_ended_by_the_next(portal: Portal) -> None:
    portal.start().ready()
    before = portal.processes()

    portal.process.kill()
    portal.wait()
    portal.start().ready()

    assert not any(trace.alive for trace in before)
    assert len(portal.named("portal web")) == 2


def test_it_can_be_stopped_while_it_starts(portal: Portal) -> None:
    portal.start()
    assert portal.hears("Starting web pages")

    seconds = portal.stop()

    assert seconds < STOP_LIMIT
    assert portal.processes() == []
    assert "Ready" not in portal.said


def test_a_signal_to_make_stops_everything(portal: Portal) -> None:
    portal.start(["make", "-o", "set-up", "run"]).ready()

    seconds = portal.stop()

    assert wait_until(lambda: portal.processes() == [], within=STOP_LIMIT - seconds)
    assert "Stopped." in portal.said


def test_the_keys_that_interrupt_stop_everything(portal: Portal, keys_are_heard: None) -> None:
    portal.start(["make", "-o", "set-up", "run"]).ready()
    began = time.monotonic()

    os.killpg(portal.process.pid, signal.SIGINT)
    portal.wait()

    assert time.monotonic() - began < STOP_LIMIT
    assert portal.processes() == []
    assert "Stopped." in portal.said


def test_a_database_that_is_named_is_used_in_place_of_its_own(first: Portal, portal: Portal) -> None:
    folder = copy(first.data / "postgresql", Path(tempfile.mkdtemp(prefix="portal-elsewhere-")))
    elsewhere = Postgres(folder, throwaway=True)
    try:
        portal.start(DATABASE_URL=elsewhere.start()).ready()

        assert "DATABASE_URL names the server to use" in portal.said
        assert portal.written["DATABASE_URL"] == elsewhere.url
        assert portal.named("postgres") == []
        portal.stop()
    finally:
        elsewhere.discard()


def test_a_database_that_does_not_answer_is_said_in_a_sentence(portal: Portal) -> None:
    portal.start(DATABASE_URL="postgresql://portal@127.0.0.1:1/portal")

    assert portal.wait() != 0
    assert "The database does not answer." in portal.said
    assert "Traceback" not in portal.said
    assert portal.processes() == []


def test_it_stops_what_it_is_told_to_stop(portal: Portal) -> None:
    portal.start().ready()

    stopper = Portal(portal.data).start([*COMMAND, "--stop"])

    assert stopper.wait() == 0
    assert "The portal was stopped." in stopper.said
    assert portal.wait() == 0


def note(portal: Portal, words: str) -> None:
    with psycopg.connect(portal.written["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE notes (words text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [words])


def noted(portal: Portal) -> list[str]:
    with psycopg.connect(portal.written["DATABASE_URL"]) as connection:
        return [row[0] for row in connection.execute("SELECT words FROM notes")]


def an_open_connection(portal: Portal) -> socket.socket:
    """A browser that holds its connection open, as one with a board on the screen does."""
    connection = socket.create_connection(("127.0.0.1", int(portal.written["PORT"])), timeout=30)
    connection.sendall(b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
    connection.recv(1024)
    return connection
