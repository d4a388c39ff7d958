"""What stands beside the state of planned work until it is over: an emergency, short notice, not yet approved."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from releases.measuring import Rules, is_short_notice
from releases.models import OVER, RUNNING, Approval, Release, State

# An approval that was asked for and is not given.
LACKS_APPROVAL = Exists(Approval.objects.filter(release=OuterRef("pk"), at=None).exclude(kind=""))
RELIED_ON = frozenset({State.PUBLISHED, *RUNNING})


class Mark(NamedTuple):
    """A tag: its words and its NHS colour."""

    words: str
    colour: str


EMERGENCY = Mark("Emergency", "red")
SHORT_NOTICE = Mark("Short notice", "orange")
NOT_APPROVED = Mark("Not yet approved", "yellow")


def marked(releases: QuerySet[Release]) -> QuerySet[Release]:
    """With what `marks_of` reads besides the parts of a notice, in the same query."""
    return releases.annotate(lacks_approval=LACKS_APPROVAL)


def marks_of(release: Release, rules: Rules, at: datetime) -> list[Mark]:
    """The tags of a release that `marked` has read; no query. Staff rely on a published one, so only those tell
    them of short notice and of an approval that is missing."""
    if release.state in OVER:
        return []
    found = [EMERGENCY] if release.kind == Release.Kind.EMERGENCY else []
    if release.state in RELIED_ON:
        found += [SHORT_NOTICE] if is_short_notice(release, rules, at) else []
        found += [NOT_APPROVED] if getattr(release, "lacks_approval", False) else []
    return found
