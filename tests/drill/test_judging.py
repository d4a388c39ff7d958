"""What a drill would notice of a board that somebody looks at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from continuity.board.newest import STALE
from tests.drill.judging import OLD_S, Looker
from tests.drill.looking import EVERY, Look
from tests.drill.people import Book


def board(*refs: str, checked: datetime) -> Look:
    return Look(0.01, is_there=True, checked=checked.isoformat(), told=tuple(map(address, refs)))


def address(ref: str) -> str:
    return f"/incidents/{ref}/"


@pytest.mark.parametrize(
    ("refs", "checked_after_s", "unmarked"),
    [(["A", "B"], 5, 0), (["A"], 5, 1), (["A"], -5, 0), ([], 5, 1)],
)
def test_a_board_must_show_what_was_answered_before_it_was_checked(
    refs: list[str], checked_after_s: int, unmarked: int
) -> None:
    book = Book()
    for ref in ("A", "B"):
        book.write(book.declared, address(ref))
    looker = Looker(0, book)

    looker.judge(board(*refs, checked=datetime.now(UTC) + timedelta(seconds=checked_after_s)))

    assert (looker.unmarked, looker.away_s) == (unmarked, 0.0)


@pytest.mark.parametrize(("says_old", "unmarked"), [(True, 0), (False, 1)])
def test_an_old_board_must_say_that_it_is_not_live(says_old: bool, unmarked: int) -> None:
    looker = Looker(0, Book())
    old = board(checked=datetime.now(UTC) - timedelta(seconds=OLD_S + 1))

    looker.judge(replace(old, age_s=OLD_S + 1, says_old=says_old))

    assert STALE.total_seconds() < OLD_S < STALE.total_seconds() + 5
    assert looker.unmarked == unmarked


def test_a_board_without_its_age_is_noticed() -> None:
    looker = Looker(0, Book())

    looker.judge(Look(0.01, is_there=True))

    assert looker.unmarked == 1


def test_for_how_long_there_was_no_board_is_added_up() -> None:
    looker = Looker(0, Book())

    for seconds in (0.4, 0.6):
        looker.judge(Look(seconds, is_there=False))

    assert looker.away_s == pytest.approx(1.0 + 2 * EVERY)
