"""The commands of the portal's own processes on one machine."""

import sys
from collections.abc import Mapping
from pathlib import Path

from continuity.core.children import Child
from continuity.core.letters import FOLDER

WEB_PROCESSES = 2
STREAMS_END = 2  # seconds uvicorn gives open streams and half-answered pages when it is told to stop
PYTHON = (sys.executable, "-m")


def manage(root: Path, *words: str) -> list[str]:
    """A management command of this clone."""
    return [sys.executable, str(root / "manage.py"), *words]


def web(*, root: Path, data: Path, environment: Mapping[str, str], listener: int) -> list[Child]:
    """The web processes: they share one listening socket, so either may die or be busy."""
    limits = ("--timeout-graceful-shutdown", str(STREAMS_END), "--no-access-log", "--log-level", "warning")
    # The portal reads forwarded addresses itself, from configured proxies only.
    closed = ("--no-proxy-headers", "--no-server-header")
    command = [*PYTHON, "uvicorn", "continuity.asgi:application", "--fd", str(listener), *limits, *closed]
    return [
        Child(f"Web {number}", command, environment, root, log_of(data, f"web-{number}"), (listener,))
        for number in range(1, WEB_PROCESSES + 1)
    ]


def worker(*, root: Path, data: Path, environment: Mapping[str, str]) -> Child:
    """The worker with the timetable inside: one process, enough for one machine."""
    folder = data / "timetable"
    folder.mkdir(mode=0o700, exist_ok=True)
    command = manage(root, "work", "--schedule", str(folder / "schedule"))
    return Child("Worker", command, environment, root, log_of(data, "worker"))


def mail_catcher(*, root: Path, data: Path, environment: Mapping[str, str], listener: int) -> Child:
    """The SMTP server that keeps the sample's letters on this machine."""
    # No command of Django's: to load the whole portal would take four times as long.
    command = [*PYTHON, "continuity.core.mailbox", str(listener), str(data / FOLDER)]
    return Child("Mail catcher", command, environment, root, log_of(data, "mail"), (listener,))


def log_of(data: Path, name: str) -> Path:
    """The log of one process, in a folder that is there."""
    folder = data / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.log"
