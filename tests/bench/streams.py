"""Ten thousand open streams on two web processes: what each holds, and how soon all of them have a change."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from statistics import median

from django.db import transaction

from continuity.core.clock import now
from continuity.core.ledger import SYSTEM, record
from releases.models import Release
from tests.bench.board import BROWSER, HERE, PATIENCE, server_on, troubled_trust, until

STREAMS, PROCESSES = 10_000, 2
CHANGES = 9
REST = 2.0  # seconds between two changes
KIB = 1024


def figures() -> Iterator[tuple[str, float]]:
    """How many streams stand, what each holds, and how soon they have a change, also as a multiple of a bare server."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    troubled_trust()
    with ExitStack() as stack:
        port, servers = stack.enter_context(served("continuity.asgi:application"))
        until(port, "/readyz", 200)
        time.sleep(REST)
        answer = first_event(port)
        before = resident_kib(servers)
        each_has = stack.enter_context(crowd(port))
        time.sleep(REST)
        yield "kb_per_stream", (resident_kib(servers) - before) / STREAMS
        with bare_crowd(answer) as (each_has_bare, wake_bare):
            rounds = [(seconds(each_has, change), seconds(each_has_bare, wake_bare)) for _ in range(CHANGES)]
        yield "streams_10000_connected", STREAMS - max(gone for (_, gone), _ in rounds)
    yield "stream_change_p99_ms", median(took for (took, _), _ in rounds) * 1000
    yield "stream_change_p99_vs_bare", median(took / bare for (took, _), (bare, _) in rounds)


@contextmanager
def bare_crowd(
    answer: dict[str, object],
) -> Iterator[tuple[Callable[[float], list[float]], Callable[[], float]]]:
    """As many streams of two bare servers that say this; what their readers have, and what makes the servers say it."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(answer, file)
        file.flush()
        with served("tests.bench.bare_stream:application", BARE_ANSWER=file.name) as (port, servers):
            time.sleep(REST)
            with crowd(port) as each_has:
                yield each_has, lambda: wake(servers)


def seconds(each_has: Callable[[float], list[float]], make: Callable[[], float]) -> tuple[float, int]:
    """Seconds from a change, whose instant `make` answers, until 99% of the streams had it; how many are gone."""
    time.sleep(REST)
    began = make()
    _, most, _, gone = each_has(began)
    return most - began, int(gone)


def change() -> float:
    """A title changes, by the ledger as everything does; the board is as long as before. When its commit began."""
    with transaction.atomic():
        rename(Release.objects.order_by("pk")[0])
        return time.monotonic()


def rename(release: Release) -> None:
    """A release has another title, which is as long however often it changes."""
    Release.objects.filter(pk=release.pk).update(title=f"Work of {now():%H:%M:%S.%f}")
    record("release.updated", release, by=SYSTEM, at=now())


def wake(servers: list["subprocess.Popen[bytes]"]) -> float:
    """Have the bare servers say it again. When the first was asked."""
    began = time.monotonic()
    for server in servers:
        server.send_signal(signal.SIGUSR1)
    return began


@contextmanager
def crowd(port: int) -> Iterator[Callable[[float], list[float]]]:
    """So many open streams; answers a function that waits until all had an event since, and says when they had."""
    words = [sys.executable, "-m", "tests.bench.crowd", str(port), str(STREAMS)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as readers:
        assert readers.stdin
        assert readers.stdout
        said = readers.stdout.readline()
        assert said == "open\n", said

        def each_has(since: float) -> list[float]:
            assert readers.stdin
            assert readers.stdout
            readers.stdin.write(f"{since}\n")
            readers.stdin.flush()
            return [float(word) for word in readers.stdout.readline().split()]

        yield each_has
        readers.stdin.close()


@contextmanager
def served(
    application: str, *, processes: int = PROCESSES, **environment: str
) -> Iterator[tuple[int, list["subprocess.Popen[bytes]"]]]:
    """An ASGI application in some processes on one socket, as the portal's web processes run."""
    with ExitStack() as stack:
        listening = stack.enter_context(closing(socket.socket()))
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind((HERE, 0))
        listening.listen(2048)
        networks = {"TRUSTED_NETWORKS": "127.0.0.0/8"}
        servers = [server_on(listening, application, **networks, **environment) for _ in range(processes)]
        for server in servers:
            stack.callback(server.wait, PATIENCE)
            stack.callback(server.terminate)
        yield listening.getsockname()[1], servers


def first_event(port: int) -> dict[str, object]:
    """The head and the board's event as a stream begins, for the bare server to send."""
    with closing(HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
        line.request("GET", "/live/", headers={**BROWSER, "Accept": "text/event-stream"})
        answer = line.getresponse()
        headers = [
            (name, value)
            for name, value in answer.getheaders()
            if name.lower() not in {"date", "transfer-encoding"}
        ]
        body = b""
        while not (b"\nid: " in body and body.endswith(b"\n\n")):
            body += answer.read1(1 << 16)
    return {"headers": headers, "body": body[body.index(b"\nid: ") + 1 :].decode("latin-1")}


def resident_kib(servers: list["subprocess.Popen[bytes]"]) -> float:
    """Memory that the processes hold, in KiB (Linux, /proc)."""
    pages = 0
    for server in servers:
        with open(f"/proc/{server.pid}/statm") as statm:
            pages += int(statm.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / KIB
