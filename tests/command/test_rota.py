"""Who is on call at an instant, and where nobody is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import Rota, Shift
from continuity.command.rota import gaps, gaps_ahead, on_call, tonight
from continuity.core.clock import window

NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(start: float, end: float) -> Range[datetime]:
    return window(NOON + start * HOUR, NOON + end * HOUR)


@pytest.fixture
def desk(db: None) -> Rota:
    return Rota.objects.create(key="duty-it", name="Duty IT manager", reach="Switchboard, ask for duty IT")


@pytest.fixture
def executive(db: None) -> Rota:
    return Rota.objects.create(key="executive", name="On-call executive", reach="Switchboard")


def test_each_post_says_who_holds_it_in_one_query(
    desk: Rota, executive: Rota, manager: User, django_assert_num_queries: Any
) -> None:
    Shift.objects.create(rota=desk, person=manager, span=hours(0, 8))
    Shift.objects.create(rota=desk, person=manager, span=hours(8, 16))

    with django_assert_num_queries(1):  # rotas with role, shift and person
        posts = on_call(NOON)

    assert [(post.rota, post.person, post.until) for post in posts] == [
        (desk, manager, NOON + 8 * HOUR),
        (executive, None, None),
    ]


def test_a_shift_ends_as_the_next_begins(desk: Rota, manager: User, lead: User) -> None:
    Shift.objects.create(rota=desk, person=manager, span=hours(0, 8))
    Shift.objects.create(rota=desk, person=lead, span=hours(8, 16))

    at_change = NOON + 8 * HOUR
    assert on_call(at_change - timedelta(seconds=1))[0].person == manager
    assert on_call(at_change)[0].person == lead


def test_gaps_in_the_next_14_days_are_found_for_each_post(desk: Rota, executive: Rota, manager: User) -> None:
    Shift.objects.create(rota=desk, person=manager, span=hours(-8, 24 * 15))
    Shift.objects.create(rota=executive, person=manager, span=hours(24, 24 * 14))

    assert gaps_ahead(NOON) == {executive.pk: [hours(0, 24)]}


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (datetime(2024, 7, 1, 9, tzinfo=UTC), datetime(2024, 7, 1, 21, tzinfo=UTC)),  # BST
        (datetime(2024, 11, 1, 9, tzinfo=UTC), datetime(2024, 11, 1, 22, tzinfo=UTC)),  # GMT
        (datetime(2024, 11, 1, 23, tzinfo=UTC), datetime(2024, 11, 1, 23, tzinfo=UTC)),
        (datetime(2024, 11, 1, 2, tzinfo=UTC), datetime(2024, 11, 1, 22, tzinfo=UTC)),
    ],
)
def test_tonight_is_10pm_in_london_or_now_when_that_is_past(at: datetime, night: datetime) -> None:
    assert tonight(at) == night


@pytest.mark.parametrize(
    ("spans", "free"),
    [
        ([], [(0, 10)]),
        ([(0, 10)], []),
        ([(-5, 15)], []),
        ([(2, 4)], [(0, 2), (4, 10)]),
        ([(4, 6), (0, 2)], [(2, 4), (6, 10)]),
        ([(0, 4), (4, 10)], []),
        ([(12, 14)], [(0, 10)]),
        ([(-4, -2)], [(0, 10)]),
    ],
)
def test_gaps_are_what_no_shift_covers(
    spans: list[tuple[float, float]], free: list[tuple[float, float]]
) -> None:
    assert gaps(hours(0, 10), [hours(*span) for span in spans]) == [hours(*span) for span in free]


def test_a_shift_without_an_end_leaves_no_gap() -> None:
    assert gaps(hours(0, 10), [Range(NOON + HOUR, None)]) == [hours(0, 1)]
    assert gaps(hours(0, 10), [Range(None, None), Range(None, NOON)]) == []


EDGES = st.integers(-20, 40)
SPANS = st.tuples(EDGES, EDGES).filter(lambda ends: ends[0] < ends[1])


@given(spans=st.lists(SPANS, max_size=8))
def test_every_hour_of_a_window_is_in_a_shift_or_in_a_gap(spans: list[tuple[int, int]]) -> None:
    free = gaps(hours(0, 20), [hours(*span) for span in spans])

    for hour in range(20):
        at = NOON + (hour + 0.5) * HOUR
        held = any(start <= hour < end for start, end in spans)
        inside = [gap for gap in free if gap.lower and gap.upper and gap.lower <= at < gap.upper]
        assert len(inside) == (0 if held else 1)
