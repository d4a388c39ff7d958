"""Which days a calendar shows and what lies on them, over clock changes and leap years; no database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from continuity.core.clock import at_local, days_window, local_day
from releases.almanac import View, after, before, days_of, hours_on, laid_out, touched

DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
VIEWS = st.sampled_from(View)
FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
WORK = Range(FOUR_PM, datetime(2024, 11, 2, 0, 44, tzinfo=UTC), "[)")


@given(VIEWS, DAYS)
def test_a_view_shows_days_in_a_row_and_the_one_asked_for(view: View, on: date) -> None:
    days = days_of(view, on)

    assert on in days
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


@given(st.sampled_from([View.MONTH, View.WEEK]), DAYS)
def test_months_and_weeks_are_whole_weeks_from_monday(view: View, on: date) -> None:
    days = days_of(view, on)

    assert days[0].weekday() == 0
    assert len(days) % 7 == 0


@given(VIEWS, DAYS)
def test_going_on_and_back_leaves_no_day_out(view: View, on: date) -> None:
    later = days_of(view, after(view, on))
    earlier = days_of(view, before(view, on))

    assert later[0] <= days_of(view, on)[-1] + timedelta(days=1)
    assert earlier[-1] >= days_of(view, on)[0] - timedelta(days=1)
    assert days_of(view, before(view, after(view, on))) == days_of(view, on)


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2024, 11, 1), "from 4pm"), (date(2024, 11, 2), "until 12:44am")],
)
def test_each_day_of_a_night_says_its_own_part(day: date, words: str) -> None:
    assert hours_on(day, WORK) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (FOUR_PM, FOUR_PM + timedelta(hours=2), "4pm to 6pm"),
        (FOUR_PM, FOUR_PM + timedelta(hours=8), "4pm to midnight"),
        (FOUR_PM - timedelta(hours=16), FOUR_PM, "midnight to 4pm"),
        (FOUR_PM - timedelta(hours=16), FOUR_PM + timedelta(hours=8), "all day"),
        (FOUR_PM - timedelta(days=2), FOUR_PM + timedelta(days=2), "all day"),
    ],
)
def test_what_lies_on_a_day_is_said_as_people_say_it(start: datetime, end: datetime, words: str) -> None:
    assert hours_on(date(2024, 11, 1), Range(start, end, "[)")) == words


def test_the_hour_that_happens_twice_says_which_it_is() -> None:
    sunday = date(2024, 10, 27)
    first, second = (datetime(2024, 10, 27, hour, 30, tzinfo=UTC) for hour in (0, 1))

    assert hours_on(sunday, Range(first, second, "[)")) == "1:30am BST to 1:30am GMT"
    assert hours_on(sunday, Range(first, FOUR_PM, "[)")) == "from 1:30am BST"
    assert hours_on(sunday, Range(first - timedelta(days=1), second, "[)")) == "until 1:30am GMT"


@given(DAYS, st.integers(1, 40))
def test_whole_days_touch_themselves_and_no_other(first: date, count: int) -> None:
    assert list(touched(days_window(first, count))) == [first + timedelta(days=n) for n in range(count)]


def test_the_longest_and_the_shortest_day_hold_what_happens_in_them() -> None:
    # Clocks go back on 27 October 2024: 1:30am BST is still Saturday night in UTC terms half an hour after midnight.
    span = Range(datetime(2024, 10, 26, 23, 0, tzinfo=UTC), datetime(2024, 10, 27, 1, 30, tzinfo=UTC), "[)")

    assert list(touched(span)) == [date(2024, 10, 27)]
    assert local_day(at_local(date(2025, 3, 30), datetime(2025, 3, 30, 23, 59, tzinfo=UTC).time())) == date(
        2025, 3, 30
    )


def test_a_month_knows_which_of_its_days_belong_to_others() -> None:
    days = laid_out(View.MONTH, date(2024, 11, 5), [(WORK, "e-RS")])

    assert [day.on for day in days if day.is_outside][:4] == [date(2024, 10, day) for day in (28, 29, 30, 31)]
    assert [day.on for day in days if day.entries] == [date(2024, 11, 1), date(2024, 11, 2)]
