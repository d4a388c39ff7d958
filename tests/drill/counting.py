"""What is counted at the end of a drill and of a roll-out: what the database kept, and which letters came."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import psycopg

from tests.mailserver import MailServer

DELIVERY = re.compile(r"<delivery\.(\d+)\.")
NONE: Mapping[str, Any] = MappingProxyType({})
KEPT = (
    "SELECT text FROM incidents_entry UNION ALL SELECT happened FROM incidents_update WHERE kind = 'update'"
)
LETTERS = "SELECT id FROM notifications_delivery WHERE channel = 'email' AND state ="


def rows(url: str, query: str, values: Mapping[str, Any] = NONE) -> list[tuple[Any, ...]]:
    """What a database answers."""
    with psycopg.connect(url) as connection:
        return connection.execute(query, dict(values) or None).fetchall()


def marks_kept(url: str) -> Counter[str]:
    """How often each line of a log and each update is kept, by its words."""
    return Counter(text for (text,) in rows(url, KEPT))


def given_up(url: str) -> list[int]:
    """Letters that nobody tries to send any more."""
    return [pk for (pk,) in rows(url, f"{LETTERS} 'failed'")]


def never_came(url: str, post: MailServer) -> list[int]:
    """Letters that are called sent, and that the mail server never had."""
    came = {DELIVERY.match(letter)[1] for letter in post.by_letter()}  # type: ignore[index]
    return [pk for (pk,) in rows(url, f"{LETTERS} 'sent'") if str(pk) not in came]


def came_again(post: MailServer) -> int:
    """Letters that came to the same address again, each time counted."""
    return sum(times - 1 for times in post.by_letter().values())


def printed(figures: Iterable[tuple[str, float]], is_good: Callable[[str, float], bool]) -> int:
    """Print each as it comes, one `name: value` a line; what the command ends with: 1 where one is not good."""
    is_all_good = True
    for name, value in figures:
        is_all_good &= is_good(name, value)
        sys.stdout.write(f"{name}: {value:.3f}\n" if isinstance(value, float) else f"{name}: {value}\n")
        sys.stdout.flush()
    return 0 if is_all_good else 1
