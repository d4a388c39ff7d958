"""What is judged during a drill, by what processes of their own see: a look at the board, and open browsers."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

from continuity.core.processes import wait_until
from tests.drill.browsing import Glance
from tests.drill.looking import EVERY, Look
from tests.drill.people import Book, Person
from tests.faults.visitors import PATIENCE

# A board that was checked so long after an answer must show what it answered: the instant has whole seconds.
ROUNDED = timedelta(seconds=1)
# A board this old says that it is not live: `continuity.board.newest.STALE`, and a little for the portal's tick.
OLD_S = 47.0
OPEN_WITHIN = 60.0  # seconds until Chromium has started and both pages are live


class Judge(Person):
    """Hears what a process of its own sees, a line of JSON each, until that is told to end."""

    def __init__(self, module: str, argument: str) -> None:
        super().__init__(self.run, pause=0.0)
        self.words = [sys.executable, "-m", module, argument]
        self.looks = 0

    def start(self) -> None:
        self.looking = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        super().start()

    def run(self) -> None:
        assert self.looking.stdout
        with self.looking.stdout as lines:
            for line in lines:
                self.looks += 1
                self.hear(json.loads(line))

    def hear(self, seen: dict[str, Any]) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        assert self.looking.stdin
        self.looking.stdin.close()
        assert self.looking.wait(PATIENCE) == 0
        super().stop()


class Looker(Judge):
    """Judges what somebody sees who looks at the board ten times a second.

    `away_s` is for how long there was no board, in seconds; `unmarked` how often one hid what it should have known,
    by the instant at which it says it was checked; `slowest_s` and `oldest_s` the longest wait, and the greatest age.
    """

    def __init__(self, port: int, book: Book) -> None:
        super().__init__("tests.drill.looking", str(port))
        self.book = book
        self.away_s, self.unmarked, self.oldest_s, self.slowest_s = 0.0, 0, 0.0, 0.0

    def hear(self, seen: dict[str, Any]) -> None:
        self.judge(Look(**seen))

    def judge(self, seen: Look) -> None:
        """Whether there was a board, and what was answered before the instant at which it says it was checked."""
        self.slowest_s = max(self.slowest_s, seen.seconds)
        if not seen.is_there:
            self.away_s += seen.seconds + EVERY
        elif not seen.checked:
            self.unmarked += 1
        else:
            self.oldest_s = max(self.oldest_s, seen.age_s)
            due = self.book.told_before(datetime.fromisoformat(seen.checked) - ROUNDED)
            hides_its_age = seen.age_s > OLD_S and not seen.says_old
            self.unmarked += hides_its_age or not set(due) <= set(seen.told)


class Browsers(Judge):
    """Judges what stands on the pages that stay open in Chromium, each glance at each page.

    `unmarked` is how often one that was told nothing for too long did not say that it is not live; `blank` how often
    one showed no board, or not its age; `oldest_s` the greatest age.
    """

    def __init__(self, address: str) -> None:
        super().__init__("tests.drill.browsing", address)
        self.unmarked, self.blank, self.oldest_s = 0, 0, 0.0
        self.newest: dict[str, Glance] = {}

    def start(self) -> None:
        """Start, and return once the pages are open."""
        super().start()
        assert wait_until(lambda: bool(self.looks), within=OPEN_WITHIN)

    def hear(self, seen: dict[str, Any]) -> None:
        self.judge(Glance(**seen))

    def judge(self, seen: Glance) -> None:
        """Whether there is a board, and whether it says so when it is old."""
        self.newest[seen.path] = seen
        self.blank += seen.is_blank
        self.unmarked += seen.age_s > OLD_S and not seen.says_old
        self.oldest_s = max(self.oldest_s, seen.age_s)

    @property
    def behind(self) -> int:
        """How many pages are not live in the end, or do not show the last board."""
        return sum(not glance.is_last for glance in self.newest.values())
