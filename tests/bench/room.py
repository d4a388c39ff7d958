"""The incident room: how soon thirty people see what five write, and whether a long incident makes its page slow."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime, timedelta
from http.client import HTTPConnection
from statistics import median, quantiles
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client

from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.core.clock import now
from incidents import actions
from incidents.models import Entry, Incident
from tests.factories import AreaFactory, ServiceFactory, UserFactory

VIEWERS, WRITERS, WRITES = 30, 5, 12
# A writer begins again so long after the last was kept: brisker than people type.
PAUSE = 3.0
ENTRIES = 2_000
FEW, MANY = 100, 10_000
ROUNDS = 15
PATIENCE = 60.0  # seconds
GATHER = 0.06  # seconds; the page asks once for the changes of one moment
HERE, COMES_IN = "127.0.0.1", 200
TOKEN = "b" * 32
PART = re.compile(r'id="panel-(\w+)" data-digest="(\w+)"')
MARK = re.compile(r"bed [a-p]{12}")
# Random letters: ten digits in a row may look like a patient's number.
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def figures() -> Iterator[tuple[str, float]]:
    """`room_write_to_seen_p99_ms` and `room_history_ratio`."""
    people = [
        UserFactory.create(username=f"room{number}", job_title="IT manager", role="manager")
        for number in range(VIEWERS)
    ]
    watched = incident(people[0], ENTRIES)
    yield "room_write_to_seen_p99_ms", seen_p99_ms(watched, [session_of(person) for person in people])
    yield "room_history_ratio", history_ratio(people[0])


def incident(by: User, entries: int) -> Incident:
    """One of severity 2 that hits two services of ten areas, with so many entries."""
    hit = {ServiceFactory.create(): "down" for _ in range(2)}
    for _ in range(10):
        AreaFactory.create().services.add(*hit)
    at = now() - timedelta(hours=6)
    made = actions.declare(
        title="The patient record is down", services=hit, impact=2, urgency=2, takes_lead=True, by=by, at=at
    )
    actions.ask_areas(incident=made, by=by, at=at)
    noted(made, range(entries), at)
    return made


def noted(about: Incident, numbers: range, at: datetime) -> None:
    """Entries through the door they all come by would take minutes; their rows are the same, their lines one."""
    Entry.objects.bulk_create(
        Entry(
            incident=about, kind="action", text=f"Rang ward {number}.", author_role="Loggist",
            occurred_at=at + timedelta(seconds=number), recorded_at=at + timedelta(seconds=number),
        )
        for number in numbers
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_entry")


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[STARTED] = session[SEEN] = now().isoformat()
    session.save()
    return str(session.session_key)


# --- From a press until everybody sees it ----------------------------------------------------------------


def seen_p99_ms(about: Incident, sessions: list[str]) -> float:
    """Milliseconds from sending an entry until each of the viewers has the part with it; of all of them 99%.

    The portal is served as `make run` serves it: two processes on one socket.
    """
    with closing(socket.socket()) as listening:
        listening.bind((HERE, 0))
        listening.listen(128)
        servers = [_server(listening.fileno()) for _ in range(2)]
        try:
            seen = _watched(listening.getsockname()[1], about, sessions)
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                server.wait(20)
    assert len(seen) == VIEWERS * WRITERS * WRITES, len(seen)
    return quantiles(seen, n=100)[98] * 1000


def _server(listening: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "uvicorn", "continuity.asgi:application", "--fd", str(listening)]
    return subprocess.Popen(
        [*command, "--log-level", "error", "--no-access-log", "--timeout-graceful-shutdown", "2"],
        env={**os.environ, "ALLOWED_HOSTS": HERE, "SECRET_KEY": settings.SECRET_KEY},
        pass_fds=[listening],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


class Viewer:
    """Somebody's open room: hears of a change, asks for the parts that changed, notes what stands in them."""

    def __init__(self, port: int, about: Incident, session: str, written: dict[str, float]) -> None:
        self.port, self.about, self.cookies = port, about, _cookies(session)
        self.written, self.known, self.took = written, set[str](), list[float]()
        self.have, self.line = dict[str, str](), 0
        self.changed, self.is_ready, self.is_over = Event(), Event(), False
        self.threads = [Thread(target=work, daemon=True) for work in (self._hear, self._ask)]
        for thread in self.threads:
            thread.start()

    def _hear(self) -> None:
        with closing(HTTPConnection(HERE, self.port, timeout=PATIENCE)) as line:
            line.request("GET", f"/live/incidents/{self.about.ref}/", headers=self.cookies)
            answer = line.getresponse()
            while not self.is_over and (told := answer.fp.readline()):
                if (line_told := told.removeprefix(b"data: ").strip()).isdigit():
                    self.line = int(line_told)
                    self.changed.set()

    def _ask(self) -> None:
        with closing(HTTPConnection(HERE, self.port, timeout=PATIENCE)) as line:
            while self.changed.wait(PATIENCE) and not self.is_over:
                time.sleep(GATHER)
                self.changed.clear()
                have = [":".join(each) for each in self.have.items()]
                asked = urlencode({"line": self.line, "have": have or ["none"]}, doseq=True)
                line.request(
                    "GET",
                    f"{self.about.get_absolute_url()}room/parts/?{asked}",
                    headers=self.cookies | {"X-Portal-Poll": "1"},
                )
                self._see(line.getresponse().read().decode())

    def _see(self, html: str) -> None:
        at = time.perf_counter()
        self.have |= dict(PART.findall(html))
        found = {mark for mark in MARK.findall(html) if mark in self.written} - self.known
        self.took.extend(at - self.written[mark] for mark in found)
        self.known |= found
        self.is_ready.set()

    def leave(self) -> None:
        self.is_over = True
        self.changed.set()


def _watched(port: int, about: Incident, sessions: list[str]) -> list[float]:
    """Seconds from each write to each viewer's seeing it."""
    _until_ready(port)
    written: dict[str, float] = {}
    viewers = [Viewer(port, about, session, written) for session in sessions]
    for viewer in viewers:
        assert viewer.is_ready.wait(PATIENCE)
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(lambda session: _write(port, about, session, written), sessions[:WRITERS]))
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and any(len(viewer.took) < len(written) for viewer in viewers):
        time.sleep(0.05)
    for viewer in viewers:
        viewer.leave()
    return [took for viewer in viewers for took in viewer.took]


def _until_ready(port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with suppress(OSError), closing(HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
            line.request("GET", "/readyz", headers={"Host": HERE})
            if line.getresponse().status == COMES_IN:
                return
        time.sleep(0.1)
    raise TimeoutError("The portal is not ready.")


def _write(port: int, about: Incident, session: str, written: dict[str, float]) -> None:
    headers = {
        **_cookies(session),
        "X-Portal-Once": "1",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with closing(HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
        for _ in range(WRITES):
            mark = f"bed {uuid4().hex[:12].translate(LETTERS)}"
            form = {"kind": "action", "text": mark, "once": str(uuid4()), "csrfmiddlewaretoken": TOKEN}
            written[mark] = time.perf_counter()
            line.request("POST", f"{about.get_absolute_url()}entry/", urlencode(form), headers)
            answer = line.getresponse()
            said = answer.read()
            assert answer.status == COMES_IN, said
            time.sleep(PAUSE)


def _cookies(session: str) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"}


# --- Whether a long history makes it slow ----------------------------------------------------------------


def history_ratio(by: User) -> float:
    """The time of the room's page with 10,000 entries, as a multiple of its time with 100."""
    about = incident(by, FEW)
    short = _page_s(about, by)
    noted(about, range(FEW, MANY), now() - timedelta(hours=5))
    return _page_s(about, by) / short


def _page_s(about: Incident, by: User) -> float:
    client, took = Client(), list[float]()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(by)
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        answer = client.get(f"{about.get_absolute_url()}room/")
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return median(took[1:])  # the first one compiles templates
