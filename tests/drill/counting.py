"""What is counted at the end of a drill and of a roll-out: what the database kept, and which letters came."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg

from tests.mailserver import MailServer

DELIVERY = re.compile(r"<delivery\.(\d+)\.")
KEPT = (
    "SELECT text FROM incidents_entry UNION ALL SELECT happened FROM incidents_update WHERE kind = 'update'"
)
LETTERS = "SELECT id FROM notifications_delivery WHERE channel = 'email' AND state = ANY(%(states)s)"


def rows(url: str, query: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """What a database answers."""
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()


def marks_kept(url: str) -> Counter[str]:
    """How often each line of a log and each update is kept, by its words."""
    return Counter(text for (text,) in rows(url, KEPT))


def not_kept(url: str, marks: Iterable[str]) -> list[str]:
    """Those of these lines and updates that are not kept."""
    kept = marks_kept(url)
    return [mark for mark in marks if mark not in kept]


def kept_again(url: str, marks: Iterable[str]) -> int:
    """How often one of these lines and updates is kept again."""
    kept = marks_kept(url)
    return sum(kept[mark] - 1 for mark in marks if mark in kept)


def letters(url: str, *states: str) -> list[int]:
    """The letters that are in one of these states, by their number."""
    return [pk for (pk,) in rows(url, LETTERS, {"states": list(states)})]


def never_came(url: str, post: MailServer) -> list[int]:
    """Letters that are called sent, and that the mail server never had."""
    came = {DELIVERY.match(letter)[1] for letter in post.by_letter()}  # type: ignore[index]
    return [pk for pk in letters(url, "sent") if str(pk) not in came]


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
