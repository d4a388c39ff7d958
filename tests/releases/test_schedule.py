"""Where an outage stands, whatever the state, the clock and the worker do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from releases.models import State
from releases.schedule import HITTING, Phase, Standing, disruption_now, next_change, overrun, standing

FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
BACK = datetime(2024, 11, 2, 0, 36, tzinfo=UTC)
DONE = datetime(2024, 11, 2, 0, 44, tzinfo=UTC)
OUTAGE, WORK = Range(FOUR_PM, BACK, "[)"), Range(FOUR_PM, DONE, "[)")
RUNNING = Range(FOUR_PM, None, "[)")
LATE = Range(FOUR_PM + timedelta(minutes=10), None, "[)")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "is_held", "actual", "at", "phase"),
    [
        ("draft", False, None, FOUR_PM, Phase.OVER),
        ("in_review", False, None, FOUR_PM, Phase.OVER),
        ("published", False, None, FOUR_PM - SECOND, Phase.AHEAD),
        ("published", False, None, FOUR_PM, Phase.RUNNING),
        ("published", False, None, BACK - SECOND, Phase.RUNNING),
        ("published", False, None, BACK, Phase.UNCONFIRMED),
        ("published", True, None, FOUR_PM + MINUTE, Phase.AHEAD),
        ("in_progress", False, RUNNING, FOUR_PM, Phase.RUNNING),
        ("in_progress", False, RUNNING, BACK + timedelta(days=3), Phase.UNCONFIRMED),
        ("in_progress", False, LATE, FOUR_PM + MINUTE, Phase.AHEAD),
        ("in_progress", False, None, FOUR_PM - SECOND, Phase.AHEAD),
        ("in_progress", False, None, FOUR_PM, Phase.RUNNING),
        ("in_progress", True, RUNNING, FOUR_PM, Phase.RUNNING),
        ("checking", False, OUTAGE, BACK, Phase.CHECKING),
        ("checking", False, OUTAGE, DONE + timedelta(hours=9), Phase.CHECKING),
        ("checking", False, None, FOUR_PM - SECOND, Phase.AHEAD),
        ("checking", False, None, FOUR_PM, Phase.RUNNING),
        ("in_progress", False, OUTAGE, BACK, Phase.OVER),
        ("completed", False, OUTAGE, BACK, Phase.OVER),
        ("rolled_back", False, OUTAGE, FOUR_PM + MINUTE, Phase.OVER),
        ("cancelled", False, None, FOUR_PM + MINUTE, Phase.OVER),
        ("postponed", False, None, FOUR_PM + MINUTE, Phase.OVER),
    ],
)
def test_an_outage_stands_where_its_times_say(
    state: str, is_held: bool, actual: Range[datetime] | None, at: datetime, phase: Phase
) -> None:
    assert disruption_now(state, is_held, OUTAGE, actual, at).phase is phase


def test_a_planned_start_and_a_written_one_look_the_same() -> None:
    by_clock = disruption_now("published", False, OUTAGE, None, FOUR_PM + MINUTE)
    by_worker = disruption_now("in_progress", False, OUTAGE, RUNNING, FOUR_PM + MINUTE)

    assert by_clock == by_worker
    assert by_clock.since == FOUR_PM
    assert by_clock.until == BACK


def test_work_started_late_hits_from_then_on() -> None:
    assert disruption_now("in_progress", False, OUTAGE, LATE, BACK - SECOND).since == LATE.lower


@pytest.mark.parametrize(
    ("state", "is_held", "at", "phases", "expected"),
    [
        ("published", False, FOUR_PM - SECOND, [Phase.AHEAD], Standing.PLANNED),
        ("published", False, FOUR_PM, [Phase.RUNNING], Standing.IN_PROGRESS),
        ("published", True, FOUR_PM, [Phase.AHEAD], Standing.HELD),
        ("published", False, DONE, [], Standing.UNCONFIRMED),
        ("in_progress", False, BACK, [Phase.UNCONFIRMED], Standing.UNCONFIRMED),
        ("in_progress", False, BACK, [], Standing.IN_PROGRESS),
        ("checking", False, DONE, [Phase.CHECKING], Standing.CHECKING),
        ("completed", False, DONE, [], Standing.COMPLETED),
        ("postponed", False, DONE, [], Standing.POSTPONED),
    ],
)
def test_a_release_is_tagged_by_state_and_clock(
    state: str, is_held: bool, at: datetime, phases: list[Phase], expected: Standing
) -> None:
    assert standing(state, is_held, WORK, at, phases) is expected


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_standing(state: str) -> None:
    assert standing(state, False, WORK, FOUR_PM).words


@pytest.mark.parametrize(
    ("actual", "at", "late"),
    [
        (None, DONE, timedelta(0)),
        (OUTAGE, DONE, timedelta(0)),
        (Range(FOUR_PM, BACK - MINUTE, "[)"), DONE, timedelta(0)),
        (Range(FOUR_PM, BACK + 4 * MINUTE, "[)"), DONE, 4 * MINUTE),
        (RUNNING, BACK - MINUTE, timedelta(0)),
        (RUNNING, BACK + 24 * MINUTE, 24 * MINUTE),
        (Range(empty=True), DONE, timedelta(0)),
    ],
)
def test_an_overrun_is_computed_and_grows_while_it_lasts(
    actual: Range[datetime] | None, at: datetime, late: timedelta
) -> None:
    assert overrun(OUTAGE, actual, at) == late


states = st.sampled_from([str(state) for state in State])
moments = st.integers(-1000, 2000).map(lambda minutes: FOUR_PM + timedelta(minutes=minutes))
actuals = st.sampled_from([None, RUNNING, LATE, OUTAGE])


@given(state=states, is_held=st.booleans(), actual=actuals, at=moments, later=st.integers(0, 10_000))
def test_no_end_happens_by_itself(
    state: str, is_held: bool, actual: Range[datetime] | None, at: datetime, later: int
) -> None:
    before = disruption_now(state, is_held, OUTAGE, actual, at)
    after = disruption_now(state, is_held, OUTAGE, actual, at + timedelta(minutes=later))

    assert not before.is_hitting or after.is_hitting


@given(state=states, is_held=st.booleans(), actual=actuals, at=moments)
def test_the_next_change_is_the_first_instant_that_differs(
    state: str, is_held: bool, actual: Range[datetime] | None, at: datetime
) -> None:
    change = next_change(state, is_held, OUTAGE, actual, at)
    phase_at = lambda when: disruption_now(state, is_held, OUTAGE, actual, when).phase  # noqa: E731

    if change is None:
        assert phase_at(at + timedelta(days=900)) is phase_at(at)
    else:
        assert change > at
        assert phase_at(change - timedelta(microseconds=1)) is phase_at(at)
        assert phase_at(change) is not phase_at(at)


@given(state=st.sampled_from(["draft", "in_review", "cancelled", "postponed", "completed"]), at=moments)
def test_what_was_not_announced_or_is_over_hits_nobody(state: str, at: datetime) -> None:
    assert disruption_now(state, False, OUTAGE, None, at).phase not in HITTING


def test_a_window_without_an_end_is_no_plan() -> None:
    with pytest.raises(ValueError, match="both its ends"):
        disruption_now("published", False, Range(FOUR_PM, None, "[)"), None, FOUR_PM)
