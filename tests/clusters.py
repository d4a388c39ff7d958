"""A database that the migrations ran in once a test run: whoever wants one begins with a copy of it."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from continuity.core.embedded import Postgres

ROOT = Path(__file__).parents[1]
# Copies need not survive a power cut, whoever starts them; a killed process loses nothing.
NO_SYNC = "fsync = off\nfull_page_writes = off\n"


def migrated_once(shared: Path) -> Path:
    """The folder of a stopped server with every migration in it, made by the first of the workers who asks."""
    made = shared / "migrated"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.move(migrated(), made)
    return made


def migrated() -> Path:
    """A new folder of a server in which the migrations ran.

    Not in pytest's own folder: as root that is closed to the user PostgreSQL runs as.
    """
    server = Postgres(Path(tempfile.mkdtemp(prefix="portal-migrated-")), throwaway=True)
    environment = {**os.environ, "DATABASE_URL": server.start()}
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    finally:
        server.stop()
    with (server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(NO_SYNC)
    return server.directory


def copy(cluster: Path, to: Path) -> Path:
    """Let a server that begins in a folder begin with what a stopped one left."""
    to.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{cluster}/.", str(to)], check=True)
    return to
