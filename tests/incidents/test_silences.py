"""Promises that were not kept: a table of cases, and what holds for any incident."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.silences import Silence, Told, silences

DECLARED = datetime(2024, 9, 10, 13, 31, tzinfo=UTC)
EVERY = {1: timedelta(minutes=30), 2: timedelta(hours=1), 3: timedelta(hours=4), 4: timedelta(days=1)}


def after(minutes: int) -> datetime:
    return DECLARED + timedelta(minutes=minutes)


def late(*told: int, restored: int | None = None, severity: int = 1, now: int = 600) -> list[Silence]:
    """The silences of an incident that was told about so many minutes after it was declared."""
    return silences(
        [Told(after(each), severity) for each in told], declared_at=DECLARED, severity=severity, every=EVERY,
        restored_at=None if restored is None else after(restored), at=after(now),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "restored", "due"),
    [
        ([2, 29, 59, 89], 100, []),
        ([2, 29, 59, 94], 94, [(89, 94)]),  # back 5 minutes after the promise
        ([2, 29, 59], 80, []),  # back before the promise, and nobody says so in time
        ([45], 60, [(30, 45)]),  # nothing for longer than the severity allows, from the start
        ([], 40, [(30, None)]),
        ([2], 90, [(32, None)]),  # it was back and nobody was told
        ([-20, 10], 35, []),  # told before it was declared: the promise begins with the incident
        ([2, 100, 200], 150, [(32, 100), (130, 200)]),
    ],
)
def test_a_promise_counts_until_the_service_is_back(
    told: list[int], restored: int, due: list[tuple[int, int | None]]
) -> None:
    found = late(*told, restored=restored)

    assert found == [Silence(after(one), None if came is None else after(came)) for one, came in due]


def test_what_is_going_on_is_late_from_the_instant_of_its_promise() -> None:
    assert late(0, now=30) == []
    assert late(0, now=31) == [Silence(after(30), None)]


def test_an_update_that_promises_something_sooner_is_held_to_it() -> None:
    updates = [Told(after(0), 2, next_due_at=after(15)), Told(after(20), 2)]

    found = silences(
        updates, declared_at=DECLARED, restored_at=after(50), severity=2, every=EVERY, at=after(60)
    )

    assert found == [Silence(after(15), after(20))]


@given(
    told=st.lists(st.integers(0, 500), max_size=12), restored=st.integers(0, 500), severity=st.integers(1, 4)
)
def test_whoever_hears_within_every_interval_was_promised_nothing_more(
    told: list[int], restored: int, severity: int
) -> None:
    told = sorted(told)
    heard = [0, *(each for each in told if each < restored), restored]
    longest = max(later - earlier for earlier, later in pairwise(heard))

    found = late(*told, restored=restored, severity=severity)

    assert bool(found) == (timedelta(minutes=longest) > EVERY[severity])
    assert all(each.due_at < after(restored) for each in found)
    assert [each.due_at for each in found] == sorted(each.due_at for each in found)
