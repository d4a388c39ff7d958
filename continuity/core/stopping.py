"""Hears that this process is to stop while its server still waits for what is open."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

SIGNS = (signal.SIGTERM, signal.SIGINT)
# Seconds in which uvicorn, which looks at its signals ten times a second, stops listening and marks each open
# connection as one that closes after its answer. Who was cut earlier might come back to the process that ends.
SOON = 0.25


@contextmanager
def before_stopping(act: Callable[[], None]) -> Iterator[None]:
    """Within it `act` is called in the running loop soon after SIGTERM or SIGINT, and the server hears these too.

    A server tells its application of the end once everything open has ended, or was cut with an error for each.
    """
    loop = asyncio.get_running_loop()

    def heard(before: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], None]:
        def hear(sign: int, frame: FrameType | None) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(loop.call_later, SOON, act)
            before(sign, frame)

        return hear

    is_main = threading.current_thread() is threading.main_thread()
    found = {sign: signal.getsignal(sign) for sign in SIGNS if is_main}
    handled = {sign: before for sign, before in found.items() if callable(before)}
    for sign, before in handled.items():
        signal.signal(sign, heard(before))
    try:
        yield
    finally:
        for sign, before in handled.items():
            signal.signal(sign, before)
