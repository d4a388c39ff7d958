"""Changes to a running portal from beside it, and when exactly they were committed."""

import os
import subprocess
import sys
from datetime import UTC, datetime

from tests.clusters import ROOT
from tests.processes.portals import Portal

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
print(time.time())
"""
FIX = """
import time
from continuity.accounts.models import User
from continuity.core.clock import now
from incidents.actions import fix
from incidents.models import Incident
for incident in Incident.objects.active().filter(title={title!r}):
    fix(incident=incident, instruction="use", by=User.objects.get(username="manager"), at=now())
print(time.time())
"""

WRITTEN = """
from continuity.core.models import Line
print(Line.objects.filter(verb={verb!r}).latest("pk").written_at.timestamp())
"""


def declare(portal: Portal, *, title: str, service: str, effect: str = "down") -> datetime:
    """Declare an incident that hits one service; answers the instant after its commit."""
    return _change(portal, DECLARE.format(title=title, service=service, effect=effect))


def fix(portal: Portal, *, title: str) -> datetime:
    """Fix the incident of that title; answers the instant after its commit."""
    return _change(portal, FIX.format(title=title))


def written_at(portal: Portal, verb: str) -> datetime:
    """When the newest line of a verb was written down, a moment before its commit."""
    return _change(portal, WRITTEN.format(verb=verb))


def _change(portal: Portal, code: str) -> datetime:
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "--command", code]
    environment = {**os.environ, "DATA_DIR": str(portal.data)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return datetime.fromtimestamp(float(done.stdout.split()[-1]), UTC)
