"""The calendar entry of a release moves, ends and comes back with it, always as the same entry."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.notifications.models import Message
from releases.actions import (
    cancel,
    come_back,
    complete,
    extend,
    post_update,
    postpone,
    publish,
    revise,
    start,
)
from releases.models import Release
from tests.releases.conftest import ANNOUNCED, BACK, DONE, FOUR_PM, NEXT_MORNING, OUTCOME

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def entries() -> list[dict[str, Any]]:
    """Those that messages carried, oldest first."""
    found = Message.objects.filter(entry__isnull=False).order_by("pk")
    return [message.entry for message in found if message.entry]


def rises(numbers: list[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def test_one_entry_follows_the_work_from_notice_to_end(published: Release, manager: User) -> None:
    start(release=published, by=manager, at=FOUR_PM)
    later = BACK + timedelta(hours=1)
    extend(release=published, ends_at=later, by=manager, at=BACK, reason="It takes longer")
    come_back(release=published, by=manager, at=later)
    complete(release=published, outcome=OUTCOME, by=manager, at=NEXT_MORNING)

    told = entries()

    assert len({each["uid"] for each in told}) == 1
    assert told[0]["uid"].startswith(f"{published.ref}@")
    assert rises([each["sequence"] for each in told])
    assert [each["end"] for each in told] == [
        DONE.isoformat(),
        (DONE + timedelta(hours=1)).isoformat(),
        published.ended_at.isoformat() if published.ended_at else "",
    ]
    assert not any(each["is_cancelled"] for each in told)


def test_a_change_moves_it(published: Release, story: dict[str, Any], manager: User) -> None:
    revise(
        release=published,
        version=published.version,
        by=manager,
        at=ANNOUNCED,
        **{**story, "title": "e-RS 14.8"},
    )
    moved = {**story, "outages": [], "services": list(published.services.all())}
    moved["work"] = type(story["work"])(FOUR_PM + WEEK, DONE + WEEK, "[)")
    revise(release=published, version=published.version, by=manager, at=ANNOUNCED, **moved)

    first, last = entries()[0], entries()[-1]

    assert (first["uid"], last["start"]) == (last["uid"], (FOUR_PM + WEEK).isoformat())
    assert rises([each["sequence"] for each in entries()])


def test_a_cancellation_ends_it(published: Release, manager: User) -> None:
    cancel(release=published, reason="Not needed", by=manager, at=ANNOUNCED)

    first, last = entries()

    assert (last["uid"], last["is_cancelled"]) == (first["uid"], True)
    assert last["sequence"] > first["sequence"]


def test_postponed_work_leaves_calendars_until_its_new_times_are_published(
    published: Release, manager: User
) -> None:
    postpone(release=published, to=FOUR_PM + WEEK, reason="Not ready", by=manager, at=ANNOUNCED)
    publish(release=published, by=manager, at=ANNOUNCED)

    _, gone, again = entries()

    assert (gone["is_cancelled"], again["is_cancelled"]) == (True, False)
    assert again["start"] == (FOUR_PM + WEEK).isoformat()
    assert gone["uid"] == again["uid"]
    assert again["sequence"] > gone["sequence"]


def test_news_that_move_nothing_leave_calendars_alone(published: Release, manager: User) -> None:
    post_update(release=published, text="All is well", by=manager, at=ANNOUNCED)

    assert len(entries()) == 1
