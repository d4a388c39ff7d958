"""What a drill takes away, and how each part comes back."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from continuity.core.processes import Trace, wait_until
from continuity.core.roster import WEB_PROCESSES
from tests.drill.counting import rows
from tests.faults.house import House, killed
from tests.mailserver import MailServer

AWAY_S, STOPPED_S = 4.0, 8.0  # seconds a part stays away; the clock's beat stands still for longer
LONG_AWAY_S = 60.0  # seconds after which every board has long said that it is not live
BACK_WITHIN_S = 120.0
DISK_BYTES, AT_A_TIME = 400_000_000, 4096
SOON = timedelta(seconds=3)  # a letter that is due goes out within it
# Whether a letter of something told since then was sent, and whether none is late that was not to wait.
TELLING = """
    WITH letters AS (
        SELECT d.state, m.created_at FROM notifications_delivery d JOIN notifications_message m ON m.id = d.message_id
        WHERE d.channel = 'email' AND m.kind = 'incident' AND m.severity = 1
    )
    SELECT EXISTS (SELECT FROM letters WHERE state = 'sent' AND created_at > %(since)s),
        NOT EXISTS (SELECT FROM letters WHERE state = 'queued' AND created_at < now() - %(soon)s::interval)
"""


@dataclass(frozen=True)
class Blow:
    """Something is taken away; `back` gives back what does not come by itself, `is_whole` says when all is well.

    `is_whole` is given the instant from which it counts: what was told since must have gone out, too.
    """

    name: str
    strike: Callable[[], object]
    back: Callable[[], object]
    is_whole: Callable[[datetime], bool]
    away_s: float = AWAY_S


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a small disk where a folder is. Answers whether that could be done, which takes root."""
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0755", "tmpfs", str(folder)]
    is_small = os.geteuid() == 0 and subprocess.run(mounting, check=False).returncode == 0
    try:
        yield is_small
    finally:
        if is_small:
            subprocess.run(["umount", str(folder)], check=True)


def blows(house: House, post: MailServer, *, is_disk_small: bool) -> Iterator[Blow]:
    """One after another, then two at once."""
    database, broker, worker, web = _database(house), _broker(house), _worker(house), _web(house)
    yield from (replace(database, away_s=LONG_AWAY_S), broker, worker, web, _beat(house), _smtp(house, post))
    if is_disk_small:
        yield _disk(house)
    yield together(database, web)
    yield together(broker, worker)


def struck(blow: Blow) -> float:
    """Seconds from giving a part back, or from its death where it comes back by itself, until all is well.

    Raises TimeoutError when it is not within two minutes.
    """
    blow.strike()
    time.sleep(blow.away_s)
    blow.back()
    began, at = time.monotonic(), datetime.now(UTC)
    if not wait_until(lambda: blow.is_whole(at), within=BACK_WITHIN_S):
        raise TimeoutError(f"{blow.name} did not come back within {BACK_WITHIN_S:.0f} seconds.")
    return time.monotonic() - began


def together(one: Blow, other: Blow) -> Blow:
    """Both at the same moment."""
    return Blow(
        f"{one.name}_and_{other.name}",
        strike=_both(one.strike, other.strike),
        back=_both(one.back, other.back),
        is_whole=lambda at: one.is_whole(at) and other.is_whole(at),
        away_s=max(one.away_s, other.away_s),
    )


def _both(*acts: Callable[[], object]) -> Callable[[], None]:
    def act() -> None:
        for each in acts:
            each()

    return act


def _database(house: House) -> Blow:
    return Blow(
        "postgresql", lambda: killed(house.database), house.database.restart, lambda _: house.is_whole()
    )


def _broker(house: House) -> Blow:
    return Blow(
        "broker", lambda: killed(house.broker), house.broker.restart, lambda at: _is_telling(house, at)
    )


def _worker(house: House) -> Blow:
    gone = set[int]()

    def strike() -> None:
        gone.update(_kill(house.portal.named("portal worker")))

    def is_whole(at: datetime) -> bool:
        there = {trace.pid for trace in house.portal.named("portal worker")}
        return bool(there - gone) and _is_telling(house, at)

    return Blow("worker", strike, _nothing, is_whole, away_s=0.0)


def _web(house: House) -> Blow:
    gone = set[int]()

    def strike() -> None:
        gone.update(_kill(house.portal.named("portal web")[:1]))

    def is_whole(_: datetime) -> bool:
        there = {trace.pid for trace in house.portal.named("portal web")}
        return len(there - gone) == WEB_PROCESSES and house.is_whole()

    return Blow("web", strike, _nothing, is_whole, away_s=0.0)


def _beat(house: House) -> Blow:
    """The timetable stands still: the process that carries it is stopped, and goes on later."""

    def to_all(sign: signal.Signals) -> Callable[[], None]:
        return lambda: _send(house.portal.named("portal worker"), sign)

    return Blow(
        "beat",
        to_all(signal.SIGSTOP),
        to_all(signal.SIGCONT),
        lambda at: _is_telling(house, at),
        away_s=STOPPED_S,
    )


def _smtp(house: House, post: MailServer) -> Blow:
    return Blow("smtp", post.die, post.start, lambda at: _is_telling(house, at), away_s=STOPPED_S)


def _is_telling(house: House, since: datetime) -> bool:
    """Whether news of a severe incident that was told since an instant went out by mail, and none waits any more.

    A letter that was on its way when its worker died is not among them: whether it arrived is said after some
    minutes.
    """
    return rows(house.database.url, TELLING, {"since": since, "soon": SOON}) == [(True, True)]


def _kill(traces: Iterable[Trace]) -> set[int]:
    found = list(traces)
    _send(found, signal.SIGKILL)
    return {trace.pid for trace in found}


def _send(traces: Iterable[Trace], sign: signal.Signals) -> None:
    for trace in traces:
        os.kill(trace.pid, sign)


def _disk(house: House) -> Blow:
    """The disk of the database is full; a database that ended for it is started again, as whoever runs it does."""
    fills = house.database.directory / "fills-the-disk"

    def strike() -> None:
        with suppress(OSError), fills.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(AT_A_TIME))

    def back() -> None:
        fills.unlink()
        if house.database.ended is not None:
            house.database.restart()

    def is_whole(at: datetime) -> bool:
        return house.is_whole() and _is_telling(house, at)

    return Blow("disk", strike, back, is_whole, away_s=STOPPED_S)


def _nothing() -> None:
    """It comes back by itself."""
