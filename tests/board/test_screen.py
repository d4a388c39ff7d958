"""Open streams: what a slow reader gets, when one is dropped, and that nobody waits for another."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from continuity.board import screen as screens
from continuity.board.screen import Round, Screen, said, tell_all
from continuity.core.answers import Message
from tests.board.knocking import WAIT, comes_true


class Reader:
    """Takes what it is sent, or waits with that while it is held up."""

    def __init__(self) -> None:
        self.took = list[bytes]()
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.gone = asyncio.Event()
        self.ended = False
        self.looks = 0

    async def send(self, message: Message) -> None:
        await self._may_go_on()
        self.took.append(message["body"])
        self.ended = not message.get("more_body")

    async def _may_go_on(self) -> None:
        while not self.goes_on.is_set():
            await self.goes_on.wait()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}


def screen_of(reader: Reader, *, admits: bool = True, pulses_a_look: int = 1) -> Screen:
    async def asked() -> bool:
        reader.looks += 1
        return admits

    return Screen(reader.send, pulse=lambda: b"pulse", admits=asked, pulses_a_look=pulses_a_look)


async def beginning() -> bytes:
    return b"first"


def run(work: Callable[[Reader, Screen, "asyncio.Task[None]"], Awaitable[None]], **facts: Any) -> None:
    """Run a test's work on an open stream; afterwards it is over."""

    async def whole() -> None:
        reader = Reader()
        screen = screen_of(reader, **facts)
        task = asyncio.create_task(screen.watched(reader.receive, beginning()))
        await comes_true(lambda: reader.took == [b"first"])
        await work(reader, screen, task)
        reader.gone.set()
        async with asyncio.timeout(WAIT):
            await task

    asyncio.run(whole())


def test_what_is_said_is_sent_at_once() -> None:
    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        screen.say(said(b"news"))

        assert reader.took == [b"first", b"news"]
        assert not screen.is_busy

    run(work)


def test_a_slow_reader_gets_the_newest_and_misses_what_was_in_between() -> None:
    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        reader.goes_on.clear()
        for body in (b"one", b"two", b"three"):
            screen.say(said(body))
        assert screen.is_busy
        reader.goes_on.set()
        await comes_true(lambda: not screen.is_busy)

        assert reader.took == [b"first", b"one", b"three"]

    run(work)


def test_nobody_waits_for_a_slow_reader() -> None:
    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        other = Reader()
        quick = screen_of(other)
        watching = asyncio.create_task(quick.watched(other.receive, beginning()))
        await comes_true(lambda: other.took == [b"first"])
        reader.goes_on.clear()
        await tell_all([screen, quick], said(b"news"))

        assert (reader.took, other.took) == ([b"first"], [b"first", b"news"])
        reader.goes_on.set()
        other.gone.set()
        await watching

    run(work)


def test_a_reader_who_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "SLOWEST", 0.05)

    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        reader.goes_on.clear()
        screen.say(said(b"news"))
        async with asyncio.timeout(WAIT):
            await task

        assert screen.is_gone
        assert reader.took == [b"first"]

    run(work)


def test_a_server_that_breaks_ends_only_that_stream() -> None:
    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        def broken() -> Awaitable[None]:
            raise RuntimeError("The answer is over.")

        reader._may_go_on = broken  # type: ignore[assignment, method-assign]
        screen.say(said(b"news"))
        assert screen.is_gone
        del reader._may_go_on
        async with asyncio.timeout(WAIT):
            await task

        assert reader.ended

    run(work)


def test_who_is_made_to_leave_is_told_the_end() -> None:
    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        screen.leave()
        async with asyncio.timeout(WAIT):
            await task
        screen.say(said(b"news"))

        assert reader.took == [b"first", b""]
        assert reader.ended

    run(work)


def test_a_server_that_ends_a_stream_is_obeyed() -> None:
    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with pytest.raises(asyncio.CancelledError):
        run(work)


@pytest.mark.parametrize("admits", [True, False])
def test_the_round_gives_signs_of_life_and_asks_again_who_may_watch(
    admits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "PULSE", 0.05)

    async def work(reader: Reader, screen: Screen, task: "asyncio.Task[None]") -> None:
        way = Round()
        way.join(screen)
        going = asyncio.create_task(way.go())
        await comes_true(lambda: reader.took.count(b"pulse") > 2 if admits else task.done())
        going.cancel()
        way.part(screen)

        assert screen.is_gone is not admits
        assert b"pulse" in reader.took

    run(work, admits=admits)


def test_streams_that_came_together_are_not_looked_at_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "PULSE", 0.0)

    async def whole() -> None:
        way, readers = Round(), [Reader() for _ in range(4 * screens.TURNS)]
        for reader in readers:
            way.join(screen_of(reader, pulses_a_look=2))
        counted = list[int]()
        for _ in range(4):
            for turn in way._turns:
                way._visit(turn)
            await asyncio.sleep(0)
            counted.append(sum(reader.looks for reader in readers))

        assert counted == [20, 40, 60, 80]

    asyncio.run(whole())
