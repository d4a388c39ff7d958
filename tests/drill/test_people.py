"""What a drill would notice: a board that hides what it should know, a form that was not done, half a board."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from continuity.board.newest import STALE
from tests.drill.looking import EVERY, PATIENCE, Look, look
from tests.drill.people import OLD_S, Book, Looker, Person, Screen, said_by
from tests.faults.visitors import Answer

JSON = {"content-type": "application/json"}


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


class Page(BaseHTTPRequestHandler):
    """A board, or what stands in its place."""

    def do_GET(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("X-Portal-Checked", "2026-11-01T16:00:00+00:00")
        self.end_headers()
        self.wfile.write(
            b'<p data-checked="2026-11-01T16:00:00+00:00">Not live.</p><a href="/incidents/INC-2026-001/">No Wi-Fi</a>'
        )

    def log_message(self, *_: object) -> None: ...


@contextmanager
def served(status: int) -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        server.status = status  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.enable_socket
def test_a_look_reads_when_the_board_was_checked_and_what_it_shows() -> None:
    with served(200) as port:
        seen = look(port)

    assert (seen.is_there, seen.checked, seen.told) == (
        True,
        "2026-11-01T16:00:00+00:00",
        ("/incidents/INC-2026-001/",),
    )
    assert (seen.age_s > 0, seen.says_old) == (True, True)


@pytest.mark.enable_socket
def test_an_error_a_closed_door_and_a_server_that_says_nothing_are_no_board() -> None:
    with served(503) as port:
        assert not look(port).is_there
    assert not look(port).is_there
    with socket.create_server(("127.0.0.1", 0)) as silent:
        seen = look(silent.getsockname()[1])
        assert (seen.is_there, seen.seconds < 4 * PATIENCE) == (False, True)


def test_a_form_is_sent_until_it_is_answered_and_what_failed_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.drill.people.AGAIN_AFTER", 0.0)
    done = Answer(200, "{}", JSON, 0.0)
    answers: list[Answer | OSError] = [done, ConnectionResetError(), Answer(503, "Not now.", {}, 0.0)]
    person = Person(lambda: None, pause=0.0)

    def send() -> Answer:
        answer = answers.pop()
        if isinstance(answer, OSError):
            raise answer
        return answer

    answer = person.until_answered(send)

    assert answer == done
    assert (person.put_off, person.broken) == (1, 1)


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
