"""The board as it is streamed and polled for: what arrives, when it ends, and what it costs while it waits."""

import asyncio
import json
import resource
import threading
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client

from continuity.accounts.models import User
from continuity.asgi import Router
from continuity.board import door, stream
from continuity.board import screen as screens
from continuity.board.screen import SPARE, streams_at_most
from continuity.core.clock import now
from continuity.core.ledger import SYSTEM, record
from releases.models import Disruption
from tests.board.knocking import AFAR, WAIT, ask, comes_true, run, session_of, watching
from tests.factories import AreaFactory, ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_polls_gets_the_fragment_once(outage: Disruption) -> None:
    async def work(router: Router) -> None:
        first = await ask(router, "/live/")
        again = await ask(router, "/live/", (b"if-none-match", first.headers["etag"].encode()))
        zipped = await ask(router, "/live/", (b"accept-encoding", b"gzip"))

        assert b'id="service-ers"' in first.body
        assert (again.status, again.body) == (304, b"")
        assert zipped.headers["content-encoding"] == "gzip"
        assert len(zipped.body) < len(first.body)

    run(work)


def test_an_area_has_its_own_fragment_and_an_unknown_one_none(outage: Disruption) -> None:
    AreaFactory(key="ward-7", name="Ward 7").services.add(ServiceFactory(key="wifi", name="Wi-Fi"))

    async def work(router: Router) -> None:
        ward = await ask(router, "/live/", query=b"area=ward-7")
        nowhere = await ask(router, "/live/", query=b"area=ward-9")
        banner = await ask(router, "/live/", query=b"only=banner")

        assert b'id="service-wifi"' in ward.body
        assert b'id="service-ers"' not in ward.body
        assert nowhere.status == 404
        assert b"e-RS is not available" in banner.body
        assert b'id="service-' not in banner.body

    run(work)


def test_a_stream_begins_with_the_board_and_follows_each_change(outage: Disruption) -> None:
    def cancel() -> None:
        type(outage.release).objects.update(state="cancelled")
        record("release.cancelled", outage.release, by=SYSTEM, at=now())
        connection.close()

    async def work(router: Router) -> None:
        async with watching(router) as reply:
            await reply.until(lambda got: b"Planned work</strong>" in got.body)
            before = reply.body
            await asyncio.to_thread(cancel)
            await reply.until(lambda got: b"id: " in got.body[len(before) :])

            after = reply.body[len(before) :]
            assert b"event: pulse" in before
            assert b"Planned work</strong>" not in after
            assert reply.headers["content-type"] == "text/event-stream"

    run(work)


def test_who_comes_back_knowing_the_newest_board_is_sent_nothing_twice(outage: Disruption) -> None:
    async def work(router: Router) -> None:
        etag = (await router.newsroom.fragment("board")).etag
        async with watching(router, (b"last-event-id", etag.encode())) as reply:
            await reply.until(lambda got: b"event: pulse" in got.body)
            await asyncio.sleep(0.2)

            assert b"id: " not in reply.body

    run(work)


def test_who_comes_beyond_the_limit_polls_until_a_place_is_free(outage: Disruption, settings: Any) -> None:
    settings.STREAMS_AT_MOST = 2

    async def work(router: Router) -> None:
        async with watching(router) as first:
            await first.until(lambda got: b"id: " in got.body)
            async with watching(router, query=b"only=banner") as second:
                await second.until(lambda got: b"id: " in got.body)
                refused = await ask(router, "/live/", (b"accept", b"text/html, text/event-stream"))
                polled = await ask(router, "/live/")

                assert (refused.status, refused.headers["retry-after"]) == (503, "15")
                assert (polled.status, b'id="service-ers"' in polled.body) == (200, True)
            async with watching(router) as third:
                await third.until(lambda got: b"id: " in got.body)

    run(work)


def test_streams_leave_files_for_everything_else(settings: Any) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    settings.STREAMS_AT_MOST = 20_000
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1_000, before[1]))
        assert streams_at_most() == 1_000 - SPARE
        settings.STREAMS_AT_MOST = 500
        assert streams_at_most() == 500
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_two_hundred_open_streams_hold_no_thread_and_no_connection(outage: Disruption) -> None:
    def connections() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            count: int = cursor.fetchone()[0]
        connection.close()
        return count

    async def work(router: Router) -> None:
        await ask(router, "/live/")
        threads, held = threading.active_count(), await asyncio.to_thread(connections)
        async with asyncio.timeout(3 * WAIT):
            streams = [watching(router) for _ in range(200)]
            replies = [await stream.__aenter__() for stream in streams]
            for reply in replies:
                await reply.until(lambda got: b"id: " in got.body)
            with_streams = threading.active_count(), await asyncio.to_thread(connections)
            for stream in streams:
                await stream.__aexit__(None, None, None)

        assert with_streams[0] <= threads + 1
        assert with_streams[1] <= held + 1

    run(work)


@pytest.fixture
def session(clinician: User, client: Client) -> str:
    """The session of a clinician who is logged in, and far from any trusted network."""
    client.force_login(clinician, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.session.session_key)


def cookie(session: str) -> tuple[bytes, bytes]:
    return b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={session}".encode()


def test_a_person_who_is_logged_in_watches_from_anywhere(session: str) -> None:
    async def work(router: Router) -> None:
        known = await ask(router, "/live/", cookie(session), peer=AFAR)
        unknown = await ask(router, "/live/", cookie("x" * 32), peer=AFAR)

        assert (known.status, unknown.status) == (200, 403)

    run(work)


def log_out(session: str) -> None:
    """Press the button on another tab of the same browser."""
    browser = Client()
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = session
    assert browser.post("/accounts/logout/").status_code == 302
    connection.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life and verdicts of streams are a hundred times as quick; who asks for a page is known for as long."""
    monkeypatch.setattr(screens, "PULSE", 0.1)
    monkeypatch.setattr(door, "FRESH", 0.1)


@pytest.mark.usefixtures("quick")
def test_logging_out_ends_the_streams_of_that_log_in_and_no_others(session: str, manager: User) -> None:
    other = session_of(manager)

    async def work(router: Router) -> None:
        assert (await ask(router, "/live/", cookie(session), peer=AFAR)).status == 200
        async with (
            watching(router, cookie(session), peer=AFAR) as board,
            watching(router, cookie(session), peer=AFAR, query=b"only=banner") as banner,
            watching(router, cookie(other), peer=AFAR) as another,
        ):
            for each in (board, banner, another):
                await each.until(lambda got: b"id: " in got.body)
            await asyncio.to_thread(log_out, session)
            for each in (board, banner):
                await each.until(lambda got: got.has_ended)
            pulses = another.body.count(b"event: pulse")
            await another.until(lambda got: got.body.count(b"event: pulse") > pulses + 4)

            assert not another.has_ended
        again = (b"accept", b"text/html, text/event-stream")
        assert (await ask(router, "/live/", cookie(session), again, peer=AFAR)).status == 403

    run(work)


def test_a_stream_outlives_a_log_out_by_half_a_minute_at_most() -> None:
    assert door.FRESH + stream.PULSES_A_LOOK * screens.PULSE <= door.REMEMBERED == 30.0


@pytest.mark.usefixtures("quick")
def test_without_its_database_a_stream_goes_on_for_as_long_as_it_is_believed(
    session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def gone(session: str) -> bool:
        nonlocal looks
        looks += 1
        raise OperationalError("The database is gone.")

    async def work(router: Router) -> None:
        async with watching(router, cookie(session), peer=AFAR) as reply:
            await reply.until(lambda got: b"id: " in got.body)
            monkeypatch.setattr(door, "_is_logged_in", gone)
            await reply.until(lambda got: looks > 3)
            assert not reply.has_ended

            monkeypatch.setattr(door, "BELIEVED", 0.2)
            await reply.until(lambda got: got.has_ended)

    run(work)


@pytest.mark.usefixtures("quick")
def test_on_a_trusted_network_nobody_is_asked_about(
    trusted: None, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, admits_stream = [], door.Door.admits_stream

    def counted(self: door.Door, scope: Any) -> Any:
        asked.append(scope)
        return admits_stream(self, scope)

    monkeypatch.setattr(door.Door, "admits_stream", counted)

    async def work(router: Router) -> None:
        async with watching(router, cookie(session)) as reply:
            await reply.until(lambda got: b"id: " in got.body)
            await asyncio.to_thread(log_out, session)
            await reply.until(lambda got: got.body.count(b"event: pulse") > 5)
            assert not reply.has_ended
        assert len(asked) == 1  # when it began

    run(work)


@pytest.mark.parametrize("left", [{"is_active": False}, {"password": "changed"}])
def test_who_left_or_changed_the_password_is_no_longer_known(session: str, left: dict[str, Any]) -> None:
    User.objects.update(**left)

    async def work(router: Router) -> None:
        assert (await ask(router, "/live/", cookie(session), peer=AFAR)).status == 403

    run(work)


def test_a_pulse_says_when_the_board_was_last_checked(trusted: None) -> None:
    async def work(router: Router) -> None:
        told = json.loads(router.newsroom.pulse().split(b"data: ")[1])

        assert told["live"] is True
        assert told["checked"] <= told["now"]

    run(work)


def test_that_the_board_is_live_again_is_said_out_of_turn(
    trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "PULSE", 1e4)

    async def work(router: Router) -> None:
        async with watching(router) as reply:
            await reply.until(lambda got: b"id: " in got.body)
            pulses = reply.body.count(b"event: pulse")

            await asyncio.to_thread(cut_off)
            await comes_true(lambda: not router.newsroom.is_ready)

            await reply.until(lambda got: got.body.count(b"event: pulse") > pulses)
            assert b'"live": true' in reply.body.rsplit(b"event: pulse", 1)[1]

    run(work)


def cut_off() -> None:
    """End the connection on which a newsroom listens."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
            ["continuity newsroom"],
        )
    connection.close()
