"""`python -m tests.drill`: parts of a busy portal are taken away; prints what was kept, one `name: value` a line."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg

from continuity.core.clock import local
from continuity.core.embedded import Postgres, Valkey
from continuity.core.processes import wait_until
from continuity.core.wording import date_words, time_words
from tests.bench import browser
from tests.clusters import ROOT
from tests.drill.counting import came_again, kept_again, letters, never_came, not_kept, printed, rows
from tests.drill.judging import Browsers, Looker
from tests.drill.parts import blows, small_disk, struck
from tests.drill.people import CROWD, Book, Declarer, Noter, Person, Publisher, Screen, said_by
from tests.faults.house import READY_WITHIN, House
from tests.faults.visitors import Visitor
from tests.mailserver import MailServer
from tests.processes.portals import Portal

READERS, SCREENS, NOTERS = 40, 20, 4
# A worker has four letters on their way at once; two workers, two databases and a mail server die, and a disk is full.
IN_FLIGHT = 6 * 4
PATIENCE_S = 180.0
# How many of the crowd have a letter, in whatever state, about something that was told.
HAVE_LETTERS = """
    SELECT count(DISTINCT d.person_id) FROM notifications_delivery d
    JOIN notifications_message m ON m.id = d.message_id JOIN accounts_user u ON u.id = d.person_id
    WHERE d.channel = 'email' AND u.username LIKE 'drill%%'
        AND (m.subject_ref = %(of)s OR position(%(of)s in m.body) > 0)
"""
# Those that are to go by themselves before long.
WAITING = """channel = 'email' AND NOT is_for_digest
    AND (state = 'sending' OR state = 'queued' AND due_at < now() + interval '5 minutes')"""


class Load:
    """Everybody who is at the portal during the drill."""

    def __init__(self, house: House) -> None:
        self.book = Book()
        forms = [house.declaration(f"Drill {number}", key) for number, key in enumerate(services(house))]
        writer = somebody(house)
        room = said_by(writer.press("/incidents/declare/", once=str(uuid4()), **forms.pop(0)))["address"]
        self.writers: list[Person] = [
            Declarer(somebody(house), iter(forms), self.book, pause=10.0),
            Publisher(manager(house), notice(house), self.book, pause=8.0),
            Noter(writer, room, self.book, pause=2.0, tells_staff=True),
            *(Noter(somebody(house), room, self.book, pause=0.5) for _ in range(NOTERS)),
        ]
        self.looker = Looker(house.port, self.book)
        self.screens = [Screen(house.port) for _ in range(SCREENS)]
        self.browsers = Browsers(house.portal.url) if browser.is_there() else None

    def start(self) -> None:
        for person in (*self.watching, *self.writers):
            person.start()

    def goes_on(self) -> bool:
        """Whether somebody declares, posts and tells after this instant, as before."""
        book = self.book
        before = [len(kept) for kept in (book.declared, book.posted, book.updated)]
        return wait_until(
            lambda: all(
                len(kept) > count
                for kept, count in zip((book.declared, book.posted, book.updated), before, strict=True)
            ),
            within=PATIENCE_S,
        )

    @property
    def watching(self) -> list[Person]:
        return [self.looker, *self.screens, *([self.browsers] if self.browsers else [])]

    @property
    def put_off(self) -> int:
        """How many forms were answered with "not now"."""
        return sum(person.put_off for person in self.writers)

    @property
    def refused(self) -> list[str]:
        return [words for person in self.writers for words in person.refused]

    def stop_writing(self) -> None:
        for person in self.writers:
            person.stop()
        assert not self.refused, self.refused[0]

    def stop(self) -> None:
        for person in self.watching:
            person.stop()

    def not_shown(self) -> int:
        """What was declared or posted and does not stand on a screen, each screen counted."""
        return sum(
            f'href="{address}"' not in screen.shown
            for screen in self.screens
            for address in self.book.on_the_board
        )


def services(house: House) -> list[str]:
    """The keys of all services but buildings: one an incident, so that each shows on a board."""
    query = "SELECT key FROM catalogue_service WHERE kind <> 'building' ORDER BY key"
    return [key for (key,) in rows(house.database.url, query)]


def somebody(house: House) -> Visitor:
    """Somebody who commands incidents, with a form's token in hand."""
    visitor = house.visitor("commander")
    visitor.get("/incidents/declare/")
    return visitor


def manager(house: House) -> Visitor:
    """Somebody who posts notices, with a form's token in hand."""
    visitor = house.visitor("manager")
    visitor.get("/releases/new/")
    return visitor


def notice(house: House) -> dict[str, str]:
    """A form that keeps a draft of work in 5 days, which waits for a hand."""
    begins = local(datetime.now(UTC) + timedelta(days=5))
    moments = {"outage_from": begins, "outage_to": begins + timedelta(hours=2)}
    return {
        "services": house.declaration("", "printing")["service"],
        "effect": "down",
        "kind": "release",
        "source": "local",
        "contact": "IT service desk, ext 5000",
        "is_held": "on",
        **{f"{name}_date": date_words(at) for name, at in moments.items()},
        **{f"{name}_time": time_words(at) for name, at in moments.items()},
    }


@contextmanager
def busy_house() -> Iterator[tuple[House, MailServer, bool]]:
    """A portal with the sample and readers of its letters, over servers that lose nothing in a power cut."""
    folders = [Path(tempfile.mkdtemp(prefix="portal-drill-")) for _ in range(2)]
    database, broker, portal = Postgres(folders[0]), Valkey(folders[1]), Portal()
    try:
        with MailServer() as post, small_disk(folders[0]) as is_disk_small:
            urls = {"DATABASE_URL": database.start(), "BROKER_URL": broker.start(), "EMAIL_URL": post.url}
            portal.start(SAMPLE="on", **urls).ready()
            house = House(database, broker, portal)
            with psycopg.connect(database.url) as connection:
                connection.execute(CROWD, {"count": READERS})
            assert wait_until(house.is_whole, within=READY_WITHIN)
            try:
                yield house, post, is_disk_small
            finally:
                portal.discard()
                database.stop()
    finally:
        portal.discard()
        database.discard()
        broker.discard()


def drill() -> Iterator[tuple[str, float]]:
    """What was kept and what was not, by its name."""
    with busy_house() as (house, post, is_disk_small):
        if not is_disk_small:
            sys.stderr.write("The disk was left out: to mount a small one takes root.\n")
        load = Load(house)
        load.start()
        if not load.browsers:
            sys.stderr.write("The browsers were left out: there is no Chromium here.\n")
        for blow in blows(house, post, is_disk_small=is_disk_small):
            before = load.put_off
            yield f"recover_{blow.name}_s", struck(blow)
            if blow.name == "disk":
                yield "put_off_by_disk", load.put_off - before
            assert load.goes_on(), f"After {blow.name} not everybody could write. {load.refused[:1]}"
        load.stop_writing()
        wait_until(lambda: waiting(house) == 0 and load.not_shown() == 0, within=PATIENCE_S)
        load.stop()
        yield "accepted", load.book.accepted
        yield "incidents_declared", len(load.book.declared)
        yield "notices_posted", len(load.book.posted)
        yield "updates_told", len(load.book.updated)
        yield "put_off", load.put_off
        yield "broken_off", sum(person.broken for person in load.writers)
        yield "lost", lost(house, post, load)
        yield "duplicates", duplicates(house, post, load.book)
        yield "unknown", house.count("notifications_delivery WHERE state = 'unknown'")
        yield "letters", post.count()
        yield "boards_streamed", sum(screen.boards for screen in load.screens)
        yield "streams_ended", sum(screen.drops for screen in load.screens)
        yield "board_looks", load.looker.looks
        yield "board_unavailable_s", load.looker.away_s
        yield "board_slowest_s", load.looker.slowest_s
        yield "board_oldest_s", load.looker.oldest_s
        yield "stale_unmarked", load.looker.unmarked
        if load.browsers:
            yield from in_browsers(load.browsers)
        yield "ledger_faults", faults_of_the_ledger(house)


def in_browsers(browsers: Browsers) -> Iterator[tuple[str, float]]:
    """What stood on the pages that stayed open in Chromium."""
    yield "browser_looks", browsers.looks
    yield "browsers_oldest_s", browsers.oldest_s
    yield "browsers_unmarked", browsers.unmarked
    yield "browsers_blank", browsers.blank
    yield "browsers_behind", browsers.behind


def lost(house: House, post: MailServer, load: Load) -> int:
    """Writes that were answered and are not kept or not shown, letters that were to go and did not."""
    book, url = load.book, house.database.url
    gone = len(not_kept(url, book.marks))
    refs = {f"/incidents/{ref}/" for (ref,) in rows(url, "SELECT ref FROM incidents_incident")}
    gone += sum(address not in refs for address in book.declared)
    announced = "SELECT ref FROM releases_release WHERE state = 'published'"
    refs = {f"/releases/{ref}/" for (ref,) in rows(url, announced)}
    gone += sum(address not in refs for address in book.posted)
    return gone + load.not_shown() + not_told(house, book) + not_sent(house, post)


def not_told(house: House, book: Book) -> int:
    """Readers for whom no letter was ever written about what was declared, posted or told, each thing counted."""
    things = [*book.updated, *(address.split("/")[2] for address in book.on_the_board)]
    return sum(READERS - rows(house.database.url, HAVE_LETTERS, {"of": thing})[0][0] for thing in things)


def not_sent(house: House, post: MailServer) -> int:
    """Letters that wait still or were given up, and those that are called sent and never came."""
    url = house.database.url
    return waiting(house) + len(letters(url, "failed")) + len(never_came(url, post))


def waiting(house: House) -> int:
    return house.count(f"notifications_delivery WHERE {WAITING}")


def duplicates(house: House, post: MailServer, book: Book) -> int:
    """Letters that came to the same address again; lines, updates and incidents that are kept again."""
    url = house.database.url
    titles = Counter(title for (title,) in rows(url, "SELECT title FROM incidents_incident"))
    return (
        came_again(post)
        + kept_again(url, book.marks)
        + sum(times - 1 for title, times in titles.items() if title.startswith("Drill "))
    )


def faults_of_the_ledger(house: House) -> int:
    """What `verify_ledger` answers: 0 where every line stands in its place."""
    command = [sys.executable, "manage.py", "verify_ledger"]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(house.portal.data)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False
    ).returncode


# What must hold, by name.
AT_LEAST = {
    "accepted": 200,
    "put_off_by_disk": 1,
    "board_oldest_s": 50,
    "browser_looks": 300,
    "browsers_oldest_s": 50,
}
AT_MOST = {
    "recover_postgresql_s": 5,
    "lost": 0,
    "duplicates": 0,
    "unknown": IN_FLIGHT,
    "board_unavailable_s": 0,
    "board_slowest_s": 1,
    "stale_unmarked": 0,
    "browsers_unmarked": 0,
    "browsers_blank": 0,
    "browsers_behind": 0,
    "ledger_faults": 0,
}


def is_good(name: str, value: float) -> bool:
    return AT_LEAST.get(name, 0) <= value <= AT_MOST.get(name, float("inf"))


if __name__ == "__main__":
    sys.exit(printed(drill(), is_good))
