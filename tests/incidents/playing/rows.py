"""What the database holds about incidents, as one digest a table: equal before and after, and nothing changed."""

from functools import cache

from django.apps import apps
from django.db import connection

ABOUT_THEM = ("core_line", "core_words", "notifications_message", "notifications_delivery")
# These go on after an incident is over: who follows it, alarms that end, reminders that are crossed off.
GO_ON = {"incidents_follow", "incidents_escalation", "incidents_chase", "incidents_report"}


def rows() -> dict[str, str]:
    """A digest of every row that says anything of an incident, by table."""
    with connection.cursor() as cursor:
        cursor.execute(_every_table())
        return dict(cursor.fetchall())


def record_of(incident: int) -> str:
    """A digest of one incident's own record: what closing it closes."""
    with connection.cursor() as cursor:
        cursor.execute(_own_tables(), {"incident": incident})
        return str(cursor.fetchall())


@cache
def _every_table() -> str:
    own = [model._meta.db_table for model in apps.get_app_config("incidents").get_models()]
    return _digests([(table, "") for table in (*own, *ABOUT_THEM)])


@cache
def _own_tables() -> str:
    models = apps.get_app_config("incidents").get_models()
    own = {model._meta.db_table for model in models if any(f.name == "incident" for f in model._meta.fields)}
    return _digests([(table, " WHERE incident_id = %(incident)s") for table in sorted(own - GO_ON)])


def _digests(tables: list[tuple[str, str]]) -> str:
    return " UNION ALL ".join(_digest(table, where) for table, where in tables)


def _digest(table: str, where: str) -> str:
    rows = "coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
    return f"SELECT '{table}', {rows} FROM {table} t{where}"  # noqa: S608 - Django's own names of its tables
