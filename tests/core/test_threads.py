"""A database that hangs keeps nobody: not who asks it for long, and who does not ask it not at all."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from continuity.core.threads import GONE, Desk, in_thread

pytestmark = pytest.mark.enable_socket

PLACES, PATIENCE = 2, 0.2
AT_ONCE = 0.1  # seconds
WITHIN = 30.0  # seconds on a busy machine


@pytest.fixture
def lock() -> Iterator[threading.Event]:
    """What hanging work waits for; it is set in the end."""
    found = threading.Event()
    yield found
    found.set()


def test_it_answers_and_raises_as_the_work_does() -> None:
    async def ask() -> None:
        desk = Desk(patience=WITHIN)
        assert await desk.ask(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await desk.ask(divmod, 7, 0)

    asyncio.run(ask())


def test_many_wait_for_a_place_and_none_is_refused() -> None:
    async def ask() -> list[float]:
        desk = Desk(PLACES, patience=WITHIN)
        return await asyncio.gather(*(desk.ask(pow, 2.0, number) for number in range(50)))

    assert asyncio.run(ask()) == [2.0**number for number in range(50)]


def test_what_hangs_is_given_up_and_then_all_are_refused_at_once_until_it_ends(lock: threading.Event) -> None:
    async def ask() -> None:
        desk = Desk(PLACES, patience=PATIENCE)
        given_up = await asyncio.gather(*(desk.ask(lock.wait) for _ in range(10)), return_exceptions=True)
        assert all(isinstance(each, GONE) for each in given_up)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await desk.ask(divmod, 7, 2)
        assert time.monotonic() - began < AT_ONCE
        assert await in_thread(divmod, 7, 2) == (3, 1)

        lock.set()
        assert await comes(desk) == (3, 1)

    asyncio.run(asyncio.wait_for(ask(), WITHIN))


async def comes(desk: Desk) -> tuple[int, int]:
    """What a desk answers once it answers again."""
    while True:
        try:
            return await desk.ask(divmod, 7, 2)
        except TimeoutError:
            await asyncio.sleep(0.01)


def test_one_that_hangs_leaves_the_other_place(lock: threading.Event) -> None:
    async def ask() -> None:
        desk = Desk(PLACES, patience=PATIENCE)
        with pytest.raises(TimeoutError):
            await desk.ask(lock.wait)
        assert await desk.ask(divmod, 7, 2) == (3, 1)
        lock.set()

    asyncio.run(asyncio.wait_for(ask(), WITHIN))
