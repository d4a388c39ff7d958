"""Statements that run thousands of times in a row: planned once a connection."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def prepared(sql: str, values: Sequence[object]) -> tuple[Any, ...] | None:
    """The first row of a statement whose plan the server keeps; raises what Django's cursors raise.

    Django's own cursors write the values into the text, so that the server plans each anew: for a change of two rows
    found by their keys that takes several times longer than making it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values, prepare=True).fetchone()
