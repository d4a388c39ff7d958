"""Nudging a worker: after the commit, and never in the way of what was saved."""

import socket
import time
from typing import Any

import pytest
from celery import Celery
from django.db import transaction

from continuity.core.jobs import nudge
from releases.models import Release
from tests.factories import ReleaseFactory


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
