"""Nudging a worker: after the commit, and never in the way of what was saved."""

import socket
import time
from typing import Any

import pytest
from celery import Celery
from django.db import transaction

from continuity.core import jobs
from continuity.core.jobs import nudge
from releases.models import Release
from tests.factories import ReleaseFactory


@pytest.fixture(autouse=True)
def no_failure_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_failed_at", float("-inf"))


def look() -> None:
    """What the worker would do."""


def app_on(port: int) -> Celery:
    app = Celery("tests", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    app.conf.task_publish_retry = False
    app.conf.broker_transport_options = {"socket_connect_timeout": 1, "max_retries": 0}
    return app


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_loses_nothing_and_does_not_hold_up(at: Any) -> None:
    task = app_on(free_port()).task(look)
    begun = time.monotonic()

    with transaction.atomic():
        ReleaseFactory()
        nudge(task)

    assert Release.objects.count() == 1
    assert time.monotonic() - begun < 10


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and never answers
        app = app_on(deaf.getsockname()[1])
        app.conf.broker_transport_options = {"socket_timeout": 0.5, "max_retries": 0}
        task = app.task(look)
        nudge(task)
        begun = time.monotonic()

        for _ in range(20):
            nudge(task)
        took = time.monotonic() - begun
        monkeypatch.setattr(jobs, "SILENCE", 0.0)
        nudge(task)

    assert took < 0.5
    assert time.monotonic() - begun - took >= 0.5
