"""The load of a drill: people who write, and boards that stay open."""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock, Thread
from uuid import uuid4

from tests.faults.visitors import PATIENCE, Answer, Visitor

NOT_REACHED = (OSError, HTTPException)
DONE, ELSEWHERE, NOT_NOW = 200, 302, 503
AGAIN_AFTER = 0.5  # seconds until a form that was not answered is sent again, as the room's script does
# A word has no digits: ten in a row may look like a patient's number.
NO_DIGITS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
# Readers who get a letter of every incident and every notice at once.
CROWD = """
    WITH people AS (
        INSERT INTO accounts_user (username, email, password, job_title, is_active, is_staff, is_superuser,
            first_name, last_name, date_joined)
        SELECT 'drill' || n, 'drill' || n || '@ashcombe.example', '!', 'Nurse', true, false, false, '', '', now()
        FROM generate_series(1, %(count)s) n RETURNING id
    ), chosen AS (
        INSERT INTO notifications_preference (person_id, chosen_at, mobile, rhythm)
        SELECT id, now(), '', 'at_once' FROM people
    )
    INSERT INTO notifications_subscription (person_id, kind, channel, severity)
    SELECT id, kind, 'email', 4 FROM people, unnest(ARRAY['incident', 'planned_work']) kind
"""


@dataclass
class Book:
    """What the portal answered as done, and when: lines of a log and updates by their mark, the rest by address."""

    noted: dict[str, datetime] = field(default_factory=dict)
    updated: dict[str, datetime] = field(default_factory=dict)
    declared: dict[str, datetime] = field(default_factory=dict)
    posted: dict[str, datetime] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def accepted(self) -> int:
        return sum(map(len, (self.noted, self.updated, self.declared, self.posted)))

    @property
    def marks(self) -> list[str]:
        return [*self.noted, *self.updated]

    @property
    def on_the_board(self) -> dict[str, datetime]:
        """The incidents and notices that everybody must see, by address."""
        with self.lock:
            return self.declared | self.posted

    def write(self, kept: dict[str, datetime], mark: str) -> None:
        with self.lock:
            kept[mark] = datetime.now(UTC)

    def told_before(self, instant: datetime) -> list[str]:
        return [address for address, at in self.on_the_board.items() if at < instant]


class Person(Thread):
    """Somebody who does the same thing again and again until told to stop."""

    def __init__(self, act: Callable[[], object], *, pause: float) -> None:
        super().__init__(daemon=True)
        self.act, self.pause, self.stopping = act, pause, Event()
        self.refused = list[str]()  # what the portal said no to: nothing, where all goes well
        self.put_off = 0  # how often it said "not now"
        self.broken = 0  # how often no answer came at all

    def run(self) -> None:
        while not self.stopping.wait(self.pause):
            self.act()

    def until_answered(self, send: Callable[[], Answer]) -> Answer | None:
        """Send a form again until something but "not now" comes back; it carries a key, so that it counts once."""
        while not self.stopping.is_set():
            try:
                answer = send()
            except NOT_REACHED:
                self.broken += 1
            else:
                if answer.status != NOT_NOW:
                    return answer
                self.put_off += 1
            time.sleep(AGAIN_AFTER)
        return None

    def stop(self) -> None:
        self.stopping.set()
        self.join(60)
        assert not self.is_alive()


def new_word() -> str:
    """A word of twelve letters, which nobody wrote before."""
    return uuid4().hex[:12].translate(NO_DIGITS)


def said_by(answer: Answer) -> dict[str, str]:
    """What was done by a form that was pressed; empty where nothing was."""
    if answer.status != DONE or not answer.headers["content-type"].startswith("application/json"):
        return {}
    said: dict[str, str] = json.loads(answer.text)
    return said if "said" in said else {}


class Noter(Person):
    """Keeps the log of one incident: a note or an update at a time."""

    def __init__(
        self, visitor: Visitor, room: str, book: Book, *, pause: float, tells_staff: bool = False
    ) -> None:
        super().__init__(self._note, pause=pause)
        self.visitor, self.room, self.book, self.tells_staff = visitor, room, book, tells_staff

    def _note(self) -> None:
        mark = f"mark {new_word()}"
        form = {"happened": mark} if self.tells_staff else {"kind": "action", "text": mark}
        path, once = f"{self.room}{'update' if self.tells_staff else 'entry'}/", str(uuid4())
        answer = self.until_answered(lambda: self.visitor.press(path, once=once, **form))
        if answer is None:
            return
        if said_by(answer):
            self.book.write(self.book.updated if self.tells_staff else self.book.noted, mark)
        else:
            self.refused.append(f"{answer.status} {answer.text}")


class Declarer(Person):
    """Declares an incident of one service after another, each as bad as can be."""

    def __init__(
        self, visitor: Visitor, forms: Iterator[dict[str, str]], book: Book, *, pause: float
    ) -> None:
        super().__init__(self._declare, pause=pause)
        self.visitor, self.book, self.forms = visitor, book, forms

    def _declare(self) -> None:
        form, once = next(self.forms), str(uuid4())
        answer = self.until_answered(lambda: self.visitor.press("/incidents/declare/", once=once, **form))
        if answer is None:
            return
        if said := said_by(answer):
            self.book.write(self.book.declared, said["address"])
        else:
            self.refused.append(f"{answer.status} {answer.text}")


class Publisher(Person):
    """Posts one notice after another: a draft, then the button that announces it.

    Neither carries a key. A draft that is sent again is kept twice and announced once; of a button that had to be
    pressed again nobody can say whether the first time counted, so that notice is neither accepted nor refused.
    """

    def __init__(self, visitor: Visitor, form: Mapping[str, str], book: Book, *, pause: float) -> None:
        super().__init__(self._post, pause=pause)
        self.visitor, self.form, self.book = visitor, form, book

    def _post(self) -> None:
        titled = {**self.form, "title": f"Notice {new_word()}"}
        draft = self.until_answered(lambda: self.visitor.post("/releases/new/", **titled))
        if draft is None:
            return
        if draft.status != ELSEWHERE:
            self.refused.append(f"{draft.status} {draft.text}")
            return
        address, failed = draft.headers["location"], self.put_off + self.broken
        answer = self.until_answered(lambda: self.visitor.post(f"{address}publish/"))
        if answer is None:
            return
        if answer.status == ELSEWHERE and answer.headers["location"] == address:
            self.book.write(self.book.posted, address)
        elif failed == self.put_off + self.broken:
            self.refused.append(f"{answer.status} {answer.text}")


class Screen(Person):
    """A board that stays open: its stream is opened again, soon and not at once, whenever it ends."""

    def __init__(self, port: int) -> None:
        super().__init__(self._watch, pause=0.0)
        self.port, self.newest, self.shown = port, "", ""
        self.boards, self.drops = 0, 0

    def _watch(self) -> None:
        with (
            suppress(*NOT_REACHED),
            closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line,
        ):
            heard = {"Accept": "text/event-stream", "Last-Event-ID": self.newest}
            line.request("GET", "/live/", headers=heard)
            self.read(told.decode().rstrip("\n") for told in line.getresponse())
        if not self.stopping.is_set():
            self.drops += 1
            time.sleep(random.uniform(0.5, 3.0))

    def read(self, lines: Iterator[str]) -> None:
        """Show each whole board that comes, until the stream ends."""
        told, shown = "", list[str]()
        for line in lines:
            if self.stopping.is_set():
                return
            if line.startswith("id: "):
                told = line.removeprefix("id: ")
            elif line.startswith("data: "):
                shown.append(line)
            elif not line:
                if told:
                    self.newest, self.shown, self.boards = told, "\n".join(shown), self.boards + 1
                told, shown = "", []
