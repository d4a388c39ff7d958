"""When letters go and which become one, as PostgreSQL does it, beside a simple reading of the same rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from continuity.core.clock import ClockError, at_local, local, local_day
from continuity.notifications.actions import Words, notify
from continuity.notifications.actions.telling import GATHER
from continuity.notifications.audience import Audience
from continuity.notifications.letters import enclose
from continuity.notifications.models import (
    CHOSEN,
    URGENT,
    Channel,
    Delivery,
    Endpoint,
    Kind,
    Preference,
    Subscription,
)
from tests.factories import STORY_BEGINS, UserFactory

pytestmark = pytest.mark.django_db
SPRING, AUTUMN = datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC)
INSTANTS = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(-36 * 60, 36 * 60),
)
WALLS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 29, 30, 59]))
HOURS = st.tuples(WALLS, WALLS).filter(lambda hours: hours[0] != hours[1])


@contextmanager
def undone() -> Iterator[None]:
    """What an example writes is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tell(person: Any, at: datetime, key: str = "x:1", **more: Any) -> Any:
    """Something said to everybody who hears about it."""
    details = {"kind": Kind.PLANNED_WORK, "audience": Audience(), **more}
    is_whole = details.pop("is_whole", False)
    words = Words(title=key, body=key, url="/", is_whole=is_whole)
    return notify(key=key, subject=person, words=words, at=at, **details)


def next_time(at: datetime, wall: time) -> datetime:
    """When London clocks show a time next: of a repeated one the second, of a skipped one an hour on."""
    days = [local_day(at) + timedelta(days=ahead) for ahead in (0, 1)]
    return min(found for day in days if (found := shown(day, wall)) > at)


def shown(day: Any, wall: time) -> datetime:
    try:
        return at_local(day, wall)
    except ClockError as error:
        if error.args[0] == "never" or "does not happen" in str(error):
            return at_local(day, wall.replace(hour=wall.hour + 1))
        return at_local(day, wall, fold="GMT")


def is_quiet(at: datetime, begins: time, ends: time) -> bool:
    wall = local(at).time()
    return begins <= wall < ends if begins < ends else wall >= begins or wall < ends


@settings(max_examples=80)
@given(
    at=INSTANTS,
    quiet=st.none() | HOURS,
    digest=st.none() | WALLS,
    kind=st.sampled_from(list(CHOSEN)),
    severity=st.sampled_from([None, 1, 2, 3, 4]),
)
@example(
    at=AUTUMN - timedelta(hours=3), quiet=(time(22), time(1, 30)), digest=None, kind=Kind.INCIDENT, severity=3
)
@example(
    at=SPRING - timedelta(hours=3), quiet=(time(21), time(1, 30)), digest=None, kind=Kind.INCIDENT, severity=2
)
@example(at=SPRING - timedelta(hours=3), quiet=None, digest=time(1, 30), kind=Kind.REVIEW, severity=None)
def test_letters_wait_for_the_day_or_the_end_of_quiet_hours_and_urgent_ones_for_neither(
    at: datetime, quiet: tuple[time, time] | None, digest: time | None, kind: Kind, severity: int | None
) -> None:
    with undone():
        person = UserFactory.create()
        begins, ends = quiet or (None, None)
        Preference.objects.create(
            person=person, chosen_at=at, mobile="07700900123", quiet_from=begins, quiet_until=ends,
            rhythm="daily" if digest else "at_once", digest_at=digest,
        )  # fmt: skip
        for channel in (Channel.PORTAL, Channel.EMAIL, Channel.SMS):
            Subscription.objects.create(person=person, kind=kind, channel=channel)

        tell(person, at, kind=kind, severity=severity)

        got = {row.channel: row for row in Delivery.objects.all()}

    if severity is not None and severity <= URGENT:
        due, waits_for_day = at, False
    elif digest:
        due, waits_for_day = next_time(at, digest), True
    elif begins and ends and is_quiet(at, begins, ends):
        due, waits_for_day = next_time(at, ends), False
    else:
        due, waits_for_day = at + GATHER, False
    for channel in (Channel.EMAIL, Channel.SMS):
        assert (got[channel].due_at, got[channel].is_for_digest) == (due, waits_for_day)
    assert (got[Channel.PORTAL].state, got[Channel.PORTAL].sent_at) == ("sent", at)


@settings(max_examples=40)
@given(
    news=st.lists(
        st.tuples(st.integers(0, 130), st.booleans(), st.sampled_from([None, 4, 1])), min_size=1, max_size=8
    )
)
def test_what_is_said_within_a_minute_is_one_letter_that_loses_nothing(
    news: list[tuple[int, bool, int | None]],
) -> None:
    with undone():
        person = UserFactory.create()
        Preference.objects.create(person=person, chosen_at=STORY_BEGINS)
        hook = Endpoint.objects.create(
            key="hook", name="Hook", channel="webhook", address="https://a.example/"
        )
        for channel in (Channel.PORTAL, Channel.EMAIL):
            Subscription.objects.create(person=person, kind=Kind.PLANNED_WORK, channel=channel)
        Subscription.objects.create(endpoint=hook, kind=Kind.PLANNED_WORK, channel=Channel.WEBHOOK)

        at = STORY_BEGINS
        for number, (gap, is_whole, severity) in enumerate(news):
            at += timedelta(seconds=gap)
            send_due(at)
            tell(person, at, f"x:{number}", is_whole=is_whole, severity=severity)
        send_due(at + GATHER)

        letters = list(
            Delivery.objects.filter(channel=Channel.EMAIL, state="sent")
            .select_related("message")
            .order_by("message_id")
        )
        enclose(letters)
        got = [
            ([said.key for said in each.enclosed.earlier], each.message.key, each.due_at)  # type: ignore[attr-defined]
            for each in letters
        ]
        others = Delivery.objects.filter(channel=Channel.EMAIL).exclude(state="sent")
        assert set(others.values_list("state", flat=True)) <= {"superseded"}
        for channel in (Channel.PORTAL, Channel.WEBHOOK):
            told = Delivery.objects.filter(channel=channel).exclude(state="superseded")
            assert told.count() == len(news)

    assert got == gathered(news)


def send_due(at: datetime) -> None:
    Delivery.objects.due(at).update(state="sent", sent_at=at)


def gathered(news: list[tuple[int, bool, int | None]]) -> list[tuple[list[str], str, datetime]]:
    """What each letter should hold: earlier news, its own, and when it should have gone."""
    letters: list[tuple[list[str], str, datetime]] = []
    waiting: list[int] = []
    said: list[datetime] = []
    due = at = STORY_BEGINS
    for number, (gap, _, severity) in enumerate(news):
        at += timedelta(seconds=gap)
        said.append(at)
        if waiting and due <= at:
            letters.append(letter_of(news, waiting, due))
            waiting = []
        due = at if severity == 1 else min(each for each in said if each > at - GATHER) + GATHER
        waiting.append(number)
    return [*letters, letter_of(news, waiting, due)]


def letter_of(
    news: list[tuple[int, bool, int | None]], waiting: list[int], due: datetime
) -> tuple[list[str], str, datetime]:
    *earlier, last = waiting
    return ([] if news[last][1] else [f"x:{each}" for each in earlier], f"x:{last}", due)
