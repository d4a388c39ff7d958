"""How an alarm climbs: nobody who is there is skipped, and it always ends."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.ladder import Outcome, Place, Rung, Turn, climb

NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOLD, NOBODY = Outcome.TOLD, Outcome.NOBODY
THREE = [Rung(5 * MINUTE), Rung(10 * MINUTE), Rung(15 * MINUTE)]


def answering(answers: Sequence[Outcome]) -> Callable[[int], Outcome]:
    return lambda level: answers[level - 1]


def turn(*answers: Outcome, at: Place, rounds: int = 2) -> Turn:
    """One step of a chain whose levels answer so, now and always."""
    return climb(THREE[: len(answers)], rounds, at, NOON, answering(answers))


@pytest.mark.parametrize(
    ("before", "answers", "place", "wait"),
    [
        (Place(), (TOLD, TOLD), Place(1, 1), 5),
        (Place(1, 1), (TOLD, TOLD), Place(2, 1), 10),
        (Place(), (NOBODY, TOLD), Place(2, 1), 10),
        (Place(), (NOBODY, Outcome.OFF_HOURS, TOLD), Place(3, 1), 15),
        (Place(2, 1), (TOLD, TOLD), Place(1, 2), 5),
        (Place(2, 1), (NOBODY, TOLD), Place(2, 2), 10),
        (Place(1, 1), (TOLD, Outcome.NO_CONTACT), Place(1, 2), 5),
    ],
)
def test_the_next_level_that_has_somebody_is_told(
    before: Place, answers: tuple[Outcome, ...], place: Place, wait: int
) -> None:
    found = turn(*answers, at=before)

    assert (found.place, found.next_at) == (place, NOON + wait * MINUTE)


@pytest.mark.parametrize(
    ("before", "answers", "tried"),
    [
        (Place(2, 2), (TOLD, TOLD), 0),
        (Place(1, 2), (TOLD, NOBODY), 1),
        (Place(), (NOBODY, NOBODY), 2),
        (Place(), (), 0),
    ],
)
def test_a_chain_is_exhausted_after_its_last_round_or_when_nobody_is_there(
    before: Place, answers: tuple[Outcome, ...], tried: int
) -> None:
    found = turn(*answers, at=before)

    assert found.next_at is None
    assert len(found.calls) == tried


def test_a_chain_without_a_wait_goes_on_a_minute_later() -> None:
    found = climb([Rung(timedelta(0))], 1, Place(), NOON, lambda _: TOLD)

    assert found.next_at == NOON + MINUTE


WAITS = st.lists(st.integers(0, 90), max_size=6)


@given(waits=WAITS, rounds=st.integers(1, 5), data=st.data())
def test_an_alarm_skips_nobody_who_is_there_always_goes_on_and_ends(
    waits: list[int], rounds: int, data: st.DataObject
) -> None:
    rungs = [Rung(wait * MINUTE) for wait in waits]
    place, at, told, turns = Place(), NOON, [], 0
    while True:
        there = data.draw(st.lists(st.sampled_from(Outcome), min_size=len(rungs), max_size=len(rungs)))
        found = climb(rungs, rounds, place, at, answering(there))
        turns += 1

        # Whoever was passed over was not there, and each level was passed in its order.
        places = [(call.place.round, call.place.level) for call in found.calls]
        assert places == sorted(set(places))
        assert all(call.outcome is not TOLD for call in found.calls[:-1])
        if rungs and (place.round, place.level) < (rounds, len(rungs)):
            follows = (place.round, place.level + 1) if place.level < len(rungs) else (place.round + 1, 1)
            assert places[0] == follows
            assert all(later == _after(sooner, len(rungs)) for sooner, later in pairwise(places))
        if found.next_at is None:
            passed_all = not rungs or (found.place.round, found.place.level) == (rounds, len(rungs))
            assert passed_all or (len(found.calls) == len(rungs) and TOLD not in there)
            break
        assert found.calls[-1].outcome is TOLD
        assert found.next_at > at
        place, at = found.place, found.next_at
        told.append(place)

    assert turns <= rounds * len(rungs) + 1
    assert len(set(told)) == len(told)


def _after(place: tuple[int, int], levels: int) -> tuple[int, int]:
    number, level = place
    return (number, level + 1) if level < levels else (number + 1, 1)
