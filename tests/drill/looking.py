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
CHECKED = re.compile(r'data-checked="([^"]+)"')
INCIDENT = re.compile(r'href="(/incidents/[^/"]+/)"')


@dataclass(frozen=True)
class Look:
    """What somebody saw who has no log-in, and asks once more where no board comes."""

    seconds: float  # until there was a board, or until it was given up
    is_there: bool
    checked: str = (
        ""  # the instant at which the board says it was checked, ISO 8601; "" where it does not say
    )
    age_s: float = 0.0  # seconds since then
    incidents: tuple[str, ...] = ()  # the addresses of those it shows


def look(port: int) -> Look:
    """Look at the board on this port of this machine."""
    began = time.monotonic()
    page = board_on(port) or board_on(port)
    took = time.monotonic() - began
    if page is None:
        return Look(took, is_there=False)
    found = CHECKED.search(page)
    if found is None:
        return Look(took, is_there=True)
    age_s = (datetime.now(UTC) - datetime.fromisoformat(found[1])).total_seconds()
    shown = tuple(dict.fromkeys(INCIDENT.findall(page)))
    return Look(took, is_there=True, checked=found[1], age_s=age_s, incidents=shown)


def board_on(port: int) -> str | None:
    """The whole page, over a connection of its own."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(line), suppress(OSError, HTTPException):
        line.request("GET", "/")
        answer = line.getresponse()
        page = answer.read().decode()
        return page if answer.status == SEEN else None
    return None


def main() -> None:
    port, due = int(sys.argv[1]), time.monotonic()
    while not select.select([sys.stdin], [], [], max(0.0, due - time.monotonic()))[0]:
        sys.stdout.write(json.dumps(asdict(look(port))) + "\n")
        sys.stdout.flush()
        due = max(due + EVERY, time.monotonic())


if __name__ == "__main__":
    main()
