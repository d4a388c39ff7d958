"""The whole portal on one machine: starts every process in order, keeps them running, ends them in order."""

import contextlib
import resource
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from continuity.core import launch, roster
from continuity.core.children import Child, Kept, Watch, stop_together, trim
from continuity.core.embedded import Postgres, Valkey
from continuity.core.launch import NotStarted
from continuity.core.mailbox import loopback_listener
from continuity.core.processes import end, last_lines, open_log, spawn
from continuity.core.servers import Server, ServerFailed
from continuity.core.sole import end_strays, mark_of, sole

LOOK_EVERY = 0.2  # seconds between two looks at the processes, and at whether we are to stop
TRIM_EVERY = 60.0  # seconds between two looks at the length of the logs
READY_LIMIT = 120.0  # seconds until the first page must have been answered
# Seconds after the wish to stop by which each kind has ended or is killed: together within ten.
WEB_ENDS, WORKER_ENDS, SERVERS_END = 4.0, 7.0, 9.0


class Supervisor:
    """One portal over one data folder."""

    def __init__(
        self, *, root: Path, data: Path, given: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.root, self.data, self.given, self.say = root, data.absolute(), given, say
        self.stopping = False
        self.servers: list[Server] = []
        self.web: list[Child] = []
        self.behind: list[Child] = []  # worker and mail catcher
        self.environment: dict[str, str] = {}

    def run(self) -> None:
        """Run the portal until SIGINT, SIGTERM or SIGHUP.

        Raises AlreadyRunning, NotStarted, ServerFailed or Unreachable, each with a sentence for the person.
        """
        _open_folder(self.data)
        with sole(self.data), contextlib.ExitStack() as sockets:
            wanted = launch.wanted_address(self.given)
            launch.refuse_open_sample(wanted, self.given)
            listener, self.address = launch.listen(wanted)
            mail = loopback_listener()
            sockets.enter_context(listener)
            sockets.enter_context(mail)
            self._listen_to_signals()
            try:
                self._start(web=listener.fileno(), mail=mail.fileno(), mail_port=mail.getsockname()[1])
                self._keep_running()
            except ServerFailed:
                if not self.stopping:
                    raise
            finally:
                sockets.close()
                self._stop()

    def _start(self, *, web: int, mail: int, mail_port: int) -> None:
        if count := end_strays(self.data):
            self.say(f"Ended {count} processes that were left behind when the portal was killed.")
        _allow_many_connections()
        servers = self._start_servers()
        self.environment = launch.environment_of(
            self.given,
            data=self.data,
            address=self.address,
            mail_port=mail_port,
            servers=servers,
            at=datetime.now(UTC),
        )
        launch.write_down(self.environment, self.data)
        for step in (self._prepare_database, lambda: self._start_children(web, mail), self._await_first_page):
            if not self.stopping:
                step()
        if not self.stopping:
            self._greet()

    def _start_servers(self) -> dict[str, str]:
        """Our own PostgreSQL and Valkey, unless others are named; their addresses by setting."""
        urls = {}
        for setting, kind in (("DATABASE_URL", Postgres), ("BROKER_URL", Valkey)):
            if url := self.given.get(setting):
                self.say(f"{setting} names the server to use: {kind.name} is not started here.")
                urls[setting] = url
            elif not self.stopping:
                self.say(f"Starting {kind.name}.")
                server = kind(self.data / kind.name.lower(), say=self.say, unless=lambda: self.stopping)
                self.servers.append(server)
                urls[setting] = server.start()
        return urls

    def _prepare_database(self) -> None:
        """Bring the database up to date in a process of its own, passing on what it says."""
        log = roster.log_of(self.data, "prepare")
        log.unlink(missing_ok=True)
        command: list[str | Path] = [sys.executable, self.root / "manage.py", "prepare_database"]
        with open_log(log) as output:
            process = spawn(command, log=output, env=self._marked(), cwd=self.root)
        with log.open(errors="replace") as lines:
            while process.poll() is None and not self.stopping:
                self._pass_on(lines.read())
                time.sleep(LOOK_EVERY)
            end(process, within=2 if self.stopping else 0)
            self._pass_on(lines.read())
        if process.returncode and not self.stopping:
            raise NotStarted(f"The database could not be prepared: the reason is above, and in {log}.")

    def _start_children(self, web: int, mail: int) -> None:
        self.say("Starting web pages, worker and mail catcher.")
        roster.load(self._marked())
        who = roster.Roster(root=self.root, data=self.data)
        self.web, self.behind = who.web(web), [who.worker(), who.mail_catcher(mail)]
        for child in (*self.web, *self.behind):
            child.start()

    def _await_first_page(self) -> None:
        give_up = time.monotonic() + READY_LIMIT
        while not self.stopping and not _answers(f"{self.address.url}healthz"):
            for child in (*self.web, *self.behind):
                if child.ended is not None:
                    raise NotStarted(
                        f"{child.name} did not start. {child.log} ends:\n{last_lines(child.log)}"
                    )
            if time.monotonic() > give_up:
                log = self.web[0].log
                raise NotStarted(
                    f"No page was answered in {READY_LIMIT:.0f} s. {log} ends:\n{last_lines(log)}"
                )
            time.sleep(LOOK_EVERY / 2)

    def _greet(self) -> None:
        self.say(f"Ready: {self.address.url}")
        if launch.is_sample(self.environment):
            known = self.environment.get("SAMPLE_PASSWORD") in {None, launch.SAMPLE_PASSWORD}
            password = launch.SAMPLE_PASSWORD if known else "the one in SAMPLE_PASSWORD"
            self.say(f"Log in as {launch.SAMPLE_USERS}. Password: {password}")
        if self.address.everywhere:
            self.say(f"It answers to {self.environment['ALLOWED_HOSTS']}. ALLOWED_HOSTS sets other names.")
        self.say("Press Ctrl-C to stop.")

    def _keep_running(self) -> None:
        everything: list[Kept] = [*self.servers, *self.web, *self.behind]
        watches = [Watch(kept) for kept in everything]
        trimmed = time.monotonic()
        while not self.stopping:
            now = time.monotonic()
            for watch in watches:
                if word := watch.look(now):
                    self.say(word)
            if now - trimmed > TRIM_EVERY:
                trimmed = now
                for watch in watches:
                    trim(watch.kept.log)
            time.sleep(LOOK_EVERY)

    def _stop(self) -> None:
        """End web, then worker and mail catcher, then servers; whoever does not go in time is killed."""
        began, self.stopping = time.monotonic(), True
        if self.servers or self.web:
            self.say("Stopping.")
        for group, by in ((self.web, WEB_ENDS), (self.behind, WORKER_ENDS), (self.servers, SERVERS_END)):
            stop_together(group, by=began + by)
        if self.servers or self.web:
            self.say("Stopped.")

    def _listen_to_signals(self) -> None:
        def stop(_: int, __: FrameType | None) -> None:
            self.stopping = True

        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(sign) is not signal.SIG_IGN:  # nohup has the last word on SIGHUP
                signal.signal(sign, stop)

    def _marked(self) -> dict[str, str]:
        name, _, value = mark_of(self.data).partition("=")
        return {**self.environment, name: value}

    def _pass_on(self, text: str) -> None:
        for line in text.splitlines():
            self.say(line)


def _open_folder(data: Path) -> None:
    """Make the data folder; others may pass through it, as the user PostgreSQL runs as must, but not look."""
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(0o711)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - the portal's own address
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # noqa: PLR2004 - it answers, whatever it says
    except OSError:
        return False


def _allow_many_connections() -> None:
    """Every open board is a file descriptor: take as many as this machine allows, for our children too."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
