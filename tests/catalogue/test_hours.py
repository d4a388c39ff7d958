"""Opening hours in words."""

from datetime import time

import pytest

from continuity.catalogue.hours import days_words, weekly_words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([0, 1, 2, 3, 4], "Monday to Friday"),
        ([0], "Monday"),
        ([0, 1], "Monday and Tuesday"),
        ([0, 2, 4], "Monday, Wednesday and Friday"),
        ([0, 1, 2, 4], "Monday to Wednesday and Friday"),
        ([6, 5], "Saturday and Sunday"),
        (range(7), "every day"),
    ],
)
def test_days_are_said_as_people_say_them(days: list[int], words: str) -> None:
    assert days_words(days) == words


def test_office_hours_are_said_whole() -> None:
    said = weekly_words([0, 1, 2, 3, 4], time(8), time(18), on_bank_holidays=False)

    assert said == "8am to 6pm, Monday to Friday, closed on bank holidays"


def test_a_night_says_that_it_ends_the_next_day() -> None:
    said = weekly_words(range(7), time(22), time(6), on_bank_holidays=True)

    assert said == "10pm to 6am the next day, every day, open on bank holidays"


def test_hours_without_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        days_words([])
