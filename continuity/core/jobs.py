"""Asking the worker to look, after the commit. The rows are the truth: a lost nudge costs a few seconds."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# Seconds without a nudge after one that failed: a broker that hangs holds up one page a process, not each.
# The worker looks by itself every 5 seconds as soon as it has its broker again.
SILENCE = 30.0
_failed_at = float("-inf")


def nudge(task: Any, *args: Any) -> None:
    """Once this transaction is committed, ask a worker to run `task`. Never raises when the broker is gone."""
    transaction.on_commit(partial(_knock, task.delay, *args))


def _knock(delay: Callable[..., object], *args: Any) -> None:
    global _failed_at  # noqa: PLW0603 - one memory a process
    if time.monotonic() - _failed_at < SILENCE:
        return
    try:
        delay(*args)
    except (OperationalError, OSError) as error:
        _failed_at = time.monotonic()
        log.warning("broker.unreachable", error=type(error).__name__)
