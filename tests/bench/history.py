"""A long history beside a short one: rows written in seconds, and the database as it was before them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

UNIQUE = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'"
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass AND NOT indisprimary AND (%s OR NOT indisunique)
"""


@contextmanager
def without_triggers() -> Iterator[None]:
    """Within it no trigger runs: one for each row of a hundred thousand takes minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def shelve(kind: str, made: models.QuerySet[Any]) -> None:
    """Have the library hold what was written without its triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT library_shelve_{kind}(%s)", [list(made.values_list("pk", flat=True))])


def twin(name: str) -> BaseDatabaseWrapper:
    """A second database as this one is now."""
    connection.creation.clone_test_db(name, verbosity=0)
    before: BaseDatabaseWrapper = connection.copy(name)
    before.settings_dict = connection.creation.get_test_db_clone_settings(name)
    connections[name] = before
    return before


@contextmanager
def over(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Within it everything here reads that database, a `twin` of this one."""
    present = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = present


@contextmanager
def indexed_afterwards(table: str, *, unique: bool = True) -> Iterator[None]:
    """Within it a table has its key and no other index: to write each of millions of rows into five takes minutes.

    Without `unique` it keeps those by which its rows are told apart.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNIQUE, [table])
        constraints = cursor.fetchall() if unique else []
        for name, _ in constraints:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES, [table, unique])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("RESET maintenance_work_mem")
