"""References such as REL-2026-007: one series a kind and year, without gaps, safe for two at once."""

import re
from datetime import datetime

from django.db import connection

from continuity.core.clock import local

READABLE = re.compile(r"^(?P<series>[A-Z]{3}-\d{4})-(?P<number>\d+)$")

_TAKE = """
    INSERT INTO core_counter (series, last) VALUES (%s, 1)
    ON CONFLICT (series) DO UPDATE SET last = core_counter.last + 1 RETURNING last
"""
_AT_LEAST = """
    INSERT INTO core_counter (series, last) VALUES (%s, %s)
    ON CONFLICT (series) DO UPDATE SET last = GREATEST(core_counter.last, EXCLUDED.last)
"""


def next_reference(prefix: str, at: datetime) -> str:
    """The next reference of a kind ("REL") in the London year of `at`. Given back when the transaction is."""
    series = f"{prefix}-{local(at).year}"
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series])
        number = cursor.fetchone()[0]
    return f"{series}-{number:03}"


def keep_clear_of(reference: str) -> None:
    """Never give out a reference that came from outside again."""
    found = READABLE.match(reference)
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_AT_LEAST, [found["series"], int(found["number"])])
