"""Lengths as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.catalogue.lengths import parse_length
from continuity.core.wording import length_words


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("4 hours", 240),
        ("4h", 240),
        ("1.5 hours", 90),
        ("1 hour 30 minutes", 90),
        ("1 hour and 30 minutes", 90),
        ("1 hour, 30 mins", 90),
        ("1 day 12 hours", 2160),
        ("1,440 minutes", 1440),
        ("  2 Days ", 2880),
    ],
)
def test_a_length_is_read_as_people_write_it(text: str, minutes: int) -> None:
    assert parse_length(text) == minutes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a length like"),
        ("soon", "Write a length like"),
        ("4 hours 2 hours", "Write a length like"),
        ("30 minutes 4 hours", "Write a length like"),
        ("-4 hours", "Write a length like"),
        ("0", "at least 1 minute"),
        ("0.25 minutes", "in whole minutes"),
        ("400 days", "at most 366 days"),
    ],
)
def test_what_is_no_length_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_length(text)


@given(st.integers(1, 366 * 1440))
def test_a_length_survives_being_said_and_read(minutes: int) -> None:
    assert parse_length(length_words(timedelta(minutes=minutes))) == minutes


@given(st.text(max_size=60))
def test_any_text_is_a_length_or_a_sentence(text: str) -> None:
    try:
        said = str(parse_length(text))
    except ValueError as error:
        said = str(error)

    assert said.isdigit() or said.startswith("Write a length")
