"""A database is brought up to date, or it is said why it cannot be."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ours(settings: Any) -> None:
    connection.ensure_connection()
    settings.DATABASE_URL = connection.connection.info.dsn


def test_a_database_that_is_up_to_date_is_left_as_it_is() -> None:
    said = StringIO()

    call_command("prepare_database", stdout=said)

    assert said.getvalue() == ""


def test_one_that_was_left_halfway_by_an_earlier_state_is_refused_with_what_to_do() -> None:
    done = MigrationRecorder(connection).migration_qs.filter(app="incidents")
    done.get(name__startswith="0016").delete()
    before = done.count()

    with pytest.raises(CommandError, match="Check out commit 79f1b6d, run it once over this database"):
        call_command("prepare_database")

    assert done.count() == before
