"""The engine that `settings.DATABASES` names: connections from Django's pool, no waiting for a lost server.

The pool alone would let every page wait for its time limit while the server is gone, and after a long loss look
for it again only minutes after its return. Here the first page that meets a dead connection asks the server
itself; while that fails, one page a second asks again and all others are refused at once. A server that hangs
closes no connection: it is tried for a moment, and then is gone too.
"""

import select
import threading
import time
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Error, OperationalError, connect
from psycopg_pool import PoolTimeout

AGAIN = 1.0  # seconds between two questions to a server that is gone
ANSWERS_WITHIN = 2  # seconds a server that was gone is given to take a connection
HANGS_AFTER = 3.0  # seconds without an answer on a connection that was there
GONE = "The database is gone. It is asked again in a second."


class Reach:
    """What this process knows of whether its server answers."""

    def __init__(self) -> None:
        self.is_lost = False
        self._asked_at = 0.0
        self._asking = threading.Lock()

    def find(self, params: dict[str, Any], *, is_sure: bool = False) -> None:
        """Pass while the server is not known to be gone; else ask it, or be refused because somebody just did.

        `is_sure` asks in any case. Raises OperationalError.
        """
        if not (self.is_lost or is_sure):
            return
        was_just_asked = self.is_lost and time.monotonic() - self._asked_at < AGAIN
        if was_just_asked or not self._asking.acquire(blocking=False):
            raise OperationalError(GONE)
        try:
            self.is_lost = True
            connect(**{**params, "connect_timeout": ANSWERS_WITHIN}).close()
            self.is_lost = False
        finally:
            self._asked_at = time.monotonic()
            self._asking.release()

    def lose(self) -> None:
        """No connection could be had: ask before the next one."""
        self.is_lost = True


_reaches: dict[str, Reach] = {}


def is_lost() -> bool:
    """Whether this process found the server gone when it asked last."""
    reach = _reaches.get(DEFAULT_DB_ALIAS)
    return reach is not None and reach.is_lost


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is known to live when it is handed out."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A living connection. Raises OperationalError, soon, when the server is gone."""
        reach = _reaches.setdefault(self.alias, Reach())
        reach.find(conn_params)
        try:
            while not lives(connection := super().get_new_connection(conn_params)):
                self._give_back(connection)
                reach.find(conn_params, is_sure=True)
        except PoolTimeout:
            reach.lose()
            raise
        return connection

    def _give_back(self, connection: Any) -> None:
        """Hand a dead connection to the pool, which forgets it."""
        if pool := self.pool:  # type: ignore[attr-defined]  # not in its stubs
            pool.putconn(connection)
        else:
            connection.close()


def lives(connection: Any) -> bool:
    """Whether a connection from the pool leads to a server that answers: one that hangs is as good as gone."""
    wire, until = connection.pgconn, time.monotonic() + HANGS_AFTER
    try:
        wire.send_query(b"")
        wire.flush()
        answers = select.poll()  # no `select()`: it knows no file above 1,024, and streams are files
        answers.register(wire.socket, select.POLLIN)
        while wire.is_busy() or wire.get_result() is not None:
            if wire.is_busy() and not answers.poll(max(0.0, until - time.monotonic()) * 1000):
                wire.finish()
                return False
            wire.consume_input()
    except Error:
        return False
    return True
