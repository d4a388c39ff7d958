"""`python -m tests.drill.looking PORT`: looks at the board every tenth of a second, until its input ends.

It is a process of its own, so that a look is due when it is due, however busy the people of the drill are. Each
look is a line of JSON: a `Look`.
"""

import json
import re
import select
import sys
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException

EVERY = 0.1  # seconds
PATIENCE = 1.0  # seconds for one attempt: who waits longer has no board
SEEN = 200
AGE = re.compile(r'data-checked="[^"]+">([^<]*)<')
CHECKED = "X-Portal-Checked"
OLD = "Not live."
TOLD = re.compile(r'href="(/(?:incidents|releases)/[^/"]+/)"')


@dataclass(frozen=True)
class Look:
    """What somebody saw who has no log-in, and asks once more where no board comes."""

    seconds: float  # until there was a board, or until it was given up
    is_there: bool
    # The instant at which the board was last checked, ISO 8601; "" where the page does not say that it was.
    checked: str = ""
    age_s: float = 0.0  # seconds since then
    says_old: bool = False  # whether it says that it is not live
    told: tuple[str, ...] = ()  # the addresses of the incidents and notices it shows


def look(port: int) -> Look:
    """Look at the board on this port of this machine."""
    began = time.monotonic()
    seen = board_on(port) or board_on(port)
    took = time.monotonic() - began
    if seen is None:
        return Look(took, is_there=False)
    page, checked = seen
    age = AGE.search(page)
    if age is None or not checked:
        return Look(took, is_there=True)
    age_s = (datetime.now(UTC) - datetime.fromisoformat(checked)).total_seconds()
    told = tuple(dict.fromkeys(TOLD.findall(page)))
    return Look(took, is_there=True, checked=checked, age_s=age_s, says_old=age[1].startswith(OLD), told=told)


def board_on(port: int) -> tuple[str, str] | None:
    """The whole page and when its board was checked, over a connection of its own; None where it came too late."""
    began = time.monotonic()
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(line), suppress(OSError, HTTPException):
        line.request("GET", "/")
        answer = line.getresponse()
        page = answer.read().decode()
        is_in_time = time.monotonic() - began <= PATIENCE
        return (page, answer.headers[CHECKED] or "") if answer.status == SEEN and is_in_time else None
    return None


def main() -> None:
    port, due = int(sys.argv[1]), time.monotonic()
    while not select.select([sys.stdin], [], [], max(0.0, due - time.monotonic()))[0]:
        sys.stdout.write(json.dumps(asdict(look(port))) + "\n")
        sys.stdout.flush()
        due = max(due + EVERY, time.monotonic())


if __name__ == "__main__":
    main()
