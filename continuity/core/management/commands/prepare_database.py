"""`manage.py prepare_database`: a database that this version of the portal can work with."""

from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Before each room's steps were written as one.
LAST_WITH_EACH_STEP = "79f1b6d"


class Command(BaseCommand):
    help = "Brings the database up to date; in sample mode, loads the sample trust into one that nobody uses."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        _need_a_database()
        _need_all_that_is_replaced()
        if _waiting():
            self._say("Bringing the database up to date.")
            call_command("migrate", interactive=False, verbosity=0)
        if settings.SAMPLE_MODE and not get_user_model().objects.exists():
            self._say("Loading the sample trust.")
            call_command("load_sample", stdout=self.stdout)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _need_a_database() -> None:
    """Ask once and directly: the pool would try for a while and then say less."""
    try:
        psycopg.connect(settings.DATABASE_URL, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise CommandError(f"The database does not answer. {error}") from None


def _need_all_that_is_replaced() -> None:
    """Refuse a database in which only some of the steps were done that one file stands for now: the rest is gone."""
    done = set(MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations())
    for step in MigrationLoader(None).disk_migrations.values():
        if done.intersection(step.replaces) and not done.issuperset(step.replaces):
            raise CommandError(
                f"This database was left by an earlier state of the portal. Check out commit {LAST_WITH_EACH_STEP}, "
                "run it once over this database, and come back. Nothing was changed."
            )


def _waiting() -> bool:
    """Whether a migration of this version is not in the database yet."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
