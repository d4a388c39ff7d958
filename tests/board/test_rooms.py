"""Streams of incident rooms: who may listen, what they are told, and when they end."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection

from continuity.accounts.models import User
from continuity.asgi import Router
from continuity.board import rooms
from continuity.board import screen as screens
from continuity.core.clock import now
from incidents import actions
from incidents.models import Incident
from tests.board.knocking import ask, run, session_of, watching
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(manager: User) -> Incident:
    return declared(manager)


def declared(by: User, **facts: Any) -> Incident:
    return actions.declare(
        title="No Wi-Fi", services={ServiceFactory(): "down"}, impact=2, urgency=2, by=by, at=now(), **facts
    )


def cookie(session: str) -> tuple[bytes, bytes]:
    return b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={session}".encode()


def noted(incident: Incident, by: User) -> None:
    actions.add_entry(incident=incident, kind="action", text="Rang.", occurred_at=now(), by=by, at=now())
    connection.close()


def address(incident: Incident) -> str:
    return f"/live/incidents/{incident.ref}/"


def test_a_change_of_the_incident_is_told_and_of_another_is_not(incident: Incident, manager: User) -> None:
    other, session = declared(manager), session_of(manager)

    async def work(router: Router) -> None:
        async with watching(router, cookie(session), path=address(incident)) as reply:
            await reply.until(lambda got: b"data: 0\n\n" in got.body)
            await asyncio.to_thread(noted, other, manager)
            await asyncio.sleep(0.3)
            assert reply.body.count(b"\n\ndata: ") + reply.body.count(b"\ndata: ") == 1

            await asyncio.to_thread(noted, incident, manager)
            await reply.until(lambda got: got.body.count(b"data: ") == 2)

        assert reply.headers["content-type"] == "text/event-stream"
        assert int(reply.body.split(b"data: ")[2].split()[0]) > 0

    run(work)


def test_a_room_has_no_stream_beyond_the_limit(incident: Incident, manager: User, settings: Any) -> None:
    settings.STREAMS_AT_MOST, session = 1, session_of(manager)

    async def work(router: Router) -> None:
        async with watching(router, cookie(session), path=address(incident)) as reply:
            await reply.until(lambda got: b"data: " in got.body)
            refused = await ask(router, address(incident), cookie(session))
            assert (refused.status, refused.headers["retry-after"]) == (503, "15")

    run(work)


def test_only_those_who_may_be_in_the_room_hear_of_it(
    incident: Incident, manager: User, clinician: User, safety: User
) -> None:
    quiet = declared(manager, is_restricted=True, restricted_why="Police inquiry")
    sessions = {str(person): session_of(person) for person in (clinician, safety)}

    async def work(router: Router) -> None:
        refused = [
            await ask(router, address(incident)),
            await ask(router, address(incident), cookie("x" * 32)),
            await ask(router, address(incident), cookie(sessions["Ward sister"])),
            await ask(router, address(quiet), cookie(sessions["Clinical safety officer"])),
            await ask(router, "/live/incidents/INC-0/", cookie(sessions["Clinical safety officer"])),
        ]

        assert [reply.status for reply in refused] == [403] * 5
        allowed = await ask(
            router, address(incident), cookie(sessions["Clinical safety officer"]), method="HEAD"
        )
        assert allowed.status == 200

    run(work)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life and verdicts of streams are a hundred times as quick; who asks for parts is known for longer."""
    monkeypatch.setattr(screens, "PULSE", 0.1)
    monkeypatch.setattr(rooms, "FRESH", 0.05)
    monkeypatch.setattr(rooms, "REMEMBERED", 60.0)


def log_out(session: str) -> None:
    SessionStore(session).delete()
    connection.close()


def leave_the_trust(session: str) -> None:
    User.objects.filter(username="manager").update(is_active=False)
    connection.close()


def lose_the_part(session: str) -> None:
    User.objects.get(username="manager").roles.clear()
    connection.close()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("end", [log_out, leave_the_trust, lose_the_part])
def test_who_may_be_in_it_no_more_hears_no_more(
    incident: Incident, manager: User, safety: User, end: Callable[[str], None]
) -> None:
    session, other = session_of(manager), session_of(safety)

    async def work(router: Router) -> None:
        async with (
            watching(router, cookie(session), path=address(incident)) as reply,
            watching(router, cookie(other), path=address(incident)) as another,
        ):
            for each in (reply, another):
                await each.until(lambda got: b"data: " in got.body)
            await asyncio.to_thread(end, session)
            await reply.until(lambda got: got.has_ended)
            pulses = another.body.count(b"event: pulse")
            await another.until(lambda got: got.body.count(b"event: pulse") > pulses + 3)

            assert not another.has_ended
        assert (await ask(router, address(incident), cookie(session))).status == 403

    run(work)


def test_a_stream_outlives_a_log_out_by_a_quarter_of_a_minute_at_most() -> None:
    assert rooms.FRESH + screens.PULSE <= rooms.REMEMBERED == 15.0


@pytest.mark.usefixtures("quick")
def test_without_its_database_a_stream_goes_on_for_as_long_as_it_is_believed(
    incident: Incident, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, looks = session_of(manager), 0

    def gone(*_: object) -> None:
        nonlocal looks
        looks += 1
        raise OperationalError("The database is gone.")

    async def work(router: Router) -> None:
        async with watching(router, cookie(session), path=address(incident)) as reply:
            await reply.until(lambda got: b"data: " in got.body)
            monkeypatch.setattr(rooms, "_admitted", gone)
            await reply.until(lambda got: looks > 3)
            assert not reply.has_ended
            assert (await ask(router, address(incident), cookie("x" * 32))).status == 403

            monkeypatch.setattr(rooms, "BELIEVED", 0.2)
            await reply.until(lambda got: got.has_ended)

    run(work)


@pytest.mark.usefixtures("quick")
def test_a_sign_of_life_says_whether_a_change_would_be_heard(incident: Incident, manager: User) -> None:
    session = session_of(manager)

    async def work(router: Router) -> None:
        async with watching(router, cookie(session), path=address(incident)) as reply:
            await reply.until(lambda got: b'"live": true' in got.body)
            assert b'"now": ' in reply.body

            router.newsroom.is_listening = False
            await reply.until(lambda got: b'"live": false' in got.body)

    run(work)


def test_who_leaves_is_forgotten(incident: Incident, manager: User) -> None:
    session = session_of(manager)

    async def work(router: Router) -> None:
        async with watching(router, cookie(session), path=address(incident)) as reply:
            await reply.until(lambda got: b"data: " in got.body)

        assert router.newsroom.rooms.is_empty

    run(work)
