"""The cast and the stage: a private PostgreSQL a test run, people by role, an instant to act at."""

import gc
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client, TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.core.embedded import DATABASE, Postgres
from continuity.core.env import database_of
from tests.clusters import copy
from tests.factories import UserFactory
from tests.processes.portals import begun_once

# A machine that is busy with other tests is slow, which is no fault of what is tested.
hypothesis_settings.register_profile(
    "patient", hypothesis_settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")


def pytest_itemcollected(item: pytest.Item) -> None:
    """One worker begins with all that need no database, while another makes the one that everybody begins with.

    Said before xdist asks for groups, which it does before it asks this file for the order.
    """
    if not needs_a_database(item) and not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group("no database"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is given more time begins sooner, so that nobody waits at the end for one last long test."""
    items.sort(key=time_given, reverse=True)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: to look for garbage among it again and again takes a minute in all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def needs_a_database(item: pytest.Item) -> bool:
    """Whether a test asks for one, by a mark, a fixture or its class."""
    is_marked = item.get_closest_marker("django_db") is not None
    is_django_s = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    return is_marked or is_django_s or "begun" in getattr(item, "fixturenames", ())


def time_given(item: pytest.Item) -> float:
    """The seconds that a test says it may take; none for most."""
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a portal that was started in an empty one and stopped, one for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    return begun_once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def cluster(begun: Path) -> Path:
    """The folder of a stopped PostgreSQL that has every migration in it."""
    return begun / "postgresql"


@pytest.fixture(scope="session")
def own_postgres(cluster: Path) -> Iterator[Postgres]:
    """A PostgreSQL of this worker's own, started when the first test wants a database."""
    server = Postgres(copy(cluster, Path(tempfile.mkdtemp(prefix="portal-tests-"))), throwaway=True)
    server.start()
    yield server
    connections.close_all()
    server.discard()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    own_postgres: Postgres, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at the run's own server before the test database is made."""
    found: dict[str, Any] = database_of(own_postgres.url)
    for place in (settings.DATABASES["default"], connections["default"].settings_dict):
        place.update({key: value for key, value in found.items() if key not in {"OPTIONS", "NAME"}})
        place["NAME"] = "postgres"
        place["OPTIONS"] = {**found["OPTIONS"], "pool": {"min_size": 1, "max_size": 8, "timeout": 5}}
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = DATABASE


# What migrations put there: the roles, severities and channels a trust begins with.
SEEDED = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "accounts_role",
    "command_commandrole",
    "incidents_severityrule",
    "incidents_updatetemplate",
    "exercises_requirement",
    "notifications_roledefault",
    "notifications_channelhealth",
    "releases_policy",
    "releases_busytime",
}


# Of what migrations put there this alone is written by workers.
AS_SEEDED = """
    UPDATE notifications_channelhealth
    SET per_minute = NULL, tokens = 0, refilled_at = NULL, down_since = NULL, fault = '', last_sent_at = NULL
"""


# The chains name who wrote them, so they go with the people, and are written again.
CHAINS = import_module("continuity.command.migrations.0002_the_roles_and_chains_to_begin_with")


def empty_tables(_: TransactionTestCase) -> None:
    """After a test that committed: empty every table but the seeded ones, also those that only grow."""
    tables = sorted(set(connection.introspection.table_names()) - SEEDED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute(AS_SEEDED)
        CHAINS.begin_chains(apps, None)


# Django offers no other way to say how tables that only grow are emptied.
TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def made_for_hundreds_of_clients() -> Iterator[None]:
    """Hashing that costs nothing, and static files that are looked for when asked for, not listed for each client."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture
def at() -> datetime:
    """4pm on Friday 1 November 2024, when the story begins."""
    return datetime(2024, 11, 1, 16, tzinfo=UTC)


@pytest.fixture
def clinician(db: None) -> User:
    return UserFactory(username="clinician", job_title="Ward sister", role="reader")


@pytest.fixture
def manager(db: None) -> User:
    return UserFactory(username="manager", job_title="IT manager", role="manager")


@pytest.fixture
def lead(db: None) -> User:
    return UserFactory(username="lead", job_title="Continuity lead", role="lead")


@pytest.fixture
def commander(db: None) -> User:
    return UserFactory(username="commander", job_title="Tactical commander", role="commander")


@pytest.fixture
def safety(db: None) -> User:
    return UserFactory(username="safety", job_title="Clinical safety officer", role="safety")


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(
        username="admin",
        job_title="Portal administrator",
        role="administrator",
        is_staff=True,
        is_superuser=True,
    )


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody with an account and no role."""
    return UserFactory(username="stranger", job_title="Visitor")


@pytest.fixture
def trusted(settings: Any) -> None:
    """Requests come from the trust's own network."""
    settings.TRUSTED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def as_(client: Client) -> Any:
    """`as_(manager)`: the test client, logged in as that person."""

    def log_in(person: User) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[STARTED] = session[SEEN] = now().isoformat()
        session.save()
        return client

    return log_in
