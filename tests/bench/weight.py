"""What the whole portal holds in memory at rest, as `make run` starts it, with ten pages open."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.faults.visitors import Visitor, Watcher
from tests.processes.portals import Portal

# What people have open, each with a stream of the board or its banner.
OPEN = (
    *("/", "/", "/wall/", "/areas/", "/services/", "/releases/", "/incidents/", "/reviews/", "/plans/"),
    "/inbox/",
)
COMES = 200
REST = 30.0  # seconds
KIB_A_MIB = 1024
# A part of the portal by how the name of its process begins; whatever else there is are PostgreSQL's own.
PARTS = {
    "web": "portal web",
    "worker": "portal worker",
    "mail_catcher": "portal mail",
    "supervisor": "python",
    "broker": "valkey",
}
OTHERS = "postgresql"


def figures() -> Iterator[tuple[str, float]]:
    """`rss_mb_whole`, the memory of all its processes, what they share counted once (PSS), and that of each part."""
    portal = Portal()
    try:
        portal.start(SAMPLE="on").ready()
        with ExitStack() as open_pages:
            opened(int(portal.written["PORT"]), open_pages)
            time.sleep(REST)
            held = held_mib(portal.process.pid)
    finally:
        portal.discard()
    yield "rss_mb_whole", sum(held.values())
    for part, size in held.items():
        yield f"rss_mb_{part}", size


def opened(port: int, until: ExitStack) -> None:
    """A manager and readers open ten pages."""
    manager = Visitor(port)
    assert manager.log_in("manager").status == 302
    for path in OPEN:
        for _ in range(4):  # both web processes have shown it
            answer = manager.get(path)
            assert answer.status == COMES, (path, answer.status)
        until.enter_context(Watcher(port))


def held_mib(root: int) -> dict[str, float]:
    """MiB that a process and all its children hold, by part, as PSS (Linux, proc(5))."""
    held = dict.fromkeys((*PARTS, OTHERS), 0.0)
    for pid in family_of(root):
        name = Path(f"/proc/{pid}/comm").read_text()
        part = next((part for part, beginning in PARTS.items() if name.startswith(beginning)), OTHERS)
        held[part] += pss_kib(pid) / KIB_A_MIB
    return held


def family_of(root: int) -> set[int]:
    """A process, its children, and theirs."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    found, new = set[int](), {root}
    while new:
        found |= new
        new = {pid for pid, parent in parents.items() if parent in found} - found
    return found


def pss_kib(pid: int) -> int:
    """Its own memory and its share of what it has in common with others, in KiB; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
