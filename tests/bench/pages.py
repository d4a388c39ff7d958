"""What a page costs its web process, in milliseconds of CPU, and how many queries it asks."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from continuity.board.facts import read_facts
from continuity.board.newest import forget, keep
from continuity.core.clock import now
from incidents.models import Incident
from incidents.reviews.models import Review
from tests.bench import sample
from tests.bench.board import HERE, PATIENCE, until_ready
from tests.bench.room import session_of
from tests.bench.streams import served

WARM, REQUESTS = 5, 50
COMES = 200
TICKS = os.sysconf("SC_CLK_TCK")  # in which Linux counts CPU time
IDLE_S = 3.0


def figures() -> Iterator[tuple[str, float]]:
    """`page_cpu_ms_<page>` and `page_queries_<page>` of the list of planned work, an incident's room and a review."""
    sample.load_once()
    pages = {name: (path, session_of(sample.somebody(role))) for name, path, role in addresses()}
    with served("continuity.asgi:application", processes=1) as (port, [server]):
        until_ready(port)
        idle = idle_share(server.pid)
        for name, (path, session) in pages.items():
            yield f"page_cpu_ms_{name}", cpu_ms(server.pid, port, path, session, idle)
    for name, (path, session) in pages.items():
        yield f"page_queries_{name}", queries(path, session)


def addresses() -> Iterator[tuple[str, str, str]]:
    """The pages that are weighed by name, and the role of who looks: the open incident, the latest review."""
    yield "releases", "/releases/", "manager"
    open_one = Incident.objects.active().order_by("pk")[0]
    yield "room", f"{open_one.get_absolute_url()}room/", "manager"
    yield "review", Review.objects.order_by("-pk")[0].get_absolute_url(), "lead"


def cpu_ms(pid: int, port: int, path: str, session: str, idle: float) -> float:
    """Milliseconds of CPU that one answer takes of the process, which would have used `idle` of a core without it."""
    with closing(HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
        for _ in range(WARM):
            ask(line, path, session)
        before, began = cpu_s(pid), time.monotonic()
        for _ in range(REQUESTS):
            ask(line, path, session)
        used = cpu_s(pid) - before - idle * (time.monotonic() - began)
    return used / REQUESTS * 1000


def idle_share(pid: int) -> float:
    """How much of a core the process uses for its streams while nobody asks."""
    before = cpu_s(pid)
    time.sleep(IDLE_S)
    return (cpu_s(pid) - before) / IDLE_S


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, all its threads together (Linux, proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def ask(line: HTTPConnection, path: str, session: str) -> None:
    line.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    answer = line.getresponse()
    answer.read()
    assert answer.status == COMES, (path, answer.status)


def queries(path: str, session: str) -> int:
    """How many queries the page asks where the process keeps the news for its streams, as a portal's does."""
    client, at = Client(REMOTE_ADDR=HERE), now()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    keep(read_facts(at), checked_at=at)
    try:
        client.get(path)  # what is asked once a process
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
    finally:
        forget()
    assert answer.status_code == COMES, (path, answer.status_code)
    return len(asked)
