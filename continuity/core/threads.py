"""Blocking work beside the loop of a web process: what waits for the database never keeps what does not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import Error as DatabaseError
from django.db import connections
from psycopg import Error
from psycopg_pool import PoolTimeout

GONE = (DatabaseError, Error, PoolTimeout, OSError)  # what is raised where the database cannot be asked

T = TypeVar("T")


class Desk:
    """A few threads that ask the database one kind of thing.

    Whoever asks waits for a place, and from then on for `patience` seconds: a server that hangs, or a lock on a
    table, is as good as gone. As many asks may hang as there are places; until one ends all others are refused at once.
    """

    def __init__(self, places: int = 1, *, patience: float) -> None:
        self.patience = patience
        self._most = places
        self._places = asyncio.Semaphore(places)
        self._threads = ThreadPoolExecutor(2 * places, thread_name_prefix="desk")
        self._hanging = set[Future[Any]]()

    async def ask(self, work: Callable[..., T], *things: Any) -> T:
        """What the work answers, or raises; TimeoutError, one of `GONE`, where it does not end."""
        async with self._places:
            if len(self._hanging) >= self._most:
                raise TimeoutError("The database does not answer.")
            asked = self._threads.submit(returned, work, *things)
            try:
                async with asyncio.timeout(self.patience):
                    return await asyncio.wrap_future(asked)
            except TimeoutError:
                self._hanging.add(asked)
                asked.add_done_callback(self._hanging.discard)
                raise


async def in_thread(work: Callable[..., T], *things: Any) -> T:
    """Do work that computes or writes a file, and needs no database."""
    return await asyncio.to_thread(returned, work, *things)


def returned(work: Callable[..., T], *things: Any) -> T:
    """Do work in this thread, and give the database connection back if it took one."""
    try:
        return work(*things)
    finally:
        connections.close_all()
