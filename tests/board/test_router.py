"""The door in front of Django: whom it refuses, whom it believes, and what it answers by itself."""

import asyncio
import threading
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.asgi import LARGEST_BODY, Router, for_django
from continuity.core.headers import SECURITY_HEADERS, content_security_policy
from releases.models import Disruption
from tests.board.knocking import AFAR, HOME, Reply, alone, ask, run, scope_of

pytestmark = pytest.mark.django_db(transaction=True)

FOREIGN = [
    *(b"evil.example", b"127.0.0.1.evil.example", b"127.0.0.1@evil.example", b"[::2]", b"a b", b""),
]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/live/", "/healthz", "/static/portal.css"])
def test_a_foreign_host_is_refused_everywhere(host: bytes, path: str) -> None:
    async def work(router: Router) -> None:
        reply = await ask(router, path, (b"host", host))

        assert reply.status == 400
        assert b"could not read that request" in reply.body
        assert host == b"" or host not in reply.body
        assert reply.headers["content-security-policy"] == content_security_policy()

    alone(work)


def test_two_hosts_or_none_are_refused() -> None:
    async def work(router: Router) -> None:
        twice = await ask(router, "/healthz", HOME, HOME)
        none = Reply()
        await router({**scope_of("/healthz"), "headers": []}, None, none.send)  # type: ignore[arg-type]

        assert (twice.status, none.status) == (400, 400)

    alone(work)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"content-length", str(LARGEST_BODY + 1).encode())], 413),
        ([(b"transfer-encoding", b"chunked")], 413),
        ([(b"content-length", b"-1")], 400),
        ([(b"content-length", b"many")], 400),
    ],
)
def test_a_body_too_large_or_of_no_known_length_is_refused(headers: Any, status: int) -> None:
    async def work(router: Router) -> None:
        assert (await ask(router, "/", *headers, method="POST")).status == status

    alone(work)


def test_a_query_that_is_not_text_is_refused() -> None:
    async def work(router: Router) -> None:
        assert (await ask(router, "/", query=b"q=\xff")).status == 400

    alone(work)


@pytest.mark.parametrize(("path", "query"), [("/releases/\x00/", b""), ("/areas/", b"q=%00")])
def test_a_sign_that_the_database_cannot_keep_is_refused(path: str, query: bytes) -> None:
    async def work(router: Router) -> None:
        assert (await ask(router, path, query=query)).status == 400

    alone(work)


def test_a_form_that_never_arrives_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("continuity.asgi.BODY_WITHIN", 0.2)

    async def never() -> Any:
        await asyncio.sleep(60)

    async def work(router: Router) -> None:
        replies = [Reply() for _ in range(40)]
        scope = scope_of("/accounts/login/", (b"content-length", b"1000"), method="POST")
        before = threading.active_count()

        await asyncio.gather(*(router(dict(scope), never, reply.send) for reply in replies))

        assert {reply.status for reply in replies} == {408}
        assert threading.active_count() == before

    alone(work)


def test_a_form_in_pieces_reaches_django_whole(manager: User) -> None:
    form = b"username=manager&password=wrong"
    pieces = [form[:9], form[9:20], form[20:]]

    async def work(router: Router) -> None:
        reply, left = Reply(), list(pieces)

        async def receive() -> Any:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        length = (b"content-length", str(len(form)).encode())
        kind = (b"content-type", b"application/x-www-form-urlencoded")
        await router(scope_of("/accounts/login/", length, kind, method="POST"), receive, reply.send)

        assert reply.status == 403  # whole, and without its token
        assert left == []

    alone(work)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_says_that_it_is_alive_without_a_database(method: str) -> None:
    async def work(router: Router) -> None:
        alive = await ask(router, "/healthz", method=method)
        ready = await ask(router, "/readyz", method=method)
        live = await ask(router, "/live/", method=method)

        assert (alive.status, ready.status, live.status) == (200, 503, 403)

    alone(work)


def test_it_is_ready_once_it_hears_the_ledger_and_has_read_the_procedures() -> None:
    async def work(router: Router) -> None:
        before = (await ask(router, "/readyz")).status
        await router.standby.look()
        after = (await ask(router, "/readyz")).status

        assert (before, after) == (503, 200)

    run(work)


@pytest.mark.parametrize("path", ["/healthz", "/live/"])
def test_its_own_answers_carry_the_security_headers_of_django(path: str, trusted: None) -> None:
    async def work(router: Router) -> None:
        headers = (await ask(router, path)).headers

        assert headers["content-security-policy"] == content_security_policy()
        assert {name: headers[name.lower()] for name in SECURITY_HEADERS} == SECURITY_HEADERS

    run(work)


def test_only_reading_is_possible_on_its_own_paths() -> None:
    async def work(router: Router) -> None:
        reply = await ask(router, "/live/", method="POST")

        assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")

    alone(work)


def test_everything_else_is_djangos(outage: Disruption) -> None:
    async def work(router: Router) -> None:
        reply = await ask(router, f"/services/{outage.service.key}/")

        assert reply.status == 200
        assert b"e-RS" in reply.body
        assert b"Planned work" in reply.body

    run(work)


FORGED = [
    [(b"x-forwarded-for", b"127.0.0.1")],
    [(b"x_forwarded_for", b"127.0.0.1")],
    [(b"x-forwarded-for", b"127.0.0.1"), (b"forwarded", b"for=127.0.0.1")],
    [(b"x-real-ip", b"127.0.0.1"), (b"client-ip", b"127.0.0.1")],
]


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize(("path", "refused"), [("/live/", 403), ("/wall/", 302)])
def test_a_forged_address_opens_nothing(forged: Any, path: str, refused: int, trusted: None) -> None:
    async def work(router: Router) -> None:
        assert (await ask(router, path, *forged, peer=AFAR)).status == refused

    run(work)


@pytest.mark.parametrize(
    ("forwarded", "is_let_in"),
    [
        (b"127.0.0.5", True),
        (b"203.0.113.9", False),
        (b"127.0.0.5, 203.0.113.9", False),  # only what the proxy wrote counts: the last
        (b"203.0.113.9, 127.0.0.5", True),
        (b"nonsense", False),
    ],
)
def test_a_proxy_of_ours_is_believed_about_the_last_hop(
    forwarded: bytes, is_let_in: bool, trusted: None, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = ["198.51.100.7/32"]

    async def work(router: Router) -> None:
        told = (b"x-forwarded-for", forwarded)
        live = await ask(router, "/live/", told, peer="198.51.100.7")
        wall = await ask(router, "/wall/", told, peer="198.51.100.7")

        assert (live.status, wall.status) == ((200, 200) if is_let_in else (403, 302))

    run(work)


@pytest.mark.parametrize(("peer", "scheme"), [("198.51.100.7", "https"), ("127.0.0.1", "http")])
def test_https_is_what_a_proxy_of_ours_says(peer: str, scheme: str, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["198.51.100.7/32"]

    seen = for_django(scope_of("/", (b"x-forwarded-proto", b"https"), peer=peer))

    assert seen["scheme"] == scheme


def test_django_never_sees_a_header_that_only_looks_forwarded() -> None:
    seen = for_django(scope_of("/", (b"x_forwarded_for", b"127.0.0.1"), (b"accept", b"text/html")))

    assert seen["headers"] == [HOME, (b"accept", b"text/html")]


@pytest.mark.parametrize("value", [b'"\\000aaaaaaaaa"', b"\x00aaaaaaaaa"])
@pytest.mark.parametrize("name", [b"continuity_session", b"continuity_area", b"csrftoken", b"messages"])
def test_a_cookie_that_the_database_cannot_keep_is_as_none(
    name: bytes, value: bytes, outage: Disruption
) -> None:
    cookie = (b"cookie", b"%s=%s" % (name, value))
    paths = ["/", "/wall/", "/live/", f"/services/{outage.service.key}/", "/areas/", "/incidents/report/"]

    async def work(router: Router) -> None:
        statuses = {path: (await ask(router, path, cookie)).status for path in paths}

        assert statuses == dict.fromkeys(paths, 200)

    run(work)


@pytest.mark.parametrize("session", [b'"\\000aaaaaaaaa"', b"a" * 7, b"a" * 41, b"A" * 32, b"a" * 31 + b"'"])
def test_nobody_is_looked_for_by_what_is_no_sessions_key(
    session: bytes, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("continuity.board.door.log_in_behind", pytest.fail)
    cookie = (b"cookie", b"continuity_session=" + session)

    async def work(router: Router) -> None:
        page, live = [await ask(router, path, cookie, peer=AFAR) for path in ("/wall/", "/live/")]

        assert (page.status, live.status) == (302, 403)

    run(work)


@pytest.mark.parametrize(
    ("cookies", "left"),
    [
        (b"a=1; b=2", b"a=1; b=2"),
        (b'a=1; b="\\000"; c=3', b"a=1; c=3"),
        (b"b=\x00; c=3", b" c=3"),
        (b"b=\\000; c=\xc3\xa9", b"b=\\000; c=\xc3\xa9"),  # without quotes those are four plain signs
    ],
)
def test_django_sees_the_cookies_without_a_nul_alone(cookies: bytes, left: bytes) -> None:
    assert for_django(scope_of("/", (b"cookie", cookies)))["headers"] == [HOME, (b"cookie", left)]
