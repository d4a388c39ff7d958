"""Open streams. Each is told what is new in one go with all others, without a task, a timer or a thread of its own."""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings

from continuity.core.answers import Message, Receive, Send

PULSE = 10.0  # seconds between signs of life: a page that misses two polls instead
TURNS = 10  # parts of all streams, which get theirs one after another
SLOWEST = 20.0  # seconds in which a reader must take what it is sent
GOODBYE = 1.0  # seconds in which a stream that is ended must have taken all; servers that stop wait for two
AT_ONCE = 200  # streams told in one go, before anything else may happen
SPARE = 200  # open files that are kept for everything else: pages, polls, the database
# What is said where no stream can be had; the pages ask by themselves then, and try again.
FULL, LATER = b"More streams than this process may hold. Ask again, or poll.\n", {b"retry-after": b"15"}
END: Message = {"type": "http.response.body", "body": b""}


class Screen:
    """One open stream. A reader who is slow misses what was in between and nothing else; one who takes nothing goes."""

    __slots__ = (
        *("_has_begun", "_late", "_next", "_reader", "_send", "_taking"),
        *("admits", "is_gone", "pulse", "pulses_a_look", "pulses_left", "turn"),
    )

    def __init__(
        self,
        send: Send,
        *,
        pulse: Callable[[], bytes],
        admits: Callable[[], Awaitable[bool]] | None,
        pulses_a_look: int = 1,
    ) -> None:
        """`pulse` makes its sign of life; `admits` says whether its reader may still watch (None: always).

        It is asked once for `pulses_a_look` signs of life.
        """
        self._send, self.pulse, self.admits, self.pulses_a_look = send, pulse, admits, pulses_a_look
        self.pulses_left, self.turn = pulses_a_look, 0
        self.is_gone = self._late = self._has_begun = False
        self._taking: asyncio.Task[None] | None = None
        self._next: Message | None = None
        self._reader: asyncio.Task[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether its reader has still to take what it was sent last."""
        return self._taking is not None

    def say(self, message: Message) -> None:
        """Send it now, or once the reader has taken the last; of several that wait the newest is sent.

        What comes before the stream has begun is left out: it begins with what is the newest then.
        """
        if self.is_gone or not self._has_begun:
            return
        if self._taking:
            self._next = message
            return
        sending = self._send(message).__await__()
        try:
            waits_for = next(sending)
        except StopIteration:
            return
        except Exception:
            self.leave()
            return
        self._taking = asyncio.create_task(self._take(Begun(sending, waits_for)))

    def leave(self) -> None:
        """End the stream, once."""
        if self._reader and not self.is_gone:
            self._reader.cancel()
        self.is_gone = True

    async def watched(self, receive: Receive, first: Awaitable[bytes]) -> None:
        """Say `first`, and return when the reader has gone or was made to leave."""
        self._reader = asyncio.current_task()
        try:
            self._begin(await first)
            while not self.is_gone and (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not self.is_gone or self._reader is None or self._reader.uncancel():
                raise
        if self.is_gone and not self._late:
            await self._say_goodbye()
        self.is_gone, self._reader = True, None
        if self._taking:
            self._taking.cancel()

    async def _say_goodbye(self) -> None:
        """End it as HTTP does, unless its reader does not take even what came before."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await self._send(END)

    def _begin(self, first: bytes) -> None:
        self._has_begun = True
        self.say(said(first))

    async def _take(self, begun: "Begun") -> None:
        try:
            async with asyncio.timeout(SLOWEST):
                await begun
        except TimeoutError:
            self._late = True
            cut(self._send)
            self.leave()
        finally:
            self._taking = None
        message, self._next = self._next, None
        if message:
            self.say(message)


class Begun:
    """Sending that was begun and must wait: whoever awaits this goes on with it."""

    def __init__(self, sending: Generator[Any, None, None], waits_for: Any) -> None:
        self.sending, self.waits_for = sending, waits_for

    def __await__(self) -> Generator[Any, None, None]:
        try:
            yield self.waits_for
        except BaseException:
            self.sending.close()
            raise
        yield from self.sending


class Round:
    """Gives all open streams of a process their sign of life in turn, and asks anew who may watch."""

    def __init__(self) -> None:
        self._turns = [set[Screen]() for _ in range(TURNS)]
        self._came, self._is_over = 0, False
        self._looking = set[asyncio.Task[None]]()

    @property
    def is_full(self) -> bool:
        """Whether this process holds all the streams it may: whoever comes now polls instead."""
        return sum(map(len, self._turns)) >= streams_at_most()

    def join(self, screen: Screen) -> None:
        self._came += 1
        screen.turn = self._came % TURNS
        # Those that came together are not looked at all at once.
        screen.pulses_left = 1 + self._came // TURNS % screen.pulses_a_look
        self._turns[screen.turn].add(screen)
        if self._is_over:
            screen.leave()

    def part(self, screen: Screen) -> None:
        self._turns[screen.turn].discard(screen)

    def end(self) -> None:
        """The process stops: every stream ends, also one that is just beginning."""
        self._is_over = True
        for screen in [screen for turn in self._turns for screen in turn]:
            screen.leave()

    async def go(self) -> None:
        """Go round and round."""
        self._is_over = False
        while True:
            for turn in self._turns:
                await asyncio.sleep(PULSE / TURNS)
                self._visit(list(turn))

    async def tell(self) -> None:
        """Give all their sign of life now, in turn or not: it says something else than the last."""
        for turn in self._turns:
            _pulse(list(turn))
            await asyncio.sleep(0)

    def _visit(self, screens: Iterable[Screen]) -> None:
        _pulse(screens)
        for screen in screens:
            if screen.admits:
                self._look(screen, screen.admits)

    def _look(self, screen: Screen, admits: Callable[[], Awaitable[bool]]) -> None:
        """Ask whether its reader may still watch, where that is due."""
        screen.pulses_left -= 1
        if screen.pulses_left <= 0:
            screen.pulses_left = screen.pulses_a_look
            task = asyncio.create_task(_ends_unless(admits, screen))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)


def _pulse(screens: Iterable[Screen]) -> None:
    pulses = dict[Callable[[], bytes], Message]()
    for screen in screens:
        if screen.pulse not in pulses:
            pulses[screen.pulse] = said(screen.pulse())
        if not screen.is_busy:
            screen.say(pulses[screen.pulse])


def streams_at_most() -> int:
    """How many streams a process may hold: as the settings say, and never so many that no file is left to open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = settings.STREAMS_AT_MOST if files == resource.RLIM_INFINITY else files - SPARE
    return max(0, min(settings.STREAMS_AT_MOST, allowed))


def said(body: bytes) -> Message:
    """A part of a stream, as it is sent to any number of readers."""
    return {"type": "http.response.body", "body": body, "more_body": True}


def cut(send: Send) -> None:
    """End a connection without what its reader did not take: one that is merely closed waits until that is taken.

    ASGI has no word for it, so this asks uvicorn's side of `send`; with another server the connection stays.
    """
    if transport := getattr(getattr(send, "__self__", None), "transport", None):
        transport.abort()


async def tell_all(screens: Iterable[Screen], message: Message) -> None:
    """Say the same on all of these."""
    for number, screen in enumerate(list(screens), 1):
        screen.say(message)
        if not number % AT_ONCE:
            await asyncio.sleep(0)


async def _ends_unless(admits: Callable[[], Awaitable[bool]], screen: Screen) -> None:
    if not await admits():
        screen.leave()
