"""What is planned and what was restored, as days in London go."""

from datetime import UTC, datetime, timedelta

import pytest
from psycopg.types.range import Range

from continuity.board.agenda import When, agenda_at, restored_at
from tests.board.making import BACK, END, STORY, incident, release

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "when"),
    [
        (STORY - 8 * DAY, []),
        (STORY - 7 * DAY, [When.SOON]),
        (datetime(2024, 10, 31, 23, 59, tzinfo=UTC), [When.SOON]),
        (datetime(2024, 11, 1, 0, 0, tzinfo=UTC), [When.TODAY]),
        (STORY, [When.UNDER_WAY]),
        (END + DAY, [When.UNDER_WAY]),
    ],
)
def test_work_comes_nearer_day_by_day(at: datetime, when: list[When]) -> None:
    assert [entry.when for entry in agenda_at([release()], at)] == when


def test_work_just_after_midnight_in_summer_is_tomorrows() -> None:
    half_past_midnight = datetime(2024, 7, 1, 23, 30, tzinfo=UTC)
    work = release(work=Range(half_past_midnight, half_past_midnight + HOUR, "[)"), outages=())

    [entry] = agenda_at([work], half_past_midnight - 2 * HOUR)

    assert entry.when is When.SOON


def test_an_entry_is_told_by_its_outage() -> None:
    [entry] = agenda_at([release()], STORY)

    assert entry.span == "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"


def test_work_on_hold_stays_listed_and_does_not_begin() -> None:
    [entry] = agenda_at([release(is_held=True)], STORY + HOUR)

    assert (entry.when, entry.is_held) == (When.TODAY, True)


@pytest.mark.parametrize("state", ["completed", "cancelled", "postponed", "rolled_back"])
def test_what_is_over_is_not_planned(state: str) -> None:
    assert agenda_at([release(state)], STORY) == ()


def test_what_ended_is_listed_for_24_hours_the_newest_first() -> None:
    work = release("completed", actual=(STORY, BACK), ended_at=END, outcome="Completed successfully")
    failure = incident(is_active=False, restored_at=STORY + HOUR, instruction="Use it")

    told = [(entry.at, entry.words) for entry in restored_at([work], [failure], END)]
    later = restored_at([work], [failure], BACK + DAY)

    assert told == [(BACK, "Completed successfully"), (STORY + HOUR, "Use it")]
    assert later == ()
