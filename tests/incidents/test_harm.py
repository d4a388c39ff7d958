"""The clock to harm: its words and marks in cases, and what holds for any times."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.harm import Clock, Mark, clock_of

START = datetime(2024, 11, 1, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def clock(gone: int, *, rto: int = 120, mtpd: int = 480, until: int | None = None) -> Clock:
    back = None if until is None else START + until * MINUTE
    return clock_of(
        "Wi-Fi", rto=rto * MINUTE, mtpd=mtpd * MINUTE, since=START, until=back, at=START + gone * MINUTE
    )


@pytest.mark.parametrize(
    ("gone", "mark", "words"),
    [
        (0, Mark.CALM, "0 minutes of 2 hours until RTO, 0%"),
        (59, Mark.CALM, "59 minutes of 2 hours until RTO, 49%"),
        (60, Mark.AMBER, "1 hour of 2 hours until RTO, 50%"),
        (70, Mark.AMBER, "1 hour 10 minutes of 2 hours until RTO, 58%"),
        (96, Mark.RED, "1 hour 36 minutes of 2 hours until RTO, 80%"),
        (120, Mark.PAST, "RTO of 2 hours passed 0 minutes ago, 100%"),
        (125, Mark.PAST, "RTO of 2 hours passed 5 minutes ago, 104%"),
    ],
)
def test_it_says_how_near_the_limit_is(gone: int, mark: Mark, words: str) -> None:
    rto, _ = clock(gone).limits

    assert (rto.mark, rto.words) == (mark, words)


def test_it_stands_still_once_the_service_is_back() -> None:
    back = clock(600, until=70)

    assert not back.is_running
    assert back.limits == clock(70).limits


minutes = st.integers(0, 10_000)


@given(minutes, minutes, st.integers(1, 5_000), st.integers(1, 5_000))
def test_it_never_runs_backwards_and_the_shorter_limit_is_always_nearer(
    first: int, second: int, rto: int, more: int
) -> None:
    earlier, later = (clock(gone, rto=rto, mtpd=rto + more) for gone in sorted((first, second)))

    order = list(Mark)
    for before, after in zip(earlier.limits, later.limits, strict=True):
        assert before.share <= after.share
        assert order.index(before.mark) <= order.index(after.mark)
        assert (after.percent >= 100) == (after.mark is Mark.PAST)
    assert later.limits[0].share >= later.limits[1].share


@given(minutes, minutes)
def test_a_service_that_was_back_counts_until_then_and_no_longer(gone: int, until: int) -> None:
    counted = clock(gone, until=until).limits[0].gone

    assert counted == min(gone, until) * MINUTE
