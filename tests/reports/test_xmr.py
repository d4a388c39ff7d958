"""XmR charts agree with figures worked out by hand, and call news what the NHS rules call news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.reports.xmr import Signal, xmr

values = st.lists(st.integers(min_value=0, max_value=5_000), min_size=1, max_size=40)


def signals(row: list[float]) -> list[set[Signal]]:
    return [set(each) for each in xmr(row).signals]


def test_limits_are_worked_out_from_the_average_moving_range() -> None:
    found = xmr([10, 14, 12, 18, 16])

    # Moving ranges 4, 2, 6, 2: 3.5 on average.
    assert found.ranges == (None, 4, 2, 6, 2)
    assert found.mean == 14
    assert found.average_range == 3.5
    assert found.upper == pytest.approx(14 + 9.31)
    assert found.lower == pytest.approx(14 - 9.31)
    assert found.range_limit == pytest.approx(11.438)


def test_a_leap_does_not_widen_the_limits_it_is_judged_by() -> None:
    calm: list[float] = [10, 12] * 6

    found = xmr([*calm, 90])

    # The leap of 78 is above 3.268 average ranges, so 2 stays the average.
    assert found.average_range == 2
    assert Signal.OUTSIDE in found.signals[-1]


@pytest.mark.parametrize(("length", "is_news"), [(6, False), (7, True), (8, True)])
def test_7_in_a_row_on_one_side_are_news(length: int, is_news: bool) -> None:
    row = [30.0, 0.0] * 7 + [16.0, 17.0] * (length // 2) + [16.0] * (length % 2)
    middle = xmr(row).mean

    found = signals(row)

    assert all(value > middle for value in row[14:])
    assert [Signal.SHIFT in each for each in found] == [False] * 14 + [is_news] * length


@pytest.mark.parametrize(("rising", "is_news"), [(6, False), (7, True)])
def test_7_in_a_row_that_rise_are_news(rising: int, is_news: bool) -> None:
    row: list[float] = [*range(100, 100 + rising * 10, 10), 95, 135, 96, 137]

    found = signals(row)

    assert [Signal.TREND in each for each in found] == [is_news] * rising + [False] * 4


def test_equal_months_are_no_trend_and_on_no_side() -> None:
    assert signals([5.0] * 12) == [set()] * 12


def test_2_of_3_near_a_limit_are_news_where_all_are_on_one_side() -> None:
    calm: list[float] = [8, 12] * 10
    found, apart = xmr([*calm, 19, 11, 19]), xmr([*calm, 19, 9, 19])

    near = found.mean + (found.upper - found.mean) * 2 / 3

    assert near < 19 < found.upper
    assert [Signal.NEAR_LIMIT in each for each in found.signals[-3:]] == [True, False, True]
    assert not any(Signal.NEAR_LIMIT in each for each in apart.signals)


def test_a_single_month_is_judged_by_nothing() -> None:
    found = xmr([7])

    assert (found.lower, found.mean, found.upper) == (7, 7, 7)
    assert found.signals == (frozenset(),)


def test_no_month_makes_no_chart() -> None:
    with pytest.raises(ValueError, match="needs a value"):
        xmr([])


@given(values)
def test_the_limits_lie_around_the_mean(row: list[int]) -> None:
    found = xmr(row)

    assert found.lower <= found.mean <= found.upper
    assert found.upper - found.mean == pytest.approx(found.mean - found.lower)
    assert len(found.signals) == len(found.ranges) == len(row)
    assert [Signal.OUTSIDE in each for each in found.signals] == [
        value > found.upper or value < found.lower for value in row
    ]


@given(values, st.integers(min_value=1, max_value=9), st.integers(min_value=0, max_value=1_000))
def test_another_unit_or_beginning_changes_no_news(row: list[int], times: int, more: int) -> None:
    assert xmr([value * times * 2**4 + more * 2**4 for value in row]).signals == xmr(row).signals


@given(values)
def test_backwards_the_limits_are_the_same(row: list[int]) -> None:
    there, back = xmr(row), xmr(row[::-1])

    assert there.upper == pytest.approx(back.upper)
    assert there.signals == back.signals[::-1]
