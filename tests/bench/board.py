"""The board: how near its pages come to the speed of a bare server, and whether a long past slows it down.

The shares are taken side by side in one run, so what else runs on the machine slows both.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import Range

from continuity.board.facts import read_facts
from continuity.board.render import BOARD, fragment_of
from continuity.board.status import board_at
from continuity.catalogue.models import Dependency, Service
from continuity.core.clock import now, window
from tests.bench import past
from tests.bench.history import over, twin
from tests.bench.room import session_of
from tests.factories import AreaFactory, DisruptionFactory, ImpactFactory, ServiceFactory, UserFactory

ROUNDS, SECONDS = 5, 1.2
CONNECTIONS = (16, 64)
TRIES = 3  # a page changes when a minute ends: such a round is taken again
HERE, AFAR = "127.0.0.1", "127.0.0.2"  # the first is a trusted network, the second is not
PATIENCE = 60.0  # seconds
SERVICES, AREAS = 48, 30
READINGS = 41
MANY = 100_000
# What a browser sends.
BROWSER = {
    "Host": HERE,
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
}


def figures() -> Iterator[tuple[str, float]]:
    """Three shares of a bare server's speed, the queries of a reading, and what a change costs, also after years."""
    services = troubled_trust()
    reader = UserFactory.create(username="reader", job_title="Ward sister", role="reader")
    yield from shares(session_of(reader))
    with CaptureQueriesContext(connection) as asked:
        read_facts(now())
    yield "facts_queries", len(asked)
    before = twin("before_the_past")
    past.lay_down(MANY, services, before=now() - timedelta(days=30))
    long, short = recompute_ms(before)
    yield "board_recompute_ms", short
    yield "board_recompute_ratio", long / short


def troubled_trust() -> list[Service]:
    """48 services that need one another, 30 areas, and an evening on which some of them do not work."""
    services = [ServiceFactory.create() for _ in range(SERVICES)]
    for number, service in enumerate(services[1:]):
        Dependency.objects.create(service=service, on=services[number // 3], kind="stops")
    for number in range(AREAS):
        AreaFactory.create().services.set(services[number % 5 :: 3])
    at = now()
    begun = at - timedelta(hours=1)
    span = window(begun, at + timedelta(hours=7))
    for service in services[-3:]:
        DisruptionFactory.create(
            release__state="in_progress", release__work=span, service=service, span=span,
            actual=Range(begun, None, "[)"),
        )  # fmt: skip
    for service in services[-6:-4]:
        ImpactFactory.create(service=service, since=at - timedelta(minutes=40), effect="down")
    return services


# --- The speed of the wire --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A request as its sender repeats it."""

    name: str
    headers: dict[str, str]
    status: int = 200
    source: str = HERE

    @property
    def request(self) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"GET / HTTP/1.1\r\n{lines}\r\n".encode()


def shares(session: str) -> Iterator[tuple[str, float]]:
    """Answers a second as a share of a bare server's with the same bytes: the worse of few and many connections."""
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'b' * 32}"}
    with served("continuity.asgi:application") as port:
        until_ready(port)
        yield "board_vs_bare", share(port, lambda: Case("board", BROWSER))
        yield (
            "board_304_vs_bare",
            share(port, lambda: Case("same", {**BROWSER, "If-None-Match": tag_now(port)}, 304)),
        )
        yield "board_session_vs_bare", share(port, lambda: Case("person", {**BROWSER, **cookie}, 200, AFAR))


def share(port: int, case: Callable[[], Case]) -> float:
    answer = answer_of(port, case())
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(answer, file)
        file.flush()
        with served("tests.bench.bare:application", BARE_ANSWER=file.name) as bare:
            until_open(bare)
            return min(
                median(one_round(port, bare, case, connections) for _ in range(ROUNDS))
                for connections in CONNECTIONS
            )


def one_round(port: int, bare: int, case: Callable[[], Case], connections: int) -> float:
    """The portal's rate as a share of the bare server's. Raises AssertionError where answers are not as asked for."""
    for _ in range(TRIES):
        asked = case()
        words = (port, bare, connections, SECONDS, asked.status, asked.source)
        load = subprocess.run(
            [sys.executable, "-m", "tests.bench.load", *map(str, words)],
            input=asked.request,
            stdout=subprocess.PIPE,
            check=False,
        )
        if load.returncode == 0:
            portal, other = map(float, load.stdout.split())
            return portal / other
    raise AssertionError(load.stdout.decode())


def answer_of(port: int, case: Case) -> dict[str, object]:
    """What the portal answers, for the bare server to send: all but the header that every server adds."""
    with closing(HTTPConnection(HERE, port, timeout=PATIENCE, source_address=(case.source, 0))) as line:
        for _ in range(2):  # the first may be Django's, which notes that somebody is there
            line.request("GET", "/", headers=case.headers)
            answer = line.getresponse()
            body = answer.read()
    assert answer.status == case.status, (answer.status, body[:200])
    headers = [(name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date"]
    assert "etag" in dict(headers), "It did not come from memory."
    return {"status": answer.status, "headers": headers, "body": body.decode("latin-1")}


def tag_now(port: int) -> str:
    with closing(HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
        line.request("HEAD", "/", headers=BROWSER)
        return str(line.getresponse().getheader("ETag"))


@contextmanager
def served(application: str, **environment: str) -> Iterator[int]:
    """An ASGI application in a process of its own, as the portal's web processes run; its port."""
    with ExitStack() as stack:
        listening = stack.enter_context(closing(socket.socket()))
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind((HERE, 0))
        listening.listen(2048)
        server = server_on(listening, application, **environment)
        stack.callback(server.wait, PATIENCE)
        stack.callback(server.terminate)
        yield listening.getsockname()[1]


def server_on(listening: socket.socket, application: str, **environment: str) -> "subprocess.Popen[bytes]":
    own = {"ALLOWED_HOSTS": HERE, "TRUSTED_NETWORKS": f"{HERE}/32", "SECRET_KEY": settings.SECRET_KEY}
    words = ("--no-access-log", "--log-level", "warning", "--no-proxy-headers", "--no-server-header")
    return subprocess.Popen(
        [sys.executable, "-m", "uvicorn", application, "--fd", str(listening.fileno()), *words,
         "--timeout-graceful-shutdown", "2"],
        env={**os.environ, **own, **environment},
        pass_fds=[listening.fileno()],
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def until_ready(port: int) -> None:
    until(port, "/readyz", 200)


def until_open(port: int) -> None:
    until(port, "/", None)


def until(port: int, path: str, status: int | None) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with closing(HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
            line.request("GET", path, headers={"Host": HERE})
            if status in {None, line.getresponse().status}:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{path} is not there.")


# --- What a change costs ----------------------------------------------------------------------------------


def recompute_ms(before: BaseDatabaseWrapper) -> tuple[float, float]:
    """Milliseconds of a `recomputing` here and over the database of before; the quickest, since others only add."""
    long, short = list[float](), list[float]()
    for _ in range(READINGS):
        long.append(recomputing())
        with over(before):
            short.append(recomputing())
    return min(long) * 1000, min(short) * 1000


def recomputing() -> float:
    """Seconds from the rows to the board's fragment, in every coding."""
    began, at = time.perf_counter(), now()
    facts = read_facts(at)
    assert fragment_of(facts, board_at(facts, at), BOARD).ready
    return time.perf_counter() - began
