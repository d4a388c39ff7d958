"""Pages from memory, in front of Django: the same as Django's, made once, and never one person's for another."""

import asyncio
import gzip
import re
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from continuity.accounts.middleware import SEEN, STARTED
from continuity.accounts.models import User
from continuity.asgi import Router
from continuity.board import memory, pages
from continuity.catalogue.device import MY_AREA
from continuity.core.answers import Header
from continuity.core.clock import now
from continuity.core.headers import SECURITY_HEADERS, content_security_policy
from continuity.core.ledger import SYSTEM, record
from releases.models import Disruption, Release
from tests.board.knocking import AFAR, Reply, ask, comes_true, run, running
from tests.factories import AreaFactory, ImpactFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

BOARD, WARD = "/", "/areas/ward-7/"
PAGES = (BOARD, "/wall/", WARD)
SECRET = "a" * 32
# What differs between two answers of one minute: the server's clock, and the mask of a form's token.
MOVING = re.compile(r'(data-(?:now|checked)|name="csrfmiddlewaretoken" value)="[^"]*"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture(autouse=True)
def no_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is made again each minute, since it says when it was checked: not in the middle of a test."""
    monkeypatch.setattr(memory, "seconds_left", lambda: 3600.0)


@pytest.fixture(autouse=True)
def ward(outage: Disruption) -> None:
    AreaFactory(key="ward-7", name="Ward 7").services.add(outage.service)


def session_of(person: User, *, seen: timedelta = timedelta(0)) -> str:
    """The session of somebody who is logged in, and was there so long ago."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[STARTED] = session[SEEN] = (now() - seen).isoformat()
    session.save()
    return str(session.session_key)


def cookies(session: str = "", **more: str) -> Header:
    named = {django_settings.SESSION_COOKIE_NAME: session, django_settings.CSRF_COOKIE_NAME: SECRET, **more}
    return b"cookie", "; ".join(f"{name}={value}" for name, value in named.items() if value).encode()


def is_held(reply: Reply) -> bool:
    """Whether it came from memory: Django names no ETag."""
    return reply.status == 200 and "etag" in reply.headers


def made_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of pages as they are made."""
    made: list[str] = []
    page_of = pages.page_of

    def counted(look: pages.Look, *more: Any) -> bytes:
        made.append(look.path)
        return page_of(look, *more)

    monkeypatch.setattr(pages, "page_of", counted)
    return made


def test_a_page_from_memory_is_what_django_would_answer(clinician: User) -> None:
    session = session_of(clinician)
    headers_of_nobody: tuple[Header, ...] = ((b"cookie", f"{MY_AREA}=ward-7".encode()),)

    async def work(router: Router) -> None:
        for path in PAGES:
            for headers in ((), headers_of_nobody, (cookies(session, **{MY_AREA: "ward-7"}),)):
                held = await ask(router, path, *headers)
                # An empty query is Django's.
                ours = await ask(router, path, *headers, query=b"x=")

                assert is_held(held)
                assert not is_held(ours)
                assert MOVING.sub("", held.body.decode()) == MOVING.sub("", ours.body.decode())

    run(work)


def test_a_page_from_memory_is_told_how_it_may_be_kept_and_named() -> None:
    async def work(router: Router) -> None:
        plain = await ask(router, BOARD, (b"host", b"localhost:8000"))
        zipped = await ask(router, BOARD, (b"accept-encoding", b"gzip"))
        brief = await ask(router, BOARD, (b"accept-encoding", b"gzip, br"), method="HEAD")
        again = await ask(router, BOARD, (b"if-none-match", f'"x", {plain.headers["etag"]}'.encode()))
        async with running(Router()) as other:
            elsewhere = await ask(other, BOARD)

        assert gzip.decompress(zipped.body) == brotli.decompress(brief.body) == plain.body
        assert {reply.headers["etag"] for reply in (plain, zipped, brief, again, elsewhere)} == {
            plain.headers["etag"]
        }
        assert (again.status, again.body) == (304, b"")
        assert (plain.headers["cache-control"], plain.headers["content-type"]) == (
            "no-cache",
            "text/html; charset=utf-8",
        )
        assert plain.headers["content-security-policy"] == content_security_policy()
        assert {name: plain.headers[name.lower()] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert b"localhost" not in plain.body

    run(work)


def test_each_person_sees_their_own_name_and_a_form_that_works() -> None:
    sister, porter = (
        UserFactory(username=name, job_title=name, role="reader") for name in ("Sister", "Porter")
    )
    sessions = {person.job_title: session_of(person) for person in (sister, porter)}

    async def work(router: Router) -> None:
        replies = {
            name: await ask(router, BOARD, cookies(session), peer=AFAR) for name, session in sessions.items()
        }
        nobody = await ask(router, BOARD)

        for name, reply in replies.items():
            other = ({*sessions} - {name}).pop()
            assert is_held(reply)
            assert name.encode() in reply.body
            assert other.encode() not in reply.body + nobody.body
            assert reply.headers["cache-control"] == "private, no-cache"
        tokens = {TOKEN.findall(reply.body.decode())[0] for reply in replies.values()}
        assert len(tokens) == 2
        assert TOKEN.findall(nobody.body.decode()) == []
        form = f"csrfmiddlewaretoken={tokens.pop()}".encode()
        length = (b"content-length", str(len(form)).encode())
        left = await ask(
            router, "/accounts/logout/", cookies(sessions["Sister"]), FORM, length, method="POST", body=form
        )
        assert left.status == 302

    run(work)


def test_whoever_may_not_see_a_page_is_sent_to_log_in(clinician: User) -> None:
    gone = session_of(clinician)
    User.objects.update(is_active=False)

    async def work(router: Router) -> None:
        for path in PAGES:
            for headers in ((), (cookies("x" * 32),), (cookies(gone),)):
                reply = await ask(router, path, *headers, peer=AFAR)

                assert (reply.status, reply.headers["location"]) == (302, f"/accounts/login/?next={path}")
        assert (await ask(router, "/areas/ward-9/")).status == 404

    run(work)


def test_what_is_about_one_person_or_one_question_is_djangos(manager: User) -> None:
    session = session_of(manager)

    async def work(router: Router) -> None:
        asked = await ask(router, BOARD, query=b"q=e-RS")
        told_once = await ask(router, BOARD, (b"cookie", b"messages=x"))
        # Whoever publishes planned work is told on the board when messages do not go out.
        publisher = await ask(router, BOARD, cookies(session))

        assert b"Services named" in asked.body
        for reply in (asked, told_once, publisher):
            assert (reply.status, is_held(reply)) == (200, False)
        assert is_held(await ask(router, WARD, cookies(session)))
        assert (await ask(router, BOARD, method="POST")).status in {403, 405}

    run(work)


def test_a_page_notes_once_a_minute_that_somebody_is_there(clinician: User) -> None:
    session = session_of(clinician, seen=timedelta(minutes=5))

    def seen() -> str:
        found: str = SessionStore(session)[SEEN]
        connection.close()
        return found

    async def work(router: Router) -> None:
        before = await asyncio.to_thread(seen)
        first = await ask(router, BOARD, cookies(session))
        second = await ask(router, BOARD, cookies(session))

        assert await asyncio.to_thread(seen) > before
        assert (is_held(first), is_held(second)) == (False, True)

    run(work)


def test_a_page_is_made_once_a_change_however_many_ask(
    outage: Disruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_by(monkeypatch)

    def cancel() -> None:
        Release.objects.update(state="cancelled")
        record("release.cancelled", outage.release, by=SYSTEM, at=now())
        connection.close()

    async def work(router: Router) -> None:
        crowd = await asyncio.gather(*(ask(router, BOARD) for _ in range(50)))
        edition = router.newsroom.edition
        await asyncio.to_thread(cancel)
        await comes_true(lambda: router.newsroom.edition > edition)
        after = await asyncio.gather(*(ask(router, BOARD) for _ in range(50)))

        assert [len({reply.body for reply in found}) for found in (crowd, after)] == [1, 1]
        assert crowd[0].body != after[0].body
        assert made == [BOARD, BOARD]

    run(work)


def test_status_for_programs_is_made_once_and_follows_each_line(clinician: User) -> None:
    session = session_of(clinician)

    def declare() -> None:
        incident = ImpactFactory(incident__title="Wi-Fi is down").incident
        record("incident.declared", incident, by=SYSTEM, at=now())
        connection.close()

    async def work(router: Router) -> None:
        summary = "/api/v2/summary.json"
        first = await ask(router, summary, (b"accept-encoding", b"gzip"))
        again = await ask(router, summary, (b"if-none-match", first.headers["etag"].encode()))
        known = await ask(router, "/api/v2/status.json", cookies(session), peer=AFAR)
        nobody = await ask(router, summary, peer=AFAR)
        readings = router.newsroom.readings
        await asyncio.to_thread(declare)
        await comes_true(lambda: router.newsroom.readings > readings)
        after = await ask(router, summary)

        assert b"e-RS" in gzip.decompress(first.body)
        assert (first.headers["content-type"], first.headers["cache-control"]) == (
            "application/json",
            "no-cache",
        )
        assert "access-control-allow-origin" not in first.headers
        assert again.status == 304
        assert (known.status, nobody.status) == (200, 302)
        assert b"Wi-Fi is down" not in gzip.decompress(first.body)
        assert b"Wi-Fi is down" in after.body

    run(work)


def test_when_a_service_could_not_be_used_is_held_like_the_board(outage: Disruption) -> None:
    part = f"/reports/availability/{outage.service.key}/"

    def goes_down() -> None:
        incident = ImpactFactory(service=outage.service, since=now() - timedelta(hours=2)).incident
        record("incident.declared", incident, by=SYSTEM, at=now())
        connection.close()

    async def work(router: Router) -> None:
        first = await ask(router, part)
        again = await ask(router, part, (b"if-none-match", first.headers["etag"].encode()))
        afar = await ask(router, part, peer=AFAR)
        other = await ask(router, "/reports/availability/zebra/")
        readings = router.newsroom.readings
        await asyncio.to_thread(goes_down)
        await comes_true(lambda: router.newsroom.readings > readings)
        after = await ask(router, part)

        assert is_held(first)
        assert first.headers["content-type"] == "text/html; charset=utf-8"
        assert (again.status, afar.status, other.status) == (304, 302, 404)
        assert b"No time without it is recorded" in first.body
        assert b"2 hours unplanned" in after.body

    run(work)
