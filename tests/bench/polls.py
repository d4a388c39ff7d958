"""Ten thousand pages that have no stream and ask for the board every 15 seconds, on two web processes."""

import subprocess
import sys
import time
from collections.abc import Iterator

from continuity.core.clock import now
from releases.models import Release, State
from tests.bench import sample
from tests.bench.board import until_ready
from tests.bench.streams import rename, served

PAGES, EVERY, SECONDS = 10_000, 15.0, 20.0
LINES = 200  # kept connections, as a proxy keeps them
REST = 2.0  # seconds in which a process that began is at rest
CHANGED_AFTER = 6.0  # seconds: from then on every page gets a new board once


def figures() -> Iterator[tuple[str, float]]:
    """`polls_10000_p99_ms` from the moment a question was due, and how many failed; the board changes meanwhile."""
    sample.load_once()
    ahead = Release.objects.filter(state=State.PUBLISHED, work__startswith__gt=now()).earliest("work")
    with served("continuity.asgi:application") as (port, _):
        until_ready(port)
        time.sleep(REST)
        words = (port, PAGES, EVERY, SECONDS, LINES)
        asking = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.polling", *map(str, words)], stdout=subprocess.PIPE, text=True
        )
        time.sleep(CHANGED_AFTER)
        rename(ahead)
        said, _ = asking.communicate()
    answers, new, failed, p99 = said.split()
    assert int(new) > 0, "The board did not change."
    yield "polls_10000_p99_ms", float(p99) * 1000
    yield "polls_10000_failed", int(failed)
    yield "polls_10000_per_s", int(answers) / SECONDS
