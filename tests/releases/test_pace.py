"""How a run keeps to its sheet: a delay goes on to what waits for it, and to nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.pace import NO_TIME, Pace, Step, Turn, pace_of, turn_of

MINUTE = timedelta(minutes=1)
FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
LATEST = 2_000


def at(minutes: int) -> datetime:
    return FOUR_PM + minutes * MINUTE


def step(starts: int, lasts: int, done: int | None = None, *, is_skipped: bool = False) -> Step:
    return Step(at(starts), lasts * MINUTE, None if done is None else at(done), is_skipped)


def pace(steps: list[Step], when: datetime) -> Pace:
    found = pace_of(steps, when)
    assert found is not None
    return found


@st.composite
def runs(draw: st.DrawFn) -> list[Step]:
    """Sheets of up to 6 steps, some of them done or not needed, in any order and at any time."""
    return [
        step(
            draw(st.integers(0, 500)),
            draw(st.integers(1, 120)),
            draw(st.none() | st.integers(0, 1_000)),
        )
        for _ in range(draw(st.integers(1, 6)))
    ]


moments = st.integers(0, LATEST).map(at)


@pytest.mark.parametrize(
    ("steps", "now", "behind", "expected"),
    [
        # Nothing begun, nothing late.
        ([step(0, 30), step(30, 30)], -60, 0, 60),
        # The first takes 10 minutes longer than planned, the second follows it.
        ([step(0, 30), step(30, 30)], 40, 10, 70),
        ([step(0, 30, 40), step(30, 30)], 45, 10, 70),
        # A gap in the plan takes the delay up.
        ([step(0, 30, 40), step(60, 30)], 45, 0, 90),
        # Done early: what follows still waits for its planned start.
        ([step(0, 30, 5), step(30, 30)], 10, 0, 60),
        # Side by side: one that is late does not hold up the other.
        ([step(0, 60), step(0, 60, 60), step(60, 10)], 70, 10, 80),
        ([step(0, 90), step(0, 30, 30), step(30, 30, 60)], 60, 0, 90),
        # Not needed: it holds up nobody, however late that was said.
        ([step(0, 30, 90, is_skipped=True), step(30, 30)], 45, 0, 60),
        # Over, and late.
        ([step(0, 30, 30), step(30, 30, 75)], 500, 15, 75),
    ],
)
def test_a_delay_goes_on_to_what_waits_for_it(
    steps: list[Step], now: int, behind: int, expected: int
) -> None:
    found = pace(steps, at(now))

    assert (found.behind, found.expected_end) == (behind * MINUTE, at(expected))


def test_a_sheet_without_steps_has_no_pace() -> None:
    assert pace_of([], FOUR_PM) is None


def test_what_was_not_needed_alone_ends_as_planned() -> None:
    found = pace([step(0, 30, 10, is_skipped=True)], at(500))

    assert (found.behind, found.is_over) == (NO_TIME, True)


@given(runs(), moments, st.integers(0, 500))
def test_waiting_never_brings_the_end_nearer(steps: list[Step], now: datetime, more: int) -> None:
    assert pace(steps, now + more * MINUTE).expected_end >= pace(steps, now).expected_end


@given(runs(), moments, st.integers(0, 5))
def test_a_tick_never_moves_the_end_away(steps: list[Step], now: datetime, place: int) -> None:
    place %= len(steps)
    ticked = [*steps]
    if not steps[place].is_over:
        ticked[place] = replace(steps[place], done_at=now)

    assert pace(ticked, now).expected_end <= pace(steps, now).expected_end


@given(runs(), moments)
def test_nobody_is_further_behind_than_the_latest_step(steps: list[Step], now: datetime) -> None:
    latest = max((each.done_at or now) - each.ends_at for each in steps)

    assert pace(steps, now).behind <= max(latest, NO_TIME)


@given(runs(), moments)
def test_what_is_not_done_does_not_end_in_the_past(steps: list[Step], now: datetime) -> None:
    found = pace(steps, now)

    assert found.is_over or found.expected_end >= now
    assert found.over == sum(each.is_over for each in steps)


@pytest.mark.parametrize(
    ("now", "turn", "length"),
    [(0, Turn.OPEN, 60), (30, Turn.SOON, 30), (60, Turn.SOON, 0), (75, Turn.PASSED, 15)],
)
def test_the_rollback_can_begin_until_its_last_moment(now: int, turn: Turn, length: int) -> None:
    assert turn_of(at(60), at(now)) == (turn, length * MINUTE)
