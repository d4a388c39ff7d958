"""What a drill would notice of a board that somebody looks at, and of pages that stay open in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from continuity.board.newest import STALE
from tests.drill.browsing import PATHS, Glance
from tests.drill.judging import OLD_S, Browsers, Looker
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


@pytest.mark.parametrize(
    ("age_s", "says_old", "unmarked"),
    [(OLD_S - 1, False, 0), (OLD_S + 1, True, 0), (OLD_S + 1, False, 1), (1, True, 0)],
)
def test_an_open_page_must_say_that_it_is_not_live(age_s: float, says_old: bool, unmarked: int) -> None:
    browsers = Browsers("")

    browsers.judge(Glance("wall/", age_s, says_old))

    assert (browsers.unmarked, browsers.oldest_s) == (unmarked, age_s)


def test_an_open_page_without_its_board_is_noticed() -> None:
    browsers = Browsers("")

    browsers.judge(Glance("", 1.0, says_old=False, is_blank=True))

    assert browsers.blank == 1


def test_each_open_page_must_show_the_last_board_in_the_end() -> None:
    browsers = Browsers("")
    live = Glance("", 1.0, says_old=False)

    for glance in (live, replace(live, path="wall/"), replace(live, is_last=True)):
        browsers.judge(glance)

    assert browsers.behind == 1


class Frozen(BaseHTTPRequestHandler):
    """A board that calls itself live for ever, and has another one for whoever opens it again."""

    def do_GET(self) -> None:
        self.server.opened += 1  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("X-Portal-Checked", "2026-11-01T16:00:00+00:00")
        self.end_headers()
        number = self.server.opened  # type: ignore[attr-defined]
        self.wfile.write(f'<p id="age" class="app-age--live">Live</p><ul id="board">{number}</ul>'.encode())

    def log_message(self, *_: object) -> None: ...


@contextmanager
def frozen() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Frozen) as server:
        server.opened = 0  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.journey
@pytest.mark.enable_socket
def test_a_page_in_chromium_that_calls_an_old_board_live_is_noticed() -> None:
    with frozen() as address:
        browsers = Browsers(address)

        browsers.start()
        browsers.stop()

    assert (browsers.unmarked, browsers.blank, browsers.behind) == (browsers.looks, 0, len(PATHS))
