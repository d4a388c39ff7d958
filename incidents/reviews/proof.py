"""What an action is linked to, and what that says now. Costs no query where nothing is linked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from continuity.plans.models import Version
from incidents.reviews.models import Action
from releases.models import Release
from releases.picture import Picture

READ = ("plan_version__procedure", "release")


@dataclass(frozen=True)
class Proof:
    """One thing: how the action is linked to it, what it is called, its page (\"\" where staff have none), its tag."""

    link: str
    name: str
    address: str
    says: str
    colour: str


def proofs_of(action: Action, at: datetime) -> Iterator[Proof]:
    """The version of a procedure and the planned work; needs the action with `READ`. One query where work is linked."""
    is_claimed = bool(action.evidence)
    if action.plan_version:
        yield _of_version(action.plan_version, "Changed" if is_claimed else "Changes")
    if action.release:
        yield _of_work(action.release, at, "Done by" if is_claimed else "To be done by")


def _of_version(version: Version, link: str) -> Proof:
    is_current = version.state == Version.State.PUBLISHED
    says = "Current version" if is_current else version.get_state_display()
    address = version.get_absolute_url() if version.state in Version.OPEN_TO_STAFF else ""
    return Proof(link, str(version), address, says, "green" if is_current else "grey")


def _of_work(release: Release, at: datetime, link: str) -> Proof:
    standing = Picture(release, at).standing
    return Proof(
        link, f"{release.ref}: {release.title}", release.get_absolute_url(), standing.words, standing.colour
    )
