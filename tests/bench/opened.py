"""An open board in Chromium: how soon after its commit a change stands on the page."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from incidents.actions import declare
from tests.bench import browser, sample
from tests.bench.board import HERE, until_ready
from tests.bench.streams import served

CHANGES = 15
REST = (1.0, 2.0)  # seconds between two changes, so that they come at any moment of the portal's own rounds


def figures() -> Iterator[tuple[str, float]]:
    """`commit_to_browser_ms`, the median of the changes; nothing where there is no Chromium, which is said."""
    if not browser.is_there():
        sys.stderr.write("commit_to_browser_ms is left out: there is no Chromium here.\n")
        return
    sample.load_once()
    by = sample.somebody("manager")
    hit = list(Service.objects.filter(kind=Service.Kind.SYSTEM).order_by("pk")[:CHANGES])
    with served("continuity.asgi:application") as (port, _):
        until_ready(port)
        with watched(f"http://{HERE}:{port}/") as seen_at:
            took = [shown_after_s(service, by, seen_at) for service in hit]
    yield "commit_to_browser_ms", median(took) * 1000


def shown_after_s(service: Service, by: User, seen_at: Callable[[str], float]) -> float:
    """Seconds from the commit of an incident until its reference stands on the page."""
    time.sleep(random.uniform(*REST))
    with transaction.atomic():
        declared = declare(
            title=f"{service.name} is down", services={service: "down"}, impact=3, urgency=3, by=by, at=now()
        )
        committed = time.time()
    return seen_at(declared.ref) - committed


@contextmanager
def watched(address: str) -> Iterator[Callable[[str], float]]:
    """The board open in a browser; answers a function that says when a reference first stood there (Unix time)."""
    words = [sys.executable, "-m", "tests.bench.browser", address]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdin
        assert page.stdout
        said = page.stdout.readline()
        assert said == "open\n", said

        def seen_at(ref: str) -> float:
            assert page.stdin
            assert page.stdout
            page.stdin.write(f"{ref}\n")
            page.stdin.flush()
            return float(page.stdout.readline())

        yield seen_at
        page.stdin.close()
