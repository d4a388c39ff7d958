"""A portal with the sample in it, over servers that may be taken away."""

import os
import signal
from dataclasses import dataclass

import psycopg

from continuity.core.embedded import Postgres, Valkey
from tests.faults.visitors import Visitor
from tests.processes.portals import Portal

READY_WITHIN = 30.0  # seconds until the second web process has read its news too
DECLARATION = {
    "effect": "down",
    # As bad as can be, so that nothing waits to be gathered into one letter.
    "impact": "1",
    "urgency": "1",
    "do_now": "Write labels by hand.",
}


@dataclass
class House:
    """The portal and the two servers it stands on."""

    database: Postgres
    broker: Valkey
    portal: Portal

    @property
    def port(self) -> int:
        return int(self.portal.written["PORT"])

    def visitor(self, username: str = "") -> Visitor:
        found = Visitor(self.port)
        if username:
            assert found.log_in(username).status == 302
        return found

    def is_whole(self) -> bool:
        """Whether every web process has read its news: they share the port, so one of many asks each."""
        return {self.visitor().get("/readyz").status for _ in range(10)} == {200}

    def number(self, query: str) -> int:
        """A number straight from the database."""
        with psycopg.connect(self.database.url) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def count(self, table: str) -> int:
        return self.number(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own words

    def done_by_people(self) -> int:
        """How many lines of the ledger are theirs; the clock's own alarms and reminders go on meanwhile."""
        return self.number("SELECT count(*) FROM core_line WHERE actor_kind <> 'system'")

    def declaration(self, title: str, service: str = "printing") -> dict[str, str]:
        """A form that declares an incident of a service, named by its key."""
        with psycopg.connect(self.database.url) as connection:
            row = connection.execute("SELECT id FROM catalogue_service WHERE key = %s", [service]).fetchone()
        assert row is not None
        return {**DECLARATION, "title": title, "service": str(row[0])}

    def waiting_mail(self) -> int:
        """Letters that are due and not sent.

        Reminders of mild incidents are gathered for a minute, and are not due yet.
        """
        is_due = "(state = 'sending' OR state = 'queued' AND due_at <= now())"
        return self.count(f"notifications_delivery WHERE channel = 'email' AND {is_due}")

    def sent_mail(self) -> int:
        return self.count("notifications_delivery WHERE channel = 'email' AND state = 'sent'")

    def pids(self, *words: str) -> set[int]:
        """The processes whose names begin so: the web's and the worker's, or those that are named."""
        named = words or ("portal web", "portal worker")
        return {trace.pid for word in named for trace in self.portal.named(word)}


def killed(server: Postgres | Valkey) -> None:
    """Take a server away without a word."""
    assert server.child is not None
    os.kill(server.child.pid, signal.SIGKILL)
    server.child.wait()
