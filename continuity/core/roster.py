"""The processes of a portal on one machine, forked from one that has loaded all they need."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path

from continuity.core.children import Child
from continuity.core.letters import FOLDER
from continuity.core.mailbox import main as catch_mail
from continuity.core.settled import settle
from continuity.core.sole import trace_of

WEB_PROCESSES = 2
STREAMS_END = 2  # seconds for open streams and half-answered pages when a web process is told to stop
# What web and worker need that nothing imports before it is asked for.
LATE = (
    "continuity.core.serving",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "continuity.asgi",
    "continuity.urls",
    "continuity.celery",
    "celery.apps.worker",
    "celery.beat",
    "celery.concurrency.thread",
    "kombu.transport.redis",
)


def load(environment: Mapping[str, str]) -> None:
    """Have this process hold all that web and worker need, so that what is forked from it shares that.

    From here on the environment is the portal's. Nothing here may open a connection or start a thread.
    """
    os.environ.clear()
    os.environ.update(environment)
    import django

    django.setup()
    for name in LATE:
        import_module(name)
    import_module("continuity.celery").app.loader.import_default_modules()
    settle()


class Roster:
    """Who runs in the portal over a data folder."""

    def __init__(self, *, root: Path, data: Path) -> None:
        self.root, self.data = root, data

    def web(self, listener: int) -> list[Child]:
        """The web processes: they share one listening socket, so either may die or be busy."""
        return [
            self._child(f"Web {number}", f"web-{number}", partial(answer, listener), listener)
            for number in range(1, WEB_PROCESSES + 1)
        ]

    def worker(self) -> Child:
        """The worker with the timetable inside: one process, enough for one machine."""
        folder = self.data / "timetable"
        folder.mkdir(mode=0o700, exist_ok=True)
        return self._child("Worker", "worker", partial(work, folder / "schedule"))

    def mail_catcher(self, listener: int) -> Child:
        """The SMTP server that keeps the sample's letters on this machine."""
        run = partial(catch_mail, str(listener), str(self.data / FOLDER))
        return self._child("Mail catcher", "mail", run, listener)

    def _child(self, name: str, short: str, run: Callable[[], None], *keeps: int) -> Child:
        log, trace = log_of(self.data, short), trace_of(self.data, short)
        return Child(name, f"portal {short}", run, self.root, log, trace, keeps)


def answer(listener: int) -> None:
    """Answer requests on a listening socket until told to end, as `manage.py serve` does."""
    from continuity.core.serving import serve

    serve(listener, grace=STREAMS_END)


def work(schedule: Path) -> None:
    """Work through tasks until told to end, as `manage.py work` does."""
    from django.core.management import call_command

    call_command("work", schedule=schedule)


def log_of(data: Path, name: str) -> Path:
    """The log of one process, in a folder that is there."""
    folder = data / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.log"
