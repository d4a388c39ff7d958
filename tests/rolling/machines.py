"""Two machines on one: processes behind doors that outlive them, an nginx in front, and the worker.

They are started by the commands that stand in `deploy/systemd`, nginx with `deploy/nginx/portal-nodes.inc`, where the
machines have addresses of this one, and `portal-places.inc`.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from continuity.core.embedded import Postgres, Valkey
from continuity.core.processes import wait_until
from tests.clusters import ROOT
from tests.faults.visitors import Visitor

MACHINES = {"10.0.0.11": "127.0.0.1", "10.0.0.12": "127.0.0.2"}  # as portal-nodes.inc names them, and here
# Ports and seconds, as the units have them.
PORTS, GRACE = {"live": 8001, "pages": 8101}, {"live": 2, "pages": 25}
MORE = 5  # beyond its grace, after which a process is killed
WORKER_ENDS_WITHIN = 60
PROCESSES = 2  # behind each door
READY_WITHIN, GOOD = 60.0, 200
CONFIGURATION = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {nodes}
    server {{ listen 127.0.0.1:{port}; include {places}; }}
}}
"""


@dataclass
class Door:
    """Where the processes of one kind on one machine listen."""

    machine: str
    kind: str

    def __post_init__(self) -> None:
        self.listening = socket.create_server((MACHINES[self.machine], 0), backlog=2048)
        self.listening.set_inheritable(True)

    @property
    def named(self) -> str:
        """As portal-nodes.inc names it."""
        return f"{self.machine}:{PORTS[self.kind]}"

    @property
    def address(self) -> str:
        host, port = self.listening.getsockname()
        return f"{host}:{port}"


class Process:
    """One process by a command of manage.py."""

    def __init__(self, environment: dict[str, str], *words: str, ends_within: int) -> None:
        self.environment, self.words, self.ends_within = environment, words, ends_within
        self.fds = tuple[int, ...]()

    def start(self, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *self.words],
            cwd=ROOT,
            env={**self.environment, **more},
            pass_fds=self.fds,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(self.ends_within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def restart(self) -> None:
        self.stop()
        self.start()


class Web(Process):
    """One that answers requests at a door."""

    def __init__(self, environment: dict[str, str], door: Door) -> None:
        grace, number = GRACE[door.kind], door.listening.fileno()
        words = ("serve", "--fd", str(number), "--grace", str(grace))
        super().__init__(environment, *words, ends_within=grace + MORE)
        self.fds = (number,)

    def start(self, **more: str) -> None:
        """Start it, and return once it says that it answers, as systemd does."""
        name = f"portal-rolling-{uuid4()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hears:
            hears.bind(f"\0{name}")
            hears.settimeout(READY_WITHIN)
            super().start(NOTIFY_SOCKET=f"@{name}", **more)
            assert hears.recv(64) == b"READY=1"


@contextmanager
def servers(post: str) -> Iterator[dict[str, str]]:
    """A PostgreSQL with the sample in it and a broker, as the environment of every process. `post` takes letters."""
    folders = [Path(tempfile.mkdtemp(prefix="portal-rolling-")) for _ in range(3)]
    database, broker = Postgres(folders[0]), Valkey(folders[1])
    try:
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folders[2]),
            "SAMPLE": "on",
            "DATABASE_URL": database.start(),
            "BROKER_URL": broker.start(),
            "EMAIL_URL": post,
            "TRUSTED_PROXIES": "127.0.0.0/8",
            "SECRET_KEY": uuid4().hex * 2,
            "LEDGER_KEY": uuid4().hex * 2,
            "ALLOWED_HOSTS": ",".join(MACHINES.values()),
        }
        prepare = [sys.executable, "manage.py", "prepare_database"]
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield environment
    finally:
        database.discard()
        broker.discard()
        shutil.rmtree(folders[2])


@contextmanager
def running(environment: dict[str, str]) -> Iterator[tuple[list[Door], list[Process]]]:
    """Every process of two machines, in the order in which a new version starts them again: the worker last."""
    doors = [Door(machine, kind) for machine in MACHINES for kind in ("pages", "live")]
    found: list[Process] = [Web(environment, door) for door in doors for _ in range(PROCESSES)]
    timetable = ("--schedule", f"{environment['DATA_DIR']}/schedule")
    found.append(Process(environment, "work", *timetable, ends_within=WORKER_ENDS_WITHIN))
    started = list[Process]()
    try:
        for process in found:
            started.append(process)
            process.start()
        yield doors, found
    finally:
        for process in started:
            process.stop()
        for door in doors:
            door.listening.close()


@contextmanager
def front(doors: list[Door]) -> Iterator[int]:
    """An nginx before the doors, by its port on 127.0.0.1. What it had to say against them goes to standard error."""
    folder = Path(tempfile.mkdtemp(prefix="portal-nginx-"))
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nodes = (ROOT / "deploy/nginx/portal-nodes.inc").read_text()
    for door in doors:
        nodes = nodes.replace(door.named, door.address)
    places, written = ROOT / "deploy/nginx/portal-places.inc", folder / "nginx.conf"
    written.write_text(CONFIGURATION.format(folder=folder, port=port, nodes=nodes, places=places))
    process = subprocess.Popen(["nginx", "-c", str(written), "-g", "daemon off;"])
    try:
        assert wait_until(lambda: is_ready(port), within=READY_WITHIN)
        yield port
    finally:
        process.terminate()
        process.wait(10)
        sys.stderr.write((folder / "error.log").read_text())
        shutil.rmtree(folder)


def is_ready(port: int) -> bool:
    with suppress(OSError):
        return Visitor(port).get("/readyz").status == GOOD
    return False
