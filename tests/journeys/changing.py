"""Changes to a running portal from beside it, and when exactly they were committed."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE
from typing import Self

from playwright.sync_api import Page

from continuity.core.processes import wait_until
from tests.clusters import ROOT
from tests.processes.portals import PATIENCE, Portal

DECLARE = """
import time
from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from incidents.actions import declare
from incidents.models import Incident
declare(
    title={title!r}, services={{Service.objects.get(key={service!r}): {effect!r}}}, impact=3, urgency=3,
    by=User.objects.get(username="manager"), at=now(),
)
said = time.time()
"""
FIX = """
import time
from continuity.accounts.models import User
from continuity.core.clock import now
from incidents.actions import fix
from incidents.models import Incident
for incident in Incident.objects.active().filter(title={title!r}):
    fix(incident=incident, instruction="use", by=User.objects.get(username="manager"), at=now())
said = time.time()
"""
WRITTEN = """
from continuity.core.models import Line
said = Line.objects.filter(verb={verb!r}).latest("pk").written_at.timestamp()
"""
IMPORT = """
import time
from django.core.management import call_command
from io import StringIO
call_command("import_records", {file!r}, stdout=StringIO())
said = time.time()
"""
# Does what each line tells it; the first fault ends it.
LISTEN = """
import json, sys
for line in sys.stdin:
    names = {}
    exec(json.loads(line), names)
    print(names["said"], flush=True)
"""


class Beside:
    """A process that shares a portal's records. It lives on: to start one takes longer than what it is for."""

    def __init__(self, portal: Portal) -> None:
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", LISTEN]
        environment = {**os.environ, "DATA_DIR": str(portal.data)}
        self.process = subprocess.Popen(
            command, env=environment, stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """It ends as nothing more is told to it."""
        self.process.__exit__(None, None, None)

    def declare(self, *, title: str, service: str, effect: str = "down") -> datetime:
        """Declare an incident that hits one service; answers the instant after its commit."""
        return self._do(DECLARE.format(title=title, service=service, effect=effect))

    def fix(self, *, title: str) -> datetime:
        """Fix the incident of that title; answers the instant after its commit."""
        return self._do(FIX.format(title=title))

    def written_at(self, verb: str) -> datetime:
        """When the newest line of a verb was written down, a moment before its commit."""
        return self._do(WRITTEN.format(verb=verb))

    def import_records(self, file: Path) -> datetime:
        """Take over the records of a file; answers the instant after its commit."""
        return self._do(IMPORT.format(file=str(file)))

    def _do(self, code: str) -> datetime:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, "It failed: the reason is above"
        return datetime.fromtimestamp(float(said), UTC)


def noted(page: Page, name: str) -> datetime:
    """The moment that a page notes under that name, as soon as it does.

    Asked from outside: a page that watched for it itself would have to take strings for scripts, which none may.
    """
    assert wait_until(lambda: bool(page.evaluate(f"window.{name}")), within=PATIENCE)
    return datetime.fromtimestamp(page.evaluate(f"window.{name}") / 1_000, UTC)
