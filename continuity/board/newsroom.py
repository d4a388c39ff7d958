"""Hears the ledger, keeps the newest board of a process, and wakes the streams that show it.

One LISTEN connection, one reading and one rendering a change, however many screens are open. A notification
only says that something changed: the truth is read afresh, at the latest every `REREAD` seconds, so a lost one
costs a delay. While the database is gone the last good facts stay, with the instant they were last checked, and
the clock goes on moving the board that they make. A process that starts meanwhile has them from the snapshot on disk.
"""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.db import connections
from psycopg import AsyncConnection

from continuity.board.facts import read_facts
from continuity.board.known import Facts
from continuity.board.newest import STALE, forget, keep
from continuity.board.render import BANNER, BOARD, Fragment, fragment_of
from continuity.board.rooms import Rooms
from continuity.board.screen import Round, Screen, said, tell_all
from continuity.board.snapshots import Snapshot, read
from continuity.board.status import Board, board_at
from continuity.core.answers import Header
from continuity.core.clock import now
from continuity.core.ledger import CHANNEL
from continuity.core.postgresql.base import is_lost
from continuity.core.threads import GONE, Desk, in_thread
from incidents.parts import memory

log = structlog.get_logger(__name__)

REREAD = 15.0  # seconds; what writes no line, as a monitor's beats, is at most this late
GATHER = 0.001  # seconds; lines that come together become one reading
PACE = 0.25  # seconds between two readings at least: a long burst costs a few a second
LOOK = 0.2  # seconds between two looks at the clock
# Seconds after a boundary by which a reading would have shown it: then it shows from what is known.
LATE = 0.4
PROOF = 20.0  # seconds without a notification after which the listening connection must show that it lives
# Seconds in which a process that starts reads the present; then it begins with the last good board.
AT_ONCE = 1.0
BEGINS_WITHIN = 5.0  # seconds after which it begins without any board, where there is no last one
RETRY_FROM, RETRY_TO = 0.2, 2.0  # seconds between attempts to reach a database that is gone
PATIENCE = 10.0  # seconds a reading may take: it takes hundredths of one
CHECKED = b"x-portal-checked"


class Newsroom:
    """The newest board of this process, for as long as it runs."""

    def __init__(self, snapshot: Path | None = None) -> None:
        """`snapshot` is the file with the last good board, if one is kept."""
        self.facts: Facts | None = None
        self.board: Board | None = None
        self.checked_at: datetime | None = None
        self.is_listening = False
        self.told: Header = (CHECKED, b"")
        self.turn = 0  # grows with each reading and boundary, and when the board has grown old
        self.edition = 0  # grows whenever the board is another
        self.readings = 0  # grows whenever a ledger line was heard, and what it told of is read
        self.round = Round()
        self.rooms = Rooms(self.round)
        self.recalled: Snapshot | None = None  # what this process began with, where it had no database
        self._file, self._is_recalled = snapshot, False
        self._fragments: dict[str, Fragment] = {}
        self._screens: defaultdict[str, set[Screen]] = defaultdict(set)
        self._changed, self._has_board = asyncio.Event(), asyncio.Event()
        self._is_heard = False
        self._rendering = asyncio.Lock()
        self._desk = Desk(patience=PATIENCE)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_ready(self) -> bool:
        """Whether a board can be shown, was checked lately and will change by itself."""
        if self.board is None or self.checked_at is None:
            return False
        return self.is_listening and now() - self.checked_at < STALE

    @property
    def has_database(self) -> bool:
        """Whether Django can answer, as far as this process knows: its server neither went away nor hangs."""
        return self.is_listening and not is_lost()

    @property
    def says(self) -> tuple[int, bool, bool]:
        """What a page of the board says depends on: which board it is, and whether it is too old to be called live."""
        is_stale = self.checked_at is not None and now() - self.checked_at >= STALE
        return self.edition, self._is_recalled, is_stale

    def start(self) -> None:
        self._tasks = [
            _task(self._listen()),
            _task(self._follow()),
            _task(self._keep_time()),
            _task(self.round.go()),
        ]
        memory.start()

    async def begin(self) -> None:
        """Start, and return once there is a board: a process without one would let whoever asks it wait.

        Where the database does not answer soon that is the last good one.
        """
        self.start()
        if not await self._gets_board(AT_ONCE):
            await self._recall()
            await self._gets_board(BEGINS_WITHIN)

    async def _gets_board(self, within: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._has_board.wait()
        return self._has_board.is_set()

    async def stop(self) -> None:
        forget()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self.round.end()
        memory.stop()

    @contextmanager
    def showing(self, kind: str, screen: Screen) -> Iterator[None]:
        """Meanwhile a screen is shown each new fragment of this kind."""
        self._screens[kind].add(screen)
        self.round.join(screen)
        try:
            yield
        finally:
            self.round.part(screen)
            self._screens[kind].discard(screen)
            if not self._screens[kind]:
                del self._screens[kind]

    async def fragment(self, kind: str) -> Fragment:
        """The newest fragment of a kind, rendered once however many ask. Only once there is a board."""
        if found := self._fragments.get(kind):
            return found
        async with self._rendering:
            return self._fragments.get(kind) or await self._render(kind)

    @property
    def checked_words(self) -> str:
        """The instant at which the board was last known to be true, as ISO 8601; "" before the first."""
        return self.checked_at.isoformat(timespec="seconds") if self.checked_at else ""

    def pulse(self) -> bytes:
        """A sign of life with the server's clock and the instant the board was last checked."""
        told = {
            "now": now().isoformat(timespec="seconds"),
            "checked": self.checked_words,
            "live": self.is_ready,
        }
        return f"event: pulse\ndata: {json.dumps(told)}\n\n".encode()

    async def _follow(self) -> None:
        """Read again whenever something changed, a boundary in time has come, or enough time has passed."""
        wait, clock = RETRY_FROM, asyncio.get_running_loop().time
        while True:
            self._changed.clear()
            began = clock()
            try:
                await self._read()
                wait = RETRY_FROM
            except Exception as error:
                # Whatever it is, the newsroom must outlive it: no later change would reach a screen.
                tell("board.unreadable", error)
                await self._recall()
                wait = min(wait * 2, RETRY_TO)
                await asyncio.sleep(wait)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds_to_boundary()):
                    await self._changed.wait()
            await asyncio.sleep(max(GATHER, began + PACE - clock()))

    async def _read(self) -> None:
        at, was_heard, self._is_heard = now(), self._is_heard, False
        try:
            facts = await self._desk.ask(read_facts, at)
        except Exception:
            self._is_heard = self._is_heard or was_heard
            raise
        self.readings += was_heard
        if self.facts == facts:
            facts = self.facts  # of which fragments are rendered
        keep(facts, checked_at=at)
        if facts != self.facts or self.board is None or at >= self.board.changes_at:
            await self._show(facts, at)
        # What is on the screens until then may be old, and must not be called fresh.
        self._confirm(at)

    def _confirm(self, at: datetime, *, is_recalled: bool = False) -> None:
        """What the screens show was true at this instant, in this process or in one before it."""
        self.checked_at, self._is_recalled = at, is_recalled
        self.told = (CHECKED, self.checked_words.encode())
        self.turn += 1

    async def _recall(self) -> None:
        """Where there is no board yet, and no database, the last good one is that on disk."""
        if self.board is not None or self._file is None:
            return
        try:
            found = await in_thread(read, self._file)
            if found and self.board is None:
                self.recalled = found
                keep(found.facts, checked_at=found.checked_at, is_recalled=True)
                self._confirm(found.checked_at, is_recalled=True)
                await self._show(found.facts, now())
        except Exception as error:
            tell("board.unrecalled", error)

    async def _keep_time(self) -> None:
        """Show each boundary in time from what is known, where no reading does it: the database is gone, or slow.

        See, too, when the board grows too old to be called live.
        """
        was_stale, was_ready = False, True
        while True:
            await asyncio.sleep(LOOK)
            at = now()
            if self.is_ready and not was_ready:
                await self.round.tell()  # a loss that lasts is told in turn; nobody should wait for good news
            was_ready = self.is_ready
            if was_stale != self.says[-1]:
                was_stale = self.says[-1]
                self.turn += 1  # what was decided before the board grew too old says that it is live
            if self.facts and self.board and (at - self.board.changes_at).total_seconds() > LATE:
                try:
                    await self._show(self.facts, at)
                except Exception as error:
                    tell("board.unshown", error)

    async def _show(self, facts: Facts, at: datetime) -> None:
        """From now on these facts are the board, on every screen."""
        async with self._rendering:
            shown = self.facts, self.board, self._fragments
            self.facts, self.board = facts, board_at(facts, at)
            self.edition += 1
            self.turn += 1
            try:
                await self._render_again()
            except Exception:
                # What was shown stays, so that the next reading still finds something to change.
                self.facts, self.board, self._fragments = shown
                raise
            self._has_board.set()

    async def _render_again(self) -> None:
        """Render what is shown somewhere, and show it on the screens for which it came out different."""
        before, self._fragments = self._fragments, {}
        # What most people look at first: they do not wait until the rest is rendered.
        for kind in sorted({BOARD, BANNER, *self._screens}, key=self._watched, reverse=True):
            fragment = await self._render(kind)
            if kind not in before or before[kind].etag != fragment.etag:
                await tell_all(self._screens.get(kind, ()), said(fragment.event))

    def _watched(self, kind: str) -> int:
        """On how many screens it is shown."""
        return len(self._screens.get(kind, ()))

    async def _render(self, kind: str) -> Fragment:
        if self.facts is None or self.board is None:
            raise LookupError("There is no board yet.")
        fragment = await in_thread(fragment_of, self.facts, self.board, kind)
        self._fragments[kind] = fragment
        return fragment

    def _wake(self) -> None:
        """Something may have changed: read again soon."""
        self._is_heard = True
        self._changed.set()

    def _seconds_to_boundary(self) -> float:
        if self.board is None:
            return REREAD
        return max(0.0, min(REREAD, (self.board.changes_at - now()).total_seconds()))

    async def _listen(self) -> None:
        """Hear the ledger; come back by oneself whenever the connection is lost, and read afresh then."""
        wait = RETRY_FROM
        while True:
            try:
                async with await AsyncConnection.connect(autocommit=True, **_address()) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.is_listening, wait = True, RETRY_FROM
                    self._wake()
                    self.rooms.all_may_have_changed()
                    await self._hear(connection)
            except Exception as error:
                tell("ledger.unheard", error)
            finally:
                self.is_listening = False
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311 - spreads the reconnections
            wait = min(wait * 2, RETRY_TO)

    async def _hear(self, connection: AsyncConnection[Any]) -> None:
        while True:
            async for told in connection.notifies(timeout=PROOF):
                self._wake()
                self.rooms.heard(told.payload)
            await connection.execute("SELECT 1")


def _address() -> dict[str, Any]:
    """Where Django's own database is, for a direct connection: LISTEN does not pass through a pooler."""
    named = connections["default"].settings_dict
    options = {name: value for name, value in named["OPTIONS"].items() if name != "pool"}
    found = {
        "host": named["HOST"],
        "port": named["PORT"],
        "dbname": named["NAME"],
        "user": named["USER"],
        "password": named["PASSWORD"],
        "application_name": "continuity newsroom",
        "connect_timeout": 5,
        **options,
    }
    return {name: value for name, value in found.items() if value not in {"", None}}


def tell(event: str, error: Exception) -> None:
    """A database that is gone is a warning; what nobody foresaw is told with where it happened."""
    if isinstance(error, GONE):
        log.warning(event, error=type(error).__name__)
    else:
        log.exception(event, error=type(error).__name__)


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)
