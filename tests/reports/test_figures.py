"""Time lost: exact, never counted twice, split at midnight in London."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.clock import days_window, local_day
from continuity.core.spans import time_lost
from continuity.reports.figures import Lost, days_up_to, lost_within, month_of, months_up_to
from continuity.reports.strips import strip_of
from incidents.models import Incident
from releases.models import State
from tests.factories import DisruptionFactory, ImpactFactory, IncidentFactory, ReleaseFactory, ServiceFactory

NOVEMBER = month_of(date(2024, 11, 20))
LATER = datetime(2025, 1, 1, tzinfo=UTC)
hours = st.integers(min_value=0, max_value=24 * 29)


def span(start: int, length: int) -> Range[datetime]:
    begins = datetime(2024, 11, 1, tzinfo=UTC) + timedelta(hours=start)
    return Range(begins, begins + timedelta(hours=length), "[)")


@pytest.mark.parametrize(
    ("day", "length"),
    [
        (date(2024, 10, 5), timedelta(days=31, hours=1)),  # the clocks go back
        (date(2025, 3, 5), timedelta(days=30, hours=23)),  # and forward
        (date(2024, 2, 29), timedelta(days=29)),
    ],
)
def test_a_month_is_as_long_as_it_is_in_london(day: date, length: timedelta) -> None:
    month = month_of(day)

    assert month.lower is not None
    assert month.upper is not None
    assert month.upper - month.lower == length


def test_months_go_back_over_the_new_year() -> None:
    assert months_up_to(date(2025, 1, 31), 3) == [date(2025, 1, 1), date(2024, 12, 1), date(2024, 11, 1)]


def test_two_outages_at_once_count_once() -> None:
    assert time_lost([span(0, 4), span(2, 4)], NOVEMBER, LATER) == timedelta(hours=6)


def test_an_outage_without_an_end_lasts_until_now() -> None:
    begun = Range(datetime(2024, 11, 30, 22, tzinfo=UTC), None, "[)")

    assert time_lost([begun], NOVEMBER, LATER) == timedelta(hours=2)
    assert time_lost([begun], NOVEMBER, datetime(2024, 11, 30, 23, tzinfo=UTC)) == timedelta(hours=1)


@given(st.lists(st.tuples(hours, st.integers(min_value=1, max_value=48)), max_size=12))
def test_time_lost_is_the_hours_covered(outages: list[tuple[int, int]]) -> None:
    covered = {hour for start, length in outages for hour in range(start, start + length) if hour < 24 * 30}

    assert time_lost([span(*each) for each in outages], NOVEMBER, LATER) == timedelta(hours=len(covered))


MINUTE = timedelta(minutes=1)
# Four days around each change of the clocks: when they begin, and the day in London of every minute.
CHANGES = {
    begin: [local_day(begin + number * MINUTE) for number in range(4 * 24 * 60)]
    for begin in (datetime(2024, 10, 26, tzinfo=UTC), datetime(2025, 3, 29, tzinfo=UTC))
}
outages_by_minute = st.lists(st.tuples(st.integers(0, 4 * 24 * 60), st.integers(1, 30 * 60)), max_size=6)


@given(st.sampled_from(sorted(CHANGES)), outages_by_minute, outages_by_minute, st.integers(0, 4 * 24 * 60))
def test_each_day_lost_what_counting_its_minutes_gives(
    begin: datetime, planned: list[tuple[int, int]], unplanned: list[tuple[int, int]], now: int
) -> None:
    day_of, days = CHANGES[begin], days_up_to(local_day(begin) + timedelta(days=3), 4)

    def spans(each: list[tuple[int, int]]) -> list[Range[datetime]]:
        return [Range(begin + first * MINUTE, begin + (first + long) * MINUTE, "[)") for first, long in each]

    def counted(each: list[tuple[int, int]]) -> Counter[date]:
        covered = {minute for first, long in each for minute in range(first, min(first + long, now))}
        return Counter(day_of[minute] for minute in covered)

    found = [
        lost_within(spans(planned), spans(unplanned), days_window(day), begin + now * MINUTE) for day in days
    ]

    expected = counted(planned), counted(unplanned)
    assert found == [Lost(*(each[day] * MINUTE for each in expected)) for day in days]


@pytest.mark.parametrize(("day", "hours_long"), [(date(2024, 10, 27), 25), (date(2025, 3, 30), 23)])
def test_a_day_without_a_service_is_as_long_as_it_is_in_london(day: date, hours_long: int) -> None:
    begun, after = datetime(2024, 1, 1, tzinfo=UTC), LATER + timedelta(days=365)

    lost = lost_within([], [Range(begun, None, "[)")], days_window(day), after)

    assert lost == Lost(unplanned=timedelta(hours=hours_long))


def test_a_strip_tells_the_worse_by_height_and_says_the_sum() -> None:
    days = days_up_to(date(2024, 11, 3), 3)
    hour = timedelta(hours=1)

    strip = strip_of(list(zip(days, (Lost(), Lost(planned=hour), Lost(hour, hour)), strict=True)))

    assert [bar.kind for bar in strip.bars] == ["calm", "planned", "unplanned"]
    assert [bar.height for bar in strip.bars] == sorted({bar.height for bar in strip.bars})
    assert all(bar.y + bar.height == strip.height for bar in strip.bars)
    assert strip.says == "It could not be used for 2 hours planned and 1 hour unplanned in the last 3 days."
    assert [day for day, _ in strip.bad] == [date(2024, 11, 3), date(2024, 11, 2)]
    calm = strip_of([(day, Lost()) for day in days])
    assert (calm.says, calm.bad) == ("No time without it is recorded in the last 3 days.", [])


@pytest.fixture
def after_the_story(db: None, settings: Any) -> None:
    settings.CLOCK_OFFSET = datetime(2024, 11, 20, tzinfo=UTC) - datetime.now(UTC)
    release = ReleaseFactory(ref="REL-2024-071", state=State.IN_PROGRESS)
    planned = DisruptionFactory(release=release, service=ServiceFactory(name="NHS e-Referral Service"))
    planned.actual = planned.span
    planned.save()
    wifi = ServiceFactory(key="wifi", name="Wi-Fi")
    ImpactFactory(service=wifi, until=datetime(2024, 11, 1, 17, 30, tzinfo=UTC))


def test_the_page_tells_planned_and_unplanned_apart(as_: Any, clinician: User, after_the_story: None) -> None:
    page = as_(clinician).get("/reports/").text

    assert "8 hours 36 minutes planned" in page
    assert "1 hour 30 minutes unplanned" in page
    assert page.index("NHS e-Referral Service") < page.index("Wi-Fi")


def test_what_turned_out_to_be_no_incident_costs_no_time(
    as_: Any, clinician: User, after_the_story: None
) -> None:
    ImpactFactory(
        incident=IncidentFactory(state="cancelled"),
        service=ServiceFactory(name="Telephones"),
        until=datetime(2024, 11, 1, 18, tzinfo=UTC),
    )

    assert "Telephones" not in as_(clinician).get("/reports/").text


def test_a_service_page_says_when_it_could_not_be_used(
    as_: Any, clinician: User, after_the_story: None, trusted: None
) -> None:
    page = as_(clinician).get("/services/wifi/").text
    part = Client().get("/reports/availability/wifi/").text

    assert part in page
    assert "It could not be used for 1 hour 30 minutes unplanned in the last 90 days." in part
    assert part.count("<rect") == 90
    assert part.count("1 hour 30 minutes") == 4  # the sentence, the bar, its day and its month


def test_what_is_restricted_is_not_counted_for_anybody(
    as_: Any, commander: User, after_the_story: None
) -> None:
    Incident.objects.update(is_restricted=True)

    part = as_(commander).get("/reports/availability/wifi/").text

    assert "No time without it is recorded in the last 90 days." in part


def test_elsewhere_it_asks_for_log_in(after_the_story: None, settings: Any) -> None:
    settings.TRUSTED_NETWORKS = []

    assert Client().get("/reports/availability/wifi/").status_code == 302


def test_of_a_service_that_is_not_there_nothing_is_said(trusted: None, db: None) -> None:
    assert Client().get("/reports/availability/zebra/").status_code == 404
