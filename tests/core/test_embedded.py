"""The portal's own servers: as root and as a normal user, after a kill, and never twice over one folder."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from continuity.core import embedded
from continuity.core.dwellings import SOCKET_LIMIT, account_for
from continuity.core.embedded import Postgres, Valkey
from continuity.core.processes import Account, Trace, wait_until
from continuity.core.servers import ServerFailed
from tests.processes.persons import as_a_normal_user

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user PostgreSQL runs as may reach, which pytest's own is not when we are root."""
    with tempfile.TemporaryDirectory(prefix="portal-embedded-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One server for the tests that leave it running, as it was when they found it."""
    postgres = Postgres(Path(tempfile.mkdtemp(prefix="portal-embedded-")), throwaway=True)
    postgres.start()
    yield postgres
    postgres.discard()


def asked(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def note(url: str, words: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (words text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [words])


def test_what_was_committed_is_there_after_a_stop_and_a_start(server: Postgres) -> None:
    note(server.url, "kept")

    server.stop()
    url = server.start()

    assert asked(url, "SELECT count(*) FROM notes WHERE words = 'kept'") == 1


def test_it_counts_in_utc_and_has_the_extensions_the_portal_uses(server: Postgres) -> None:
    available = asked(
        server.url,
        "SELECT count(*) FROM pg_available_extensions"
        " WHERE name IN ('btree_gist', 'pg_trgm', 'unaccent', 'citext')",
    )

    assert asked(server.url, "SHOW timezone") == "UTC"
    assert available == 4


def test_it_listens_on_no_network(server: Postgres) -> None:
    assert asked(server.url, "SHOW listen_addresses") == ""


def test_it_never_runs_as_root(server: Postgres) -> None:
    assert server.child is not None
    runner = Path(f"/proc/{server.child.pid}").stat().st_uid

    assert runner == (pwd.getpwnam("nobody").pw_uid if IS_ROOT else os.geteuid())
    assert (server.data.stat().st_mode & 0o777) == 0o700


def test_a_second_server_over_the_same_folder_is_refused(server: Postgres) -> None:
    with pytest.raises(ServerFailed, match="already runs for another process"):
        Postgres(server.directory).start()

    assert asked(server.url, "SELECT 1") == 1


def test_it_recovers_when_its_process_was_killed(server: Postgres) -> None:
    note(server.url, "before the kill")
    assert server.child is not None

    server.child.kill()
    server.child.wait()
    url = server.restart()

    assert asked(url, "SELECT count(*) FROM notes WHERE words = 'before the kill'") == 1


def test_it_starts_over_a_postmaster_file_whose_number_another_process_has_now(server: Postgres) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")

    url = server.start()

    assert asked(url, "SELECT 1") == 1


def test_it_starts_again_after_everything_was_killed(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from continuity.core.embedded import Postgres;"
        "s = Postgres(Path(sys.argv[1])); print(s.start(), s.child.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(folder / "postgres")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url, pid = parent.stdout.readline().split()
        note(url, "before the kill")
        os.kill(int(pid), signal.SIGKILL)
        parent.kill()

    with Postgres(folder / "postgres") as server:
        assert asked(server.url, "SELECT words FROM notes") == "before the kill"


def test_a_server_whose_parent_was_killed_does_not_stay(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from continuity.core.embedded import Postgres;"
        "s = Postgres(Path(sys.argv[1]), throwaway=True); s.start(); print(s.child.pid, flush=True);"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(folder / "postgres")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    assert wait_until(lambda: Trace.of(pid) is None, within=20)


def test_a_long_path_does_not_make_a_long_socket(folder: Path) -> None:
    deep = folder / ("ward-" * 12) / ("clinic-" * 8)
    with Postgres(deep / "postgres", throwaway=True) as server:
        answer = asked(server.url, "SELECT 1")
        sockets = server.sockets
        server.discard()

    assert answer == 1
    assert len(str(sockets / ".s.PGSQL.5432")) < SOCKET_LIMIT
    assert not sockets.exists()


def test_a_folder_that_only_root_may_enter_is_left_for_one_outside(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    said: list[str] = []
    server = Postgres(tmp_path / "clone" / "postgres", throwaway=True, say=said.append)

    try:
        answer = asked(server.start(), "SELECT 1")
        home = server.home
    finally:
        server.discard()

    assert answer == 1
    assert (home == tmp_path / "clone" / "postgres") is not IS_ROOT
    assert [word for word in said if str(home) in word] == (said if IS_ROOT else [])
    assert not home.exists()


def test_both_servers_work_for_a_normal_user(monkeypatch: pytest.MonkeyPatch) -> None:
    let_programs_be_reached(monkeypatch)

    def both(folder: Path) -> None:
        with Postgres(folder / "postgres") as postgres, Valkey(folder / "valkey") as valkey:
            assert asked(postgres.url, "SELECT current_user") == "portal"
            assert client_of(valkey).ping()
            assert postgres.child is not None
            assert Path(f"/proc/{postgres.child.pid}").stat().st_uid == os.geteuid() != 0
        assert Trace.of(postgres.child.pid if postgres.child else 0) is None

    as_a_normal_user(both)


def let_programs_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this clone is root's alone, a normal user is lent the programs that root's servers use."""
    account: Account | None = account_for(Path("/nowhere"))
    programs, program = embedded._programs_of_postgres(account), embedded._program_of_valkey(account)
    monkeypatch.setattr(embedded, "_programs_of_postgres", lambda _: programs)
    monkeypatch.setattr(embedded, "_program_of_valkey", lambda _: program)


def client_of(server: Valkey) -> "redis.Redis":
    return redis.Redis(unix_socket_path=str(server.socket))


def test_valkey_answers_on_its_socket_and_is_not_stolen_by_a_second(folder: Path) -> None:
    with Valkey(folder / "valkey") as first:
        client_of(first).set("key", "value")

        with pytest.raises(ServerFailed, match="already runs"):
            Valkey(folder / "valkey").start()

        assert client_of(first).get("key") == b"value"
        assert first.url == f"redis+socket://{first.socket}?virtual_host=0"


def test_valkey_starts_over_the_socket_of_a_killed_one(folder: Path) -> None:
    with Valkey(folder / "valkey") as server:
        assert server.child is not None
        server.child.kill()
        server.child.wait()

        server.restart()

        assert client_of(server).ping()
