"""`manage.py portal`: the whole portal on this machine, which is what `make run` starts."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from continuity.core.dwellings import Unreachable
from continuity.core.launch import NotStarted
from continuity.core.servers import ServerFailed
from continuity.core.sole import AlreadyRunning, stop_running
from continuity.core.supervisor import Supervisor


class Command(BaseCommand):
    help = (
        "Starts PostgreSQL, Valkey, web pages, worker and mail catcher, and stops them on Ctrl-C or SIGTERM."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stop", action="store_true", help="stop the portal that runs in this clone")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["stop"]:
            stopped = stop_running(settings.DATA_DIR)
            self._say("The portal was stopped." if stopped else "No portal is running in this clone.")
            return
        given = dict(os.environ)
        supervisor = Supervisor(root=settings.BASE_DIR, data=settings.DATA_DIR, given=given, say=self._say)
        try:
            supervisor.run()
        except (AlreadyRunning, NotStarted, ServerFailed, Unreachable) as refusal:
            raise CommandError(str(refusal)) from None

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
