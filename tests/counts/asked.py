"""What a page asks of the database, each query named by what it reads."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

# A text, a name, a bracket or the word itself: the FROM that is in no bracket is the query's own.
PIECE = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[()]|\bFROM\b""")
TABLE = re.compile(r'(?:FROM|INTO|UPDATE) "(\w+)"')
TIMES = " x "


@contextmanager
def asking() -> Iterator[Counter[str]]:
    """Counts the queries asked meanwhile, by name. Cheaper than Django's own, which writes out every value."""
    asked: Counter[str] = Counter()

    def note(execute: Any, query: str, *rest: Any) -> Any:
        asked[named(query)] += 1
        return execute(query, *rest)

    with connection.execute_wrapper(note):
        yield asked


@cache
def named(query: str) -> str:
    """`services` for a query that reads services, `+evidence` for one that writes evidence, else its first word."""
    verb = query.split(maxsplit=1)[0].strip("(").lower()
    if verb in {"insert", "update", "delete"}:
        found = TABLE.search(query)
        return f"+{_noun(found[1])}" if found else verb
    return _noun(_own_table(query)) if verb in {"select", "with"} else verb


def told(asked: Counter[str]) -> str:
    """`services, updates x 2`, which `read` understands."""
    return ", ".join(f"{name}{TIMES}{times}" if times > 1 else name for name, times in asked.items())


def read(account: str) -> Counter[str]:
    pairs = (each.partition(TIMES) for each in account.split(", ") if each)
    return Counter({name: int(times or 1) for name, _, times in pairs})


def _own_table(query: str) -> str:
    """The table after the query's own FROM; of a union, of its first part; nothing where the SQL is hand-written."""
    depth = 0
    for piece in PIECE.finditer(query):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if piece[0] == "FROM" and depth == 0 and (found := TABLE.match(query, piece.start())):
            return found[1]
    found = TABLE.search(query)
    return found[1] if found else ""


def _noun(table: str) -> str:
    return _nouns().get(table, table or "hand-written")


@cache
def _nouns() -> dict[str, str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: str(model._meta.verbose_name_plural) for model in models}
