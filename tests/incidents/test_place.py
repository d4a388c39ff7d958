"""The key of an item on a timeline: it stands in an address, and its order is that of the timeline."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.place import Place, Rank, read_place

MOMENTS = st.integers(-(10**15), 10**16).map(
    lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=n)
)
PLACES = st.builds(Place, MOMENTS, st.sampled_from(Rank), st.integers(0, 10**18 - 1))


@given(PLACES)
def test_a_key_is_read_as_it_was_written(place: Place) -> None:
    assert read_place(str(place)) == place


@given(PLACES, PLACES)
def test_the_earlier_is_the_less(one: Place, other: Place) -> None:
    assert (one < other) == ((one.at, one.rank, one.number) < (other.at, other.rank, other.number))


@pytest.mark.parametrize("text", ["", "1", "1.4.1", "1.1.-1", "x.1.1", "-99999999999999999.1.1", "1.1.1 "])
def test_what_is_no_key_is_none(text: str) -> None:
    assert read_place(text) is None
