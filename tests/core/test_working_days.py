"""Working days in England, against the table of bank holidays that the government publishes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.core.clock import local_day
from continuity.core.working_days import (
    bank_holiday,
    enough_notice_from,
    is_working_day,
    working_days_between,
)

PUBLISHED = {
    2024: [(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
    2025: [(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)],
    2026: [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
    2027: [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
}
DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize("year", PUBLISHED)
def test_nobody_works_on_the_bank_holidays_that_are_published(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]

    off = [day for day in days if day.year == year and day.weekday() < 5 and not is_working_day(day)]

    assert off == [date(year, month, day) for month, day in PUBLISHED[year]]


def test_a_bank_holiday_has_its_name() -> None:
    assert bank_holiday(date(2024, 12, 26)) == "Boxing Day"
    assert bank_holiday(date(2024, 11, 1)) == ""


@pytest.mark.parametrize(
    ("told", "starts", "days"),
    [
        (datetime(2024, 11, 1, 9, tzinfo=UTC), datetime(2024, 11, 4, 9, tzinfo=UTC), 0),
        (datetime(2024, 11, 4, 9, tzinfo=UTC), datetime(2024, 11, 8, 9, tzinfo=UTC), 3),
        (datetime(2024, 12, 23, 9, tzinfo=UTC), datetime(2024, 12, 30, 9, tzinfo=UTC), 2),
        # Half past midnight in summer is still the day before in UTC.
        (datetime(2024, 7, 1, 23, 30, tzinfo=UTC), datetime(2024, 7, 4, 9, tzinfo=UTC), 1),
        (datetime(2024, 11, 8, 9, tzinfo=UTC), datetime(2024, 11, 4, 9, tzinfo=UTC), 0),
    ],
)
def test_notice_is_counted_in_working_days(told: datetime, starts: datetime, days: int) -> None:
    assert working_days_between(told, starts) == days


@given(DAYS, st.integers(0, 23), st.integers(0, 40))
def test_work_from_the_first_day_with_enough_notice_has_it(day: date, hour: int, days: int) -> None:
    told = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    first = enough_notice_from(told, days)
    starts = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)

    assert working_days_between(told, starts) >= days
    assert days == 0 or first > local_day(told)
    assert days == 0 or working_days_between(told, starts - timedelta(days=1)) < days
