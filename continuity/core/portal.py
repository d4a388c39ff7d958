"""`manage.py portal`: the whole portal on this machine, which is what `make run` starts.

No command of Django's: its settings name servers that do not run yet. It is loaded once they do, and shared by all
that is started then.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from continuity.core.dwellings import Unreachable
from continuity.core.env import Environment
from continuity.core.launch import NotStarted
from continuity.core.servers import ServerFailed
from continuity.core.sole import AlreadyRunning, stop_running
from continuity.core.supervisor import Supervisor

WHAT = "Starts PostgreSQL, Valkey, web pages, worker and mail catcher, and stops them on Ctrl-C or SIGTERM."
ROOT = Path(__file__).resolve().parents[2]


def main(words: Sequence[str]) -> int:
    """Run the portal of this clone until it is told to stop, or stop the one that runs. Answers the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py portal", description=WHAT)
    parser.add_argument("--stop", action="store_true", help="stop the portal that runs in this clone")
    given, data = dict(os.environ), Path(Environment.of(ROOT).text("DATA_DIR"))
    if parser.parse_args(words).stop:
        say("The portal was stopped." if stop_running(data) else "No portal is running in this clone.")
        return 0
    try:
        Supervisor(root=ROOT, data=data, given=given, say=say).run()
    except (AlreadyRunning, NotStarted, ServerFailed, Unreachable) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
