"""What a drill would notice: a board that hides what it should know, a form that was not done, half a board."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.drill.people import Book, Looker, Screen, said_by
from tests.faults.visitors import Answer

JSON = {"content-type": "application/json"}


def board(*refs: str, checked: datetime) -> Answer:
    links = "".join(f'<a href="/incidents/{ref}/">' for ref in refs)
    return Answer(200, f'<p data-checked="{checked.isoformat()}">{links}', {}, 0.0)


@pytest.mark.parametrize(
    ("refs", "checked_after_s", "unmarked"),
    [(["A", "B"], 5, 0), (["A"], 5, 1), (["A"], -5, 0), ([], 5, 1)],
)
def test_a_board_must_show_what_was_answered_before_it_was_checked(
    refs: list[str], checked_after_s: int, unmarked: int
) -> None:
    book = Book()
    for address in ("/incidents/A/", "/incidents/B/"):
        book.declare(address)
    looker = Looker(0, book)

    looker.judge(board(*refs, checked=datetime.now(UTC) + timedelta(seconds=checked_after_s)))

    assert looker.unmarked == unmarked


def test_a_board_without_its_age_is_noticed() -> None:
    looker = Looker(0, Book())

    looker.judge(Answer(200, "<p>Everything works.", {}, 0.0))

    assert looker.unmarked == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(200, '{"said": "Kept.", "address": "/a/"}', JSON, 0.0), {"said": "Kept.", "address": "/a/"}),
        (Answer(409, '{"refused": ["No."]}', JSON, 0.0), {}),
        (Answer(200, "<html>", {"content-type": "text/html"}, 0.0), {}),
    ],
)
def test_only_what_was_done_counts_as_accepted(answer: Answer, said: dict[str, str]) -> None:
    assert said_by(answer) == said


def test_a_screen_shows_whole_boards_only() -> None:
    screen = Screen(0)

    screen.read(
        iter(["id: one", "data: <p>", "data: A", "", "event: pulse", "data: {}", "", "id: two", "data: <p>"])
    )

    assert (screen.newest, screen.boards) == ("one", 1)
    assert screen.shown == "data: <p>\ndata: A"
