"""`python -m tests.rolling [TIMES]`: prints what a new version under load lost, one `name: value` a line.

Every process of two machines is started again, once or more often. Needs an nginx on this machine.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import psycopg

from continuity.core.processes import wait_until
from tests.drill.counting import came_again, kept_again, letters, never_came, not_kept, printed, rows
from tests.drill.judging import Looker
from tests.drill.people import CROWD, NOT_REACHED, Book, Noter, Person, Screen, said_by
from tests.faults.house import DECLARATION
from tests.faults.visitors import Visitor
from tests.mailserver import MailServer
from tests.rolling.machines import GOOD, front, running, servers

PAGES = ("/", "/releases/", "/incidents/", "/services/ers/", "/areas/ward-3/", "/api/v2/summary.json")
# So much that two cores are busy and not full: a process that starts takes some seconds.
READERS, NOTERS, SCREENS, TOLD = 3, 3, 10, 5
AFTERWARDS_S, SENT_WITHIN_S = 5.0, 120.0
WAITING = ("queued", "sending")
NOT_SENT = (*WAITING, "failed", "unknown")


class Reader(Person):
    """Reads one page after another; those that do not come are `refused`."""

    def __init__(self, port: int) -> None:
        super().__init__(self._read, pause=0.1)
        self.visitor, self.asked = Visitor(port), 0

    def _read(self) -> None:
        path = PAGES[self.asked % len(PAGES)]
        self.asked += 1
        try:
            status = str(self.visitor.get(path).status)
        except NOT_REACHED as error:
            status = type(error).__name__
        if status != str(GOOD):
            self.refused.append(f"{path} {status}")


class Load:
    """Everybody who is at the portal meanwhile."""

    def __init__(self, port: int, url: str) -> None:
        self.book, self.url = Book(), url
        writers = [Visitor(port) for _ in range(NOTERS + 1)]
        for writer in writers:
            writer.log_in("commander")
            writer.get("/incidents/declare/")
        ((service,),) = rows(url, "SELECT id FROM catalogue_service WHERE key = 'printing'")
        form = {**DECLARATION, "title": "Rolling", "service": str(service), "once": str(uuid4())}
        room = said_by(writers[0].press("/incidents/declare/", **form))["address"]
        self.noters = [Noter(writer, room, self.book, pause=0.5) for writer in writers[1:]]
        self.noters.append(Noter(writers[0], room, self.book, pause=3.0, tells_staff=True))
        self.readers = [Reader(port) for _ in range(READERS)]
        self.screens = [Screen(port) for _ in range(SCREENS)]
        self.looker = Looker(port, self.book)
        self.people: list[Person] = [*self.readers, *self.noters, *self.screens, self.looker]

    def start(self) -> None:
        for person in self.people:
            person.start()

    def stop(self) -> None:
        for person in self.people:
            person.stop()

    def lost(self, post: MailServer) -> list[str]:
        """Pages and forms that were not answered as they should be, what was kept or sent not at all, in words."""
        said = [words for person in self.people for words in person.refused]
        for noter in self.noters:
            said += ["a form was put off"] * noter.put_off
            said += ["a form was not answered"] * noter.broken
        said += [f"{mark} was not kept" for mark in not_kept(self.url, self.book.marks)]
        said += [f"letter {pk} was not sent" for pk in letters(self.url, *NOT_SENT)]
        return said + [f"letter {pk} did not come" for pk in never_came(self.url, post)]

    def twice(self, post: MailServer) -> int:
        """Letters that came to the same address again, and notes that are kept again."""
        return kept_again(self.url, self.book.marks) + came_again(post)


def rolled(times: int) -> Iterator[tuple[str, float]]:
    """What was asked and what was lost, by its name."""
    with ExitStack() as stack:
        post = stack.enter_context(MailServer())
        environment = stack.enter_context(servers(post.url))
        url = environment["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            connection.execute(CROWD, {"count": TOLD})
        doors, processes = stack.enter_context(running(environment))
        load = Load(stack.enter_context(front(doors)), url)
        load.start()
        began = time.monotonic()
        for _ in range(times):
            for process in processes:
                process.restart()
        yield "rolled_in_s", time.monotonic() - began
        time.sleep(AFTERWARDS_S)
        load.stop()
        wait_until(lambda: not letters(url, *WAITING), within=SENT_WITHIN_S)
        lost = load.lost(post)
        sys.stderr.writelines(f"lost: {' '.join(words.split())[:400]}\n" for words in lost[:20])
        yield "pages_read", sum(reader.asked for reader in load.readers)
        yield "forms_accepted", load.book.accepted
        yield "letters", post.count()
        yield "lost", len(lost)
        yield "twice", load.twice(post)
        yield "board_looks", load.looker.looks
        yield "board_unavailable_s", load.looker.away_s
        yield "board_slowest_s", load.looker.slowest_s
        yield "streams_ended", sum(screen.drops for screen in load.screens)


# What must be nothing, by name.
NONE = ("lost", "twice", "board_unavailable_s")


def is_good(name: str, value: float) -> bool:
    return not (name in NONE and value)


if __name__ == "__main__":
    sys.exit(printed(rolled(int(sys.argv[1]) if sys.argv[1:] else 1), is_good))
