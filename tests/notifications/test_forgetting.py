"""Who was told in person is forgotten in time; what was said, and to how many, stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.models import Line
from continuity.notifications import tasks
from continuity.notifications.actions import Words, forgetting
from continuity.notifications.actions.forgetting import forget_deliveries
from continuity.notifications.audience import Audience
from continuity.notifications.calendar import Entry
from continuity.notifications.models import Channel, Delivery, Message
from continuity.notifications.tasks import forget_old
from continuity.notifications.told import told_of
from releases.models import Release
from tests.factories import STORY_BEGINS, AreaFactory, ReleaseFactory
from tests.notifications.conftest import say, wants

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
NIGHT = datetime(2026, 7, 1, 2, tzinfo=UTC)


@pytest.fixture
def release(clinician: User, lead: User) -> Release:
    wants(clinician, Channel.PORTAL, Channel.EMAIL)
    wants(lead, Channel.PORTAL)
    made: Release = ReleaseFactory.create(state="published")
    return made


def to_everybody(release: Release, **more: Any) -> Any:
    """News that everybody told of it before is told too."""
    area = AreaFactory.create(email="ward@ashcombe.example")
    audience = Audience(told_about=f"releases.release {release.ref}", areas=frozenset({area.pk}))
    return say(about=release, audience=audience, **more)


def arrived() -> None:
    """All letters went out, and one person has read."""
    Delivery.objects.update(state="sent")
    Delivery.objects.filter(channel=Channel.PORTAL, person__username="clinician").update(read_at=STORY_BEGINS)


def to_forget(before: datetime) -> list[Message]:
    return list(Message.objects.to_forget(before))


def test_how_many_were_told_stays_when_who_is_forgotten(release: Release) -> None:
    message = to_everybody(release)
    arrived()
    before = told_of(release)

    is_whole = forget_deliveries(message=message, at=NIGHT)

    after = told_of(release)
    assert is_whole
    assert (after.channels, after.recipients) == (before.channels, before.recipients)
    assert after.sentence == "Told 2 people and 1 area."
    assert [each.person for each in Delivery.objects.all()] == [None]
    line = Line.objects.get(verb="message.recipients_forgotten")
    assert (line.actor_kind, line.to) == ("system", "3")


def test_many_go_in_pieces_and_are_counted_once(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "A_PIECE", 1)
    message = to_everybody(release)
    arrived()
    before = told_of(release)

    ended = [forget_deliveries(message=message, at=NIGHT) for _ in range(5)]

    assert ended == [False, False, False, True, True]
    assert told_of(release).channels == before.channels
    assert told_of(release).recipients == before.recipients
    assert Line.objects.filter(verb="message.recipients_forgotten").count() == 1


@pytest.mark.parametrize("state", ["failed", "unknown", "queued"])
def test_what_somebody_has_to_look_at_stays(release: Release, state: str) -> None:
    message = to_everybody(release)
    arrived()
    Delivery.objects.filter(channel=Channel.EMAIL, person__isnull=False).update(state=state)

    forget_deliveries(message=message, at=NIGHT)

    assert Delivery.objects.get(person__isnull=False).state == state


def test_whoever_may_have_to_be_told_again_is_kept(release: Release, clinician: User) -> None:
    told = to_everybody(release)
    bare = say(key="heartbeat:1", about=clinician)
    assert to_forget(STORY_BEGINS) == []
    assert set(to_forget(STORY_BEGINS + YEAR)) == {told, bare}

    to_everybody(release, key="release:1:moved", at=STORY_BEGINS + 2 * YEAR)
    say(key="heartbeat:2", about=clinician, at=STORY_BEGINS + 2 * YEAR)

    assert to_forget(STORY_BEGINS + YEAR) == [bare]


def test_whoever_was_told_of_work_that_is_still_ahead_is_kept(release: Release) -> None:
    ends = STORY_BEGINS + 2 * YEAR
    entry = Entry("work@portal", 1, ends - timedelta(hours=8), ends, "e-RS maintenance")
    told = to_everybody(release, words=Words("Title", "Body", "/releases/", entry=entry))

    assert to_forget(STORY_BEGINS + YEAR) == []
    assert to_forget(ends + YEAR) == [told]


def test_the_worker_forgets_at_night_what_is_old_enough(
    release: Release, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    to_everybody(release, at=NIGHT - 2 * YEAR)
    to_everybody(release, key="release:1:ended", at=NIGHT - 2 * YEAR)
    arrived()

    def left_at(at: datetime) -> int:
        monkeypatch.setattr(tasks, "now", lambda: at)
        forget_old()
        return Delivery.objects.filter(person__isnull=False).count()

    settings.DELIVERIES_KEPT = timedelta(0)
    assert left_at(NIGHT) == 6
    settings.DELIVERIES_KEPT = 3 * YEAR
    assert left_at(NIGHT) == 6
    settings.DELIVERIES_KEPT = YEAR
    assert left_at(NIGHT + timedelta(hours=9)) == 6
    assert left_at(NIGHT) == 0
