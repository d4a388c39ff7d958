"""`/live/incidents/<ref>/`: tells who is in an incident room that something changed, and no more.

A stream says "ledger line n"; the page fetches what changed through Django, which decides anew what it may see. Its
sign of life is the board's: it says whether this process would hear of a change.
It waits without a thread and without a database connection, as the board's does. Who may listen is asked again
while it is open, so that it ends soon after a log-out.
"""

import random
import re
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from continuity.accounts.models import User
from continuity.accounts.sessions import person_behind
from continuity.board.door import BELIEVED, PATIENCE, PLACES, session_in
from continuity.board.screen import FULL, LATER, Round, Screen, said
from continuity.core.answers import STREAM, Receive, Scope, Send, answer, begin
from continuity.core.clock import now
from continuity.core.threads import GONE, Desk
from incidents.models import Incident
from incidents.panels import may_enter
from incidents.parts import memory

PATH = re.compile(r"/live/incidents/([^/]{1,40})/")
INCIDENT = Incident._meta.label_lower  # as the ledger names it
REMEMBERED = 15.0  # seconds a verdict is believed where a page asks
# The same where a stream begins or goes on. It is looked at with each sign of life, so that makes 15 seconds: the
# longest that a stream outlives a log-out.
FRESH = 5.0
KEPT = 5_000  # verdicts; the oldest give way
RETRY_MS = (500, 3_000)
REFUSED = b"The incident room is open to those who run incidents and are logged in.\n"


class Rooms:
    """The open streams of a process by what they are about, and the newest ledger line of each."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self._screens: defaultdict[str, set[Screen]] = defaultdict(set)
        self._lines: dict[str, int] = {}

    @contextmanager
    def telling(self, subject: str, screen: Screen) -> Iterator[None]:
        """Meanwhile a screen is told of each line about this subject."""
        self._screens[subject].add(screen)
        self.round.join(screen)
        try:
            yield
        finally:
            self.round.part(screen)
            self._screens[subject].discard(screen)
            if not self._screens[subject]:
                del self._screens[subject]
                self._lines.pop(subject, None)

    @property
    def is_empty(self) -> bool:
        return not self._screens

    def line_of(self, subject: str) -> int:
        """The newest line that was heard about it while somebody listened; 0 for none."""
        return self._lines.get(subject, 0)

    def heard(self, told: str) -> None:
        """The ledger announced a line, as "<id> <verb> <kind> <key>": wake who listens to its subject."""
        number, verb, subject = told.split(" ", 2)
        kind, key = subject.split(" ", 1)
        if kind == INCIDENT and key.isdecimal():
            memory.heard(int(key), int(number), verb)
        if subject in self._screens:
            self._lines[subject] = max(int(number), self.line_of(subject))
            self._tell(subject)

    def all_may_have_changed(self) -> None:
        """Announcements were lost: everybody looks again."""
        memory.may_have_missed()
        for subject in list(self._screens):
            self._tell(subject)

    def _tell(self, subject: str) -> None:
        message = said(news_of(self.line_of(subject)))
        for screen in list(self._screens[subject]):
            screen.say(message)


@dataclass(frozen=True)
class Admitted:
    """Somebody who may be in an incident's room, as of an instant in seconds of the monotonic clock."""

    person: User
    incident: int
    said_at: float

    @property
    def subject(self) -> str:
        """What the ledger calls the incident."""
        return f"{INCIDENT} {self.incident}"


class RoomDoor:
    """Lets in whoever may be in an incident's room, and remembers it for some seconds."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[tuple[str, str], tuple[Admitted | None, float]] = OrderedDict()
        self._desk = Desk(PLACES, patience=PATIENCE)

    async def subject_for(self, scope: Scope, ref: str) -> str:
        """What the ledger calls the incident of this reference; "" where this request may not hear of it."""
        session = session_in(scope)
        admitted = await self.admitted(session, ref, within=FRESH) if session else None
        return admitted.subject if admitted else ""

    async def admitted(
        self, session: str, ref: str, *, within: float | None = None, since: float = float("-inf")
    ) -> Admitted | None:
        """Whose session may be in this room, as was said within so many seconds and after `since`. None: nobody's.

        While the database is gone what was said in the last ten minutes is believed, as at the board's door.
        """
        known, said_at = self._verdicts.get((session, ref), (None, float("-inf")))
        began = time.monotonic()
        if said_at > max(since, began - (REMEMBERED if within is None else within)):
            return known
        try:
            verdict = await self._desk.ask(_admitted, session, ref, began)
        except GONE:
            return known if said_at > max(since, began - BELIEVED) else None
        self._verdicts[session, ref] = (verdict, began)
        self._verdicts.move_to_end((session, ref))
        while len(self._verdicts) > KEPT:
            self._verdicts.popitem(last=False)
        return verdict


class LiveRoom:
    """The ASGI application behind `/live/incidents/<ref>/`."""

    def __init__(self, rooms: Rooms, door: RoomDoor, *, pulse: Callable[[], bytes]) -> None:
        """`pulse` makes a stream's sign of life."""
        self.rooms, self.door, self.pulse = rooms, door, pulse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"])
        ref = found[1] if found else ""
        subject = await self.door.subject_for(scope, ref)
        if not subject:
            await answer(send, 403, REFUSED)
        elif scope["method"] == "HEAD":
            await answer(send, 200, b"", STREAM)
        elif self.rooms.round.is_full:
            await answer(send, 503, FULL, more=LATER)
        else:
            await self._stream(scope, receive, send, ref, subject)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, ref: str, subject: str) -> None:
        await begin(send, 200, STREAM, [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")])
        screen = Screen(send, pulse=self.pulse, admits=partial(self._may_hear, scope, ref, subject))
        with self.rooms.telling(subject, screen):
            await screen.watched(receive, self._first(subject))

    async def _first(self, subject: str) -> bytes:
        retry = f"retry: {random.randint(*RETRY_MS)}\n".encode()  # noqa: S311 - spreads the reconnections
        return retry + news_of(self.rooms.line_of(subject))

    async def _may_hear(self, scope: Scope, ref: str, subject: str) -> bool:
        return await self.door.subject_for(scope, ref) == subject


def news_of(line: int) -> bytes:
    """Which line is the newest, as a stream says it."""
    return f"data: {line}\n\n".encode()


def _admitted(session: str, ref: str, at: float) -> Admitted | None:
    person = person_behind(session, at=now())
    if person is None or not may_enter(person):
        return None
    incident = Incident.objects.visible_to(person).filter(ref=ref).values_list("pk", flat=True).first()
    return Admitted(person, incident, at) if incident else None
