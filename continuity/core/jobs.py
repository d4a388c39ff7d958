"""Asking the worker to look, after the commit. The rows are the truth: a lost nudge costs a few seconds."""

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def nudge(task: Any, *args: Any) -> None:
    """Once this transaction is committed, ask a worker to run `task`. Never raises when the broker is gone."""
    transaction.on_commit(partial(_knock, task.delay, *args))


def _knock(delay: Callable[..., object], *args: Any) -> None:
    try:
        delay(*args)
    except (OperationalError, OSError) as error:
        log.warning("broker.unreachable", error=type(error).__name__)
