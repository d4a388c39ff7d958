"""Keeps the snapshot on disk as new as the board: of the processes over a folder one writes."""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterable
from pathlib import Path

from continuity.board.documents import Documents
from continuity.board.known import Facts
from continuity.board.newsroom import Newsroom, tell
from continuity.board.snapshots import Snapshot, write
from continuity.board.standby import Standby
from continuity.core.threads import in_thread

PACE = 5.0  # seconds between two writings at least
STILL_TRUE = 60.0  # seconds after which it is written again, though nothing changed: it was confirmed since


class Keeper:
    """Writes what a process's newsroom knows, for as long as the process runs."""

    def __init__(
        self, newsroom: Newsroom, documents: Documents, addresses: Iterable[str], standby: Standby, file: Path
    ) -> None:
        """`addresses` are those of the documents that are kept too."""
        self.newsroom, self.documents, self.standby, self.file = newsroom, documents, standby, file
        self._addresses = tuple(addresses)
        self._lock: int | None = None
        self._written: Facts | None = None
        self._written_at = float("-inf")
        self._is_failing = False

    async def keep(self) -> None:
        """Look every few seconds whether there is something to write. Never ends by itself."""
        try:
            while True:
                await asyncio.sleep(PACE)
                try:
                    await self.look()
                except Exception as error:
                    # A full disk, say: the board goes on, each look tries again, and it is told once.
                    if not self._is_failing:
                        tell("snapshot.unwritten", error)
                    self._is_failing = True
        finally:
            self.give_up()

    async def look(self) -> None:
        """Write what is known, if it was confirmed lately and is news, or an old snapshot is still true."""
        room = self.newsroom
        if not room.is_ready or room.facts is None or room.checked_at is None or not self.standby.has_looked:
            return
        is_news = room.facts is not self._written
        if not (is_news or time.monotonic() - self._written_at >= STILL_TRUE) or not self._is_ours():
            return
        facts, checked_at = room.facts, room.checked_at
        found = {address: await self.documents.text(address) for address in self._addresses}
        documents = {address: text for address, text in found.items() if text is not None}
        copies = self.standby.copies or ()
        await in_thread(write, Snapshot(facts, checked_at, documents, copies), self.file)
        self._written, self._written_at, self._is_failing = facts, time.monotonic(), False

    def _is_ours(self) -> bool:
        """Whether this process writes. The lock is the kernel's: it cannot outlive its process."""
        if self._lock is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True

    def give_up(self) -> None:
        """Leave the writing to another process."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
