"""The engine's knowledge of a server that is gone: asked seldom, refused at once, found again by itself."""

import time
from typing import Any

import pytest
from psycopg import OperationalError

from continuity.core.embedded import Postgres
from continuity.core.postgresql import base
from continuity.core.postgresql.base import Reach

NOWHERE: dict[str, Any] = {"host": "/nowhere", "dbname": "portal"}


def test_a_server_that_is_not_missed_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(base, "connect", lambda **params: asked.append(params))

    Reach().find(NOWHERE)

    assert asked == []


def test_of_many_who_need_a_lost_server_one_asks_and_the_others_are_refused() -> None:
    reach = Reach()
    with pytest.raises(OperationalError, match="nowhere"):
        reach.find(NOWHERE, is_sure=True)

    for _ in range(20):
        with pytest.raises(OperationalError, match="gone"):
            reach.find(NOWHERE)


@pytest.mark.enable_socket
def test_a_server_that_is_back_is_found_by_the_next_who_may_ask(
    own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "AGAIN", 0.05)
    here = {"conninfo": own_postgres.url}
    reach = Reach()
    with pytest.raises(OperationalError):
        reach.find(NOWHERE, is_sure=True)
    time.sleep(0.1)

    reach.find(here)

    reach.find(NOWHERE)  # nobody needs to ask any more


@pytest.mark.enable_socket
def test_a_pool_that_ran_dry_makes_the_next_ask(own_postgres: Postgres) -> None:
    reach = Reach()
    reach.lose()

    with pytest.raises(OperationalError, match="nowhere"):
        reach.find(NOWHERE)
