"""Several times the history: every row again, at once and in every place of the trust."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from continuity.library.models import Document

# Keys of the rows that were there before are below this.
FIRST = 1_000_000
# What a trust has once, however long it runs: its scales and roles, and what the portal notes for itself.
NOT_HISTORY = {
    *("accounts_role", "command_commandrole", "incidents_severityrule", "exercises_requirement"),
    "command_chain",  # one a cause
    "incidents_updatetemplate",  # a few, kept by hand
    *("notifications_channelhealth", "notifications_channelhealth_needs", "notifications_roledefault"),
    "notifications_pulse",
    *("releases_policy", "releases_busytime"),
    "catalogue_usage",  # 168 numbers a service, however long it is counted
    *("core_counter", "core_seal", "intake_adopted"),
}
ROOMS = ("continuity.", "incidents", "releases")
# The database writes what the library has of everything else.
SHELVE = (
    "SELECT library_shelve_incident(ARRAY(SELECT id FROM incidents_incident))",
    "SELECT library_shelve_release(ARRAY(SELECT id FROM releases_release))",
    "SELECT library_shelve_review(ARRAY(SELECT id FROM reviews_review))",
    "SELECT library_shelve_plan(ARRAY(SELECT id FROM plans_version))",
    "SELECT library_shelve_observation(ARRAY(SELECT id FROM reviews_observation))",
)


def history() -> list[type[models.Model]]:
    """Every table of ours that grows, with those that only join two others."""
    ours = [app for app in apps.get_app_configs() if app.name.startswith(ROOMS)]
    found = [model for app in ours for model in app.get_models(include_auto_created=True)]
    return [model for model in found if model._meta.db_table not in NOT_HISTORY]


def sizes() -> dict[str, int]:
    """How many rows each of them has."""
    return {model._meta.db_table: model._base_manager.count() for model in history()}


def grow() -> None:
    """Every row is there again, about copies of what it is about; and again about the same things.

    A row about several things is also there once for each of them, about that one and copies of the others. So
    whatever a page walks along is longer. What cannot be there twice, by a constraint, is left out.
    """
    grown = [model for model in history() if model is not Document]
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # rows stand before those they are about
        for model in grown:
            links = [field for field in model._meta.concrete_fields if field.related_model in grown]
            for turn, kept in enumerate([[], links, *([link] for link in links)], start=1):
                cursor.execute(_copying(model, moved=set(links) - set(kept), turn=turn))
        cursor.execute("SET LOCAL session_replication_role = origin")
        for said in SHELVE:
            cursor.execute(said)
        cursor.execute("ANALYZE")  # else done by itself, but only for rows that are committed


def _copying(model: type[models.Model], *, moved: set[Any], turn: int) -> sql.Composable:
    """Every row of before again: told apart by its turn, the links in `moved` lead to copies of the first turn."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    unique = set(_told_apart_by(model))
    values = [_value(field, field in moved, field in unique, turn) for field in fields]
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} WHERE {} < {} ON CONFLICT DO NOTHING").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        sql.SQL(", ").join(values),
        sql.Identifier(model._meta.db_table),
        sql.Identifier(model._meta.pk.column),
        FIRST,
    )


def _value(field: Any, is_moved: bool, is_unique: bool, turn: int) -> sql.Composable:
    """What stands in a column of a copy."""
    found: sql.Composable = sql.Identifier(field.column)
    if is_moved:
        return sql.SQL("{} + {}").format(found, FIRST)
    if not is_unique or field.remote_field or field.choices:
        return found
    match field:
        case models.AutoField():
            found = sql.SQL("{} + {}").format(found, turn * FIRST)
        case models.UUIDField():
            found = sql.SQL("gen_random_uuid()")
        case models.CharField(max_length=int(longest)):
            tail = f"-{turn}"
            found = sql.SQL("left({}, {}) || {}").format(found, longest - len(tail), tail)
        case models.IntegerField():
            found = sql.SQL("{} + {}").format(found, turn * 100)
    return found


def _told_apart_by(model: type[models.Model]) -> Iterator[Any]:
    """The fields in which rows of a table must differ."""
    yield from (field for field in model._meta.concrete_fields if field.unique)
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            yield from (model._meta.get_field(name) for name in rule.fields)
