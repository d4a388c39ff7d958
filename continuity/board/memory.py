"""What is held ready in front of Django: made once for a state of the portal and a minute, however many ask."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from continuity.board.newsroom import tell
from continuity.core.clock import now
from continuity.core.threads import Desk, in_thread

KEPT = 500  # things a shelf holds; the longest unasked give way
TRIED_AGAIN = 1.0  # seconds for which the last one serves where a new one cannot be made

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Held(Generic[T]):
    """A thing, and for how long it is true: while nothing changed, and until the minute that it shows is over."""

    thing: T
    edition: object
    until: float


class Shelf(Generic[K, T]):
    """Things by what they are for."""

    def __init__(self, edition: Callable[[], object], desk: Desk | None = None) -> None:
        """A shelf of what is true as long as `edition` answers the same; made at the desk if it needs a database."""
        self._edition = edition
        self._done = desk.ask if desk else in_thread
        self._held: OrderedDict[K, Held[T]] = OrderedDict()
        self._making = asyncio.Lock()

    def fresh(self, key: K) -> Held[T] | None:
        """What is held for this, while it is true."""
        held = self._held.get(key)
        is_true = held and held.edition == self._edition() and time.monotonic() < held.until
        return held if is_true else None

    async def get(self, key: K, make: Callable[[], T]) -> Held[T] | None:
        """What is held for this, made in a thread where it is not true any more.

        While the database that it needs is gone that is the last one, and None where there was none.
        """
        if found := self.fresh(key):
            return found
        async with self._making:
            if found := self.fresh(key):
                return found
            edition, until = self._edition(), time.monotonic() + seconds_left()
            try:
                thing: T = await self._done(make)
            except Exception as error:
                # Django answers what cannot be made here, or says why not.
                tell("memory.unmade", error)
                return self._last(key)
            return self._hold(key, Held(thing, edition, until))

    def hold_last(self, key: K, thing: T) -> Held[T]:
        """From now on this serves for a moment, and again whenever a new one cannot be made."""
        return self._hold(key, Held(thing, self._edition(), time.monotonic() + TRIED_AGAIN))

    def _last(self, key: K) -> Held[T] | None:
        old = self._held.get(key)
        return self.hold_last(key, old.thing) if old else None

    def _hold(self, key: K, held: Held[T]) -> Held[T]:
        self._held[key] = held
        self._held.move_to_end(key)
        while len(self._held) > KEPT:
            self._held.popitem(last=False)
        return held


def seconds_left() -> float:
    """Seconds until the minute is over."""
    at = now()
    return 60.0 - at.second - at.microsecond / 1e6
