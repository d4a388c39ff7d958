"""`python -m tests.rolling`: two nodes behind nginx, each process started again under load; counts what was lost.

Needs an nginx on this machine, and uses `deploy/nginx/portal-places.inc` as it is.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from continuity.core.embedded import Postgres, Valkey
from continuity.core.processes import wait_until
from tests.clusters import ROOT
from tests.drill.people import NOT_REACHED, Book, Looker, Noter, Person, Screen, said_by
from tests.faults.house import DECLARATION
from tests.faults.visitors import Visitor

NODES, KINDS = ("127.0.0.1", "127.0.0.2"), {"live": 2, "pages": 25}
PAGES = ("/", "/releases/", "/incidents/", "/services/ers/", "/areas/ward-3/", "/api/v2/summary.json")
READERS, NOTERS, SCREENS = 4, 3, 10
READY_WITHIN, GOOD = 60.0, 200
FRONT = """
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
    {upstreams}
    server {{ listen {port}; include {places}; }}
}}
"""


@dataclass
class Node:
    """One process of one machine, behind a socket that outlives it."""

    kind: str
    door: socket.socket
    environment: dict[str, str]

    @property
    def address(self) -> str:
        host, port = self.door.getsockname()
        return f"{host}:{port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "continuity.asgi:application",
            "--fd",
            str(self.door.fileno()),
        ]
        limits = [
            "--timeout-graceful-shutdown",
            str(KINDS[self.kind]),
            "--no-access-log",
            "--log-level",
            "error",
        ]
        self.process = subprocess.Popen(
            [*command, *limits, "--no-proxy-headers", "--no-server-header"],
            cwd=ROOT,
            env=self.environment,
            pass_fds=[self.door.fileno()],
        )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(KINDS[self.kind] + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def is_ready(self) -> bool:
        with suppress(*NOT_REACHED):
            host, port = self.door.getsockname()
            return Visitor(port, host).get("/readyz").status == GOOD
        return False


class Reader(Person):
    """Reads one page after another; `lost` are those that did not come."""

    def __init__(self, port: int) -> None:
        super().__init__(self._read, pause=0.02)
        self.visitor, self.asked, self.lost = Visitor(port), 0, list[str]()

    def _read(self) -> None:
        path = PAGES[self.asked % len(PAGES)]
        self.asked += 1
        try:
            status = str(self.visitor.get(path).status)
        except NOT_REACHED as error:
            status = type(error).__name__
        if status != str(GOOD):
            self.lost.append(f"{path} {status}")


def door(host: str) -> socket.socket:
    listening = socket.create_server((host, 0), backlog=2048)
    listening.set_inheritable(True)
    return listening


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """One PostgreSQL with the sample in it and one broker, as the environment of every process."""
    folders = [Path(tempfile.mkdtemp(prefix="portal-rolling-")) for _ in range(3)]
    database, broker = Postgres(folders[0]), Valkey(folders[1])
    try:
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folders[2]),
            "SAMPLE": "on",
            "DATABASE_URL": database.start(),
            "BROKER_URL": broker.start(),
            "DJANGO_SETTINGS_MODULE": "continuity.settings",
            "TRUSTED_PROXIES": "127.0.0.0/8",
            "SECRET_KEY": uuid4().hex * 2,
            "LEDGER_KEY": uuid4().hex * 2,
            "ALLOWED_HOSTS": ",".join(NODES),
        }
        prepare = [sys.executable, "manage.py", "prepare_database"]
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield environment
    finally:
        database.discard()
        broker.discard()
        shutil.rmtree(folders[2])


@contextmanager
def nodes(environment: dict[str, str]) -> Iterator[list[Node]]:
    """A process of each kind on each of two addresses."""
    found = [Node(kind, door(host), environment) for host in NODES for kind in KINDS]
    try:
        for node in found:
            node.start()
        assert all(wait_until(node.is_ready, within=READY_WITHIN) for node in found)
        yield found
    finally:
        for node in found:
            node.stop()
            node.door.close()


@contextmanager
def front(behind: list[Node]) -> Iterator[int]:
    """An nginx in front of the nodes, by its port."""
    folder = Path(tempfile.mkdtemp(prefix="portal-nginx-"))
    folder.chmod(0o755)
    with door(NODES[0]) as free:
        port = free.getsockname()[1]
    upstreams = "\n".join(
        f"upstream portal_{kind} {{ "
        + " ".join(f"server {node.address};" for node in behind if node.kind == kind)
        + " }"
        for kind in KINDS
    )
    places = ROOT / "deploy/nginx/portal-places.inc"
    written = folder / "nginx.conf"
    written.write_text(FRONT.format(folder=folder, port=port, upstreams=upstreams, places=places))
    process = subprocess.Popen(["nginx", "-c", str(written), "-g", "daemon off;"])
    try:
        assert wait_until(
            lambda: Visitor(port).get("/readyz").status == GOOD if _listens(port) else False, within=10
        )
        yield port
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((NODES[0], port), timeout=1):
        return True
    return False


def rolling() -> Iterator[tuple[str, float]]:
    """What was asked and what was lost, by its name."""
    with ExitStack() as stack:
        environment = stack.enter_context(servers())
        behind = stack.enter_context(nodes(environment))
        port = stack.enter_context(front(behind))
        book, people = Book(), list[Person]()
        writers = [Visitor(port) for _ in range(NOTERS)]
        for writer in writers:
            writer.log_in("commander")
            writer.get("/incidents/declare/")
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            row = connection.execute("SELECT id FROM catalogue_service WHERE key = 'printing'").fetchone()
        assert row is not None
        form = {**DECLARATION, "title": "Rolling", "service": str(row[0]), "once": str(uuid4())}
        room = said_by(writers[0].press("/incidents/declare/", **form))["address"]
        readers, looker = [Reader(port) for _ in range(READERS)], Looker(port, book)
        noters = [Noter(writer, room, book, pause=0.1) for writer in writers]
        screens = [Screen(port) for _ in range(SCREENS)]
        people += [*readers, looker, *noters, *screens]
        for person in people:
            person.start()
        began = time.monotonic()
        for node in behind:
            node.stop()
            node.start()
            assert wait_until(node.is_ready, within=READY_WITHIN)
        yield "rolled_in_s", time.monotonic() - began
        time.sleep(5)
        for person in people:
            person.stop()
        lost = [words for reader in readers for words in reader.lost]
        lost += [f"put off, {noter.put_off} times" for noter in noters if noter.put_off]
        lost += [words for noter in noters for words in noter.refused]
        sys.stderr.writelines(f"lost: {' '.join(words.split())[:400]}\n" for words in lost[:20])
        yield "pages_read", sum(reader.asked for reader in readers)
        yield "forms_accepted", book.accepted
        yield "lost", len(lost)
        yield "board_unavailable_s", looker.away_s
        yield "streams_ended", sum(screen.drops for screen in screens)


def main() -> int:
    """Print every figure; answers 1 where something was lost."""
    found = {}
    for name, value in rolling():
        found[name] = value
        sys.stdout.write(f"{name}: {value:.3f}\n" if isinstance(value, float) else f"{name}: {value}\n")
        sys.stdout.flush()
    return int(found["lost"] > 0 or found["board_unavailable_s"] > 0)


if __name__ == "__main__":
    sys.exit(main())
