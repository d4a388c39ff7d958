"""What the people of a drill see: a board and its age or none, a form that was not done, half a board."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.drill.looking import PATIENCE, look
from tests.drill.people import Person, Screen, said_by
from tests.faults.visitors import Answer

JSON = {"content-type": "application/json"}


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
