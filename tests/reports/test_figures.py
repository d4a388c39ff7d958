"""Time lost: exact, never counted twice, split at midnight in London."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.reports.figures import month_of, months_up_to, time_lost
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


@pytest.fixture
def after_the_story(db: None, settings: Any) -> None:
    settings.CLOCK_OFFSET = datetime(2024, 11, 20, tzinfo=UTC) - datetime.now(UTC)
    release = ReleaseFactory(ref="REL-2024-071", state=State.IN_PROGRESS)
    planned = DisruptionFactory(release=release, service=ServiceFactory(name="NHS e-Referral Service"))
    planned.actual = planned.span
    planned.save()
    ImpactFactory(service=ServiceFactory(name="Wi-Fi"), until=datetime(2024, 11, 1, 17, 30, tzinfo=UTC))


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
