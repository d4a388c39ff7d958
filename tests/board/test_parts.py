"""What changed in an incident's room, from memory: the same as Django says, to nobody else, and never old."""

import asyncio
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from continuity.accounts.models import User
from continuity.asgi import Router
from continuity.board import rooms
from continuity.core.clock import now
from continuity.core.ledger import lines_about
from incidents import actions
from incidents.models import Incident
from incidents.parts import memory
from tests.board.knocking import Reply, ask, comes_true, run, session_of
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "b" * 32
PART = re.compile(r'id="panel-(\w+)" data-digest="(\w+)"')
POLL = (b"x-portal-poll", b"1")


@pytest.fixture
def incident(manager: User) -> Incident:
    return actions.declare(
        title="No Wi-Fi", services={ServiceFactory(): "down"}, impact=2, urgency=2, by=manager, at=now()
    )


def noted(incident: Incident, by: User, text: str = "Rang the ward.") -> int:
    """Write it down; answers the number of its line."""
    try:
        actions.add_entry(incident=incident, kind="action", text=text, occurred_at=now(), by=by, at=now())
        return lines_about(incident).latest("pk").pk
    finally:
        connection.close()


async def asked(
    router: Router,
    incident: Incident,
    session: str,
    *more: Any,
    have: Any = ("none",),
    line: int = 0,
    query: bytes | None = None,
) -> Reply:
    names = {django_settings.SESSION_COOKIE_NAME: session, django_settings.CSRF_COOKIE_NAME: TOKEN}
    cookie = (b"cookie", "; ".join(f"{name}={value}" for name, value in names.items()).encode())
    if query is None:
        query = urlencode({"line": line, "have": list(have)}, doseq=True).encode()
    path = f"/incidents/{incident.ref}/room/parts/"
    return await ask(router, path, cookie, *(more or (POLL,)), query=query)


def is_from_memory(reply: Reply) -> bool:
    """Django's own answers depend on the cookie, and say so."""
    return reply.status == 200 and "vary" not in reply.headers


def parts_in(reply: Reply) -> list[str]:
    return [":".join(found) for found in PART.findall(reply.body.decode())]


async def until_heard(router: Router, incident: Incident, session: str, line: int) -> Reply:
    """The answer of a process once it heard of a line and remembers what it made after it."""
    async with asyncio.timeout(20):
        while True:
            reply = await asked(router, incident, session, line=line)
            if is_from_memory(reply):
                return reply


def test_what_is_remembered_is_what_django_says_with_keys_of_ones_own(
    incident: Incident, manager: User
) -> None:
    session = session_of(manager)

    async def work(router: Router) -> None:
        line = await asyncio.to_thread(noted, incident, manager)
        remembered = [await until_heard(router, incident, session, line) for _ in range(2)]
        by_django = await asked(router, incident, session, (b"accept", b"text/html"))

        assert not is_from_memory(by_django)
        assert parts_in(remembered[0]) == parts_in(by_django)
        assert len(parts_in(by_django)) > 10
        assert b"Rang the ward." in remembered[0].body
        assert b"of-your-own" not in remembered[0].body
        assert remembered[0].headers["cache-control"] == "no-store"
        assert "content-security-policy" in remembered[0].headers
        keys = [set(re.findall(rb'name="once" value="([^"]+)"', reply.body)) for reply in remembered]
        assert len(keys[0]) > 1
        assert not keys[0] & keys[1]

    run(work)


def test_a_page_gets_what_it_does_not_have(incident: Incident, manager: User) -> None:
    session = session_of(manager)

    async def work(router: Router) -> None:
        line = await asyncio.to_thread(noted, incident, manager)
        whole = await until_heard(router, incident, session, line)
        nothing = await asked(router, incident, session, have=parts_in(whole), line=line)
        line = await asyncio.to_thread(noted, incident, manager, "Rang the porters.")
        news = await asked(router, incident, session, have=parts_in(whole), line=line)

        assert (nothing.status, nothing.body) == (200, b"")
        assert [part.split(":")[0] for part in parts_in(news)] == ["story"]
        assert b"Rang the porters." in news.body

    run(work)


def test_of_many_who_ask_at_once_one_is_answered_by_django(incident: Incident, manager: User) -> None:
    session = session_of(manager)
    others = [session_of(UserFactory(role="manager", job_title="IT manager")) for _ in range(9)]

    async def work(router: Router) -> None:
        for each in others:
            await asked(router, incident, each)
        line = await asyncio.to_thread(noted, incident, manager)
        await comes_true(lambda: memory.newest(incident.pk) >= line)

        replies = await asyncio.gather(*(asked(router, incident, each, line=line) for each in others))

        assert all(b"Rang the ward." in reply.body for reply in replies)
        assert [is_from_memory(reply) for reply in replies].count(False) == 1
        assert not is_from_memory(await asked(router, incident, session, line=line + 1))

    run(work)


def test_who_may_see_it_no_more_is_told_nothing_from_then_on(
    incident: Incident, manager: User, safety: User
) -> None:
    session = session_of(safety)

    def restrict() -> None:
        actions.restrict(incident=incident, is_restricted=True, why="Police inquiry", by=manager, at=now())
        connection.close()

    async def work(router: Router) -> None:
        before = await until_heard(router, incident, session, 0)
        await asyncio.to_thread(restrict)
        async with asyncio.timeout(20):
            while (after := await asked(router, incident, session)).status == 200:
                await asyncio.sleep(0.01)
        line = await asyncio.to_thread(noted, incident, manager)
        later = await asked(router, incident, session, line=line)

        assert parts_in(before)
        assert (after.status, later.status) == (404, 404)

    run(work)


def test_a_log_out_ends_it(incident: Incident, manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "REMEMBERED", 0.05)
    session = session_of(manager)

    def log_out() -> None:
        SessionStore(session).delete()
        connection.close()

    async def work(router: Router) -> None:
        before = await until_heard(router, incident, session, 0)
        await asyncio.to_thread(log_out)
        await asyncio.sleep(0.06)

        assert parts_in(before)
        assert (await asked(router, incident, session)).status == 401

    run(work)


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"have=" + b"x" * 50,
        b"&".join([b"have=state:1"] * 99),
        b"line=9999999999999999999&have=a",
        b"line=-1&have=a",
    ],
)
def test_odd_questions_are_answered_all_the_same(incident: Incident, manager: User, query: bytes) -> None:
    session = session_of(manager)

    async def work(router: Router) -> None:
        reply = await asked(router, incident, session, query=query)

        assert (reply.status, len(parts_in(reply)) > 10) == (200, True)

    run(work)
