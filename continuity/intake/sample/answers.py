"""What the sample's areas were asked about the work ahead, and what some of them have answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM
from continuity.notifications.actions import confirm_ready
from continuity.notifications.actions.confirming import Saying, by_person, on_behalf, on_own_computer
from continuity.notifications.adopt import adopt_reminders
from continuity.notifications.models import Call
from releases.actions.asking import ask_areas
from releases.models import Release, State

# Of three areas asked two have answered, one every few hours until now.
ANSWER_EVERY, MISSING_OF = timedelta(hours=3), 3


def ask_the_sample(*, at: datetime) -> None:
    """Areas are asked about published work that has not begun; most have answered, each in one of the ways."""
    ahead = Release.objects.filter(state=State.PUBLISHED, work__startswith__gt=at).order_by("work")
    for release in ahead:
        ask_areas(release, by=SYSTEM, at=release.published_at or at)
        adopt_reminders(subject=release, at=at)
    for call in Call.objects.open(at):
        ways = _ways()
        for place, asked in enumerate(call.confirmations.select_related("area")):
            if place % MISSING_OF:
                answered_at = at - place * ANSWER_EVERY
                confirm_ready(call=call, area=asked.area, saying=next(ways), at=answered_at)


def _ways() -> Iterator[Saying]:
    """Typed roles; where the sample's users are, also by one of them and on behalf of an area."""
    people = User.objects.in_bulk(["clinician", "manager"], field_name="username")
    typed = [on_own_computer(role) for role in ("Nurse in charge", "Ward clerk", "Receptionist")]
    if not people:
        return cycle(typed)
    return cycle(
        [*typed, by_person(people["clinician"]), on_behalf(people["manager"], told_by="Ward sister")]
    )
