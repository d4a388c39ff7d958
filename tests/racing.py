"""Two people at once, for tests that commit: each in a thread with a database connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def race(*presses: Callable[[], Any]) -> list[Any]:
    """What each press answered or raised, all having begun at the same moment."""
    gate = Barrier(len(presses), timeout=10)

    def run(press: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return press()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        return [future.result(timeout=30) for future in [threads.submit(run, press) for press in presses]]
