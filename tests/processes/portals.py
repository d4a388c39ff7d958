"""A whole portal of a test's own, started by the command that `make run` starts, and the folder that all begin with."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from continuity.core.env import lines_of
from continuity.core.processes import Trace, kill_group, wait_until
from continuity.core.sole import processes_of
from tests.clusters import ROOT, copy

COMMAND = (sys.executable, str(ROOT / "manage.py"), "portal")
SAID = "said.txt"
# Copies need not survive a power cut, whoever starts them; a killed process loses nothing.
NO_SYNC = "fsync = off\nfull_page_writes = off\n"
PATIENCE = 200.0  # seconds; the machine may be busy with other tests


class Portal:
    """One portal over a data folder of its own, on a free port, without the sample unless asked for."""

    def __init__(self, data: Path | None = None) -> None:
        self.data = data or Path(tempfile.mkdtemp(prefix="portal-run-"))
        self.data.chmod(0o711)
        self.lines: list[str] = []

    @classmethod
    def like(cls, other: "Portal") -> "Portal":
        """A portal that begins with what another, which is stopped, left in its folder."""
        begun = cls()
        copy(other.data, begun.data)
        return begun

    @classmethod
    def over(cls, cluster: Path) -> "Portal":
        """A portal that begins with a copy of a database in which the migrations ran."""
        begun = cls()
        copy(cluster, begun.data / "postgresql")
        return begun

    def start(self, command: Sequence[str] = COMMAND, **environment: str) -> "Portal":
        """Start it without waiting for anything."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        given = {"DATA_DIR": str(self.data), "PORT": "0", "SAMPLE": "off", **environment}
        self.lines = []
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, **given},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        return self

    def ready(self) -> "Portal":
        """Wait until it says that it is ready."""
        wait_until(lambda: bool(self.url) or self.process.poll() is not None, within=PATIENCE)
        assert self.url, self.said
        return self

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        return next((line.split()[1] for line in self.lines if line.startswith("Ready: ")), "")

    @property
    def written(self) -> Mapping[str, str]:
        """What it left for the commands beside it."""
        return lines_of(self.data / "portal.env")

    def hears(self, words: str) -> bool:
        """Whether it says these words before long."""
        return wait_until(lambda: words in self.said, within=PATIENCE)

    def processes(self) -> list[Trace]:
        """Every process of this portal but the supervisor itself."""
        servers = [Trace.read(file) for file in self.data.glob("*/server.pid")]
        return [*processes_of(self.data), *(trace for trace in servers if trace and trace.alive)]

    def named(self, name: str) -> list[Trace]:
        """Its processes whose name begins so."""
        return [trace for trace in self.processes() if _name(trace.pid).startswith(name)]

    def answers(self) -> bool:
        """Whether it answers a request, whatever it says."""
        try:
            with urllib.request.urlopen(f"{self.url}healthz", timeout=10):  # noqa: S310 - our own
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def stop(self) -> float:
        """Send SIGTERM; answers after how many seconds it had ended."""
        began = time.monotonic()
        self.process.terminate()
        self.wait()
        return time.monotonic() - began

    def wait(self) -> int:
        code = self.process.wait(timeout=PATIENCE)
        self.reader.join(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def discard(self) -> None:
        """Make sure that nothing of it is left on this machine."""
        if self.process.poll() is None:
            self.stop()
        for trace in self.processes():
            kill_group(trace.pid)
        shutil.rmtree(self.data, ignore_errors=True)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)


def begun_once(shared: Path) -> Path:
    """The folder of a portal that was started in an empty one, by the first of the workers who asks."""
    made = shared / "begun"
    with (shared / "begun.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.move(begun(), made)
    return made


def begun() -> Path:
    """A new folder of a portal that was stopped once its database was up to date, with what it said in SAID.

    Not in pytest's own folder: as root that is closed to the user PostgreSQL runs as. Its worker never gets as far
    as to write anything.
    """
    portal = Portal().start()
    portal.hears("Starting web pages")
    portal.stop()
    (portal.data / SAID).write_text(portal.said)
    with (portal.data / "postgresql" / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write(NO_SYNC)
    return portal.data


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""
