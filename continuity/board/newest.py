"""The newest facts a page may use: those the process keeps for its streams, else read for the purpose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from continuity.board.facts import read_facts, read_news
from continuity.board.known import Facts
from continuity.core.clock import now

STALE = timedelta(seconds=45)  # three readings: a board that was not checked for so long is not called live


@dataclass(frozen=True)
class Kept:
    """Facts and the instant at which they were last known to be true, in this process or in one before it."""

    facts: Facts
    checked_at: datetime
    is_recalled: bool = False

    def is_old(self, at: datetime) -> bool:
        """Whether they must not be taken for the present: the database is gone."""
        return self.is_recalled or at - self.checked_at >= STALE


_kept: Kept | None = None


def keep(facts: Facts, *, checked_at: datetime, is_recalled: bool = False) -> None:
    """From now on pages of this process use these facts; while the database is gone, they grow old in sight."""
    global _kept  # noqa: PLW0603 - one memory a process, written by its one newsroom
    _kept = Kept(facts, checked_at, is_recalled)


def forget() -> None:
    """From now on pages read for themselves: nobody keeps this process's memory fresh any more."""
    global _kept  # noqa: PLW0603
    _kept = None


def newest() -> Kept:
    """Everything the board is made of. Without a newsroom in this process that is six queries."""
    if _kept:
        return _kept
    at = now()
    return Kept(read_facts(at), at)


def newest_news() -> Kept:
    """What the banner needs. Without a newsroom in this process that is two queries."""
    if _kept:
        return _kept
    at = now()
    return Kept(read_news(at), at)
