"""`manage.py work`: a Celery worker with the timetable inside, which is enough for one machine."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from celery.beat import Service
from celery.signals import worker_ready, worker_shutting_down
from django.core.management.base import BaseCommand, CommandParser

from continuity.celery import app

log = structlog.get_logger(__name__)
LOOK_EVERY = 1  # seconds at most between two looks at the timetable, so that it stops soon when told to
# A thread for each of the 4 channels that leave the portal, all of which may be slow at once, and 4 for the rest.
THREADS = 8
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # there is no other worker to talk to


class Timetable(threading.Thread):
    """Celery's beat as a thread. As the worker's own child process it could die without being missed."""

    def __init__(self, celery: Celery, file: Path) -> None:
        super().__init__(name="timetable", daemon=True)
        self.service = Service(
            celery, max_interval=LOOK_EVERY, schedule_filename=str(file), remote_control=False
        )

    def run(self) -> None:
        """Send what is due; if that ever fails for good, end the worker, which whoever runs it starts again."""
        try:
            self.service.start()
        except Exception:
            log.exception("timetable.ended")
            os.kill(os.getpid(), signal.SIGTERM)

    def stop(self, **_: Any) -> None:
        self.service.stop()


class Command(BaseCommand):
    help = "Works through tasks, and sends those that are due by the timetable in the settings."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schedule", type=Path, required=True, help="file for when each task last ran")
        parser.add_argument(
            "--threads", type=int, default=THREADS, help=f"tasks at once (default: {THREADS})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        timetable = Timetable(app, options["schedule"])
        worker_ready.connect(lambda **_: timetable.start(), weak=False)
        worker_shutting_down.connect(timetable.stop, weak=False)
        pool = ("--pool", "threads", "--concurrency", str(options["threads"]), "--loglevel", "warning")
        app.worker_main(["worker", *pool, *ALONE])
