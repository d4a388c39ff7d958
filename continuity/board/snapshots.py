"""The last good board on disk: what a process shows that starts while the database is gone.

It holds what anybody on a trusted network may see, and nothing else: the board's facts, status for programs, and
what procedures say.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from continuity.board.known import Facts
from continuity.board.written import as_json, from_json
from continuity.plans.copies import Copy


@dataclass(frozen=True)
class Snapshot:
    """Facts, the instant at which they were last known to be true, documents by their address, and procedures."""

    facts: Facts
    checked_at: datetime
    documents: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()


def write(snapshot: Snapshot, file: Path) -> None:
    """From now on this is the snapshot; whoever reads meanwhile finds the one before. Raises OSError."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(as_json(snapshot))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def read(file: Path) -> Snapshot | None:
    """The snapshot; None where there is none, or one that another version of the portal wrote."""
    try:
        return from_json(file.read_text(encoding="utf-8"), Snapshot)
    except (OSError, ValueError):
        return None
