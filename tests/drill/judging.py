"""What is judged during a drill, by what processes of their own see."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

from tests.drill.looking import EVERY, Look
from tests.drill.people import Book, Person
from tests.faults.visitors import PATIENCE

# A board that was checked so long after an answer must show what it answered: the instant has whole seconds.
ROUNDED = timedelta(seconds=1)
# A board this old says that it is not live: `continuity.board.newest.STALE`, and a little for the portal's tick.
OLD_S = 47.0


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
