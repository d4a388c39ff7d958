"""Parts of a running portal are taken away and given back: what is shown goes on, nothing is lost or half done."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from continuity.core.embedded import Postgres, Valkey
from continuity.core.processes import wait_until
from tests.clusters import copy
from tests.faults.house import READY_WITHIN, House, killed
from tests.faults.visitors import PATIENCE, Answer, Visitor, Watcher
from tests.journeys.conftest import ARGUMENTS, CHROMIUM
from tests.processes.portals import Portal

pytestmark = [
    pytest.mark.fault,
    pytest.mark.processes,
    pytest.mark.enable_socket,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("parts"),  # one worker, one house
]

EVERYBODY = (
    *("clinician", "manager", "lead", "safety", "admin", "commander") * 3,
)  # each with three log-ins
LOCKED = 40.0  # seconds: longer than it is remembered who is logged in
QUICK = 4.0  # seconds; on an idle machine an answer without the database takes a hundredth of one
BACK_WITHIN = 5.0  # seconds in which everything works again
SENT_WITHIN = 45.0  # seconds; the worker looks every 5, and the machine may be busy with other tests
FROM_MEMORY = ("/", "/wall/", "/areas/ward-3/")
FROM_THE_DISK = ("/api/v2/status.json", "/api/v2/summary.json")
STANDING_BY = ("/plans/", "/plans/ers/", "/plans/ers/print/", "/areas/")
FROM_THE_DATABASE = (
    *("/services/ers/", "/releases/", "/releases/REL-2024-071/", "/incidents/", "/plans/?q=ers"),
    *("/incidents/report/", "/accounts/login/", "/api/v2/summary.json"),
)


@pytest.fixture(scope="module")
def house(cluster: Path) -> Iterator[House]:
    folder, other = (Path(tempfile.mkdtemp(prefix="portal-faults-")) for _ in range(2))
    database, broker = Postgres(copy(cluster, folder), throwaway=True), Valkey(other, throwaway=True)
    portal = Portal()
    try:
        urls = {"DATABASE_URL": database.start(), "BROKER_URL": broker.start()}
        portal.start(SAMPLE="on", **urls).ready()
        found = House(database, broker, portal)
        assert wait_until(found.is_whole, within=READY_WITHIN)
        yield found
    finally:
        portal.discard()
        database.discard()
        broker.discard()


def twice(ask: Callable[[], Answer]) -> list[Answer]:
    """Two answers: the two web processes share the port, and each must learn it for itself."""
    return [ask() for _ in range(2)]


def test_without_its_database_it_shows_what_it_knew_says_what_it_cannot_and_comes_back(house: House) -> None:
    visitor, commander, leaver = house.visitor(), house.visitor("commander"), house.visitor("manager")
    visitor.get("/accounts/login/")
    commander.get("/incidents/declare/")
    leaver.get("/services/ers/")
    before, pids = house.count("incidents_incident"), house.pids()
    done, declaration = house.done_by_people(), house.declaration("Printing is down on all wards")

    with Watcher(house.port) as watcher:
        assert watcher.hears("id: ", within=QUICK)
        killed(house.database)

        board_goes_on(house, visitor, commander)
        the_rest_says_so(visitor)
        nothing_is_taken(visitor, commander, declaration)
        is_logged_out_of_the_browser(leaver)
        assert watcher.hears('"live": false', within=15.0)
        assert not watcher.has_ended

        house.database.restart()
        assert last_refusal(visitor, commander) < BACK_WITHIN
        everything_works(visitor, commander)
        assert house.count("incidents_incident") == before
        assert house.done_by_people() == done

        boards = watcher.boards
        assert commander.post("/incidents/declare/", **declaration).status == 302
        assert wait_until(lambda: watcher.boards > boards, within=BACK_WITHIN)
        assert not watcher.has_ended
    assert wait_until(lambda: house.waiting_mail() == 0 and house.sent_mail() > 0, within=SENT_WITHIN)
    assert house.pids() == pids
    assert "ended by itself" not in house.portal.said


def board_goes_on(house: House, *visitors: Visitor) -> None:
    """Pages from memory, the poll and the checks, for somebody unknown and somebody logged in."""
    for visitor in visitors:
        pages_go_on(visitor)
    for alive, ready in zip(
        twice(lambda: visitors[0].get("/healthz")), twice(lambda: visitors[0].get("/readyz")), strict=True
    ):
        assert (alive.status, ready.status) == (200, 503)


def pages_go_on(visitor: Visitor) -> None:
    for path in FROM_MEMORY:
        for page in twice(lambda path=path: visitor.get(path)):  # type: ignore[misc]
            assert (page.status, page.seconds < QUICK) == (200, True), path
            assert "Last news" in page.text
    pages_stand_by(visitor)
    polled = visitor.get("/live/")
    assert polled.status == 200
    assert polled.headers["x-portal-checked"]


def pages_stand_by(visitor: Visitor) -> None:
    """Procedures and the list of areas; until the portal has noticed, its database is still asked for them."""

    def are_shown() -> bool:
        pages = [page for path in STANDING_BY for page in twice(lambda path=path: visitor.get(path))]  # type: ignore[misc]
        return all(page.status == 200 and "Not live. Last confirmed" in page.text for page in pages)

    # A process that was not asked before learns within 5 seconds that its database hangs.
    assert wait_until(are_shown, within=2 * QUICK)


def the_rest_says_so(visitor: Visitor) -> None:
    for path in FROM_THE_DATABASE:
        for page in twice(lambda path=path: visitor.get(path)):  # type: ignore[misc]
            says_what_still_works(page, path)


def says_what_still_works(page: Answer, about: str) -> None:
    assert (page.status, page.seconds < QUICK) == (503, True), about
    assert page.headers["retry-after"]
    for words in (
        "What does not work now",
        "What still works",
        "Ring the IT service desk, ext 5000",
        'href="/"',
    ):
        assert words in page.text, about
    assert "nhsuk-header" in page.text
    assert "Traceback" not in page.text


def nothing_is_taken(visitor: Visitor, commander: Visitor, declaration: dict[str, str]) -> None:
    """Forms are answered in plain words, with what was written so that it can be copied."""
    refused = visitor.post("/accounts/login/", username="lead", password="continuity-sample")
    says_what_still_works(refused, "log-in")
    assert "You cannot log in now" in refused.text
    assert "continuity-sample" not in refused.text
    for path, words in (("/incidents/declare/", declaration), ("/incidents/report/", {"text": "No Wi-Fi"})):
        refused = commander.post(path, **words)
        says_what_still_works(refused, path)
        assert "What you sent was not saved" in refused.text
        assert all(text in refused.text for text in words.values())
        assert commander.token not in refused.text


def is_logged_out_of_the_browser(leaver: Visitor) -> None:
    """Whoever comes next to a shared computer is not logged in, and nothing is said of what was not sent."""
    left = leaver.post("/accounts/logout/")

    says_what_still_works(left, "log-out")
    assert "You are logged out" in left.text
    assert "What you sent" not in left.text
    assert leaver.cookies["continuity_session"].strip('"') == ""


def last_refusal(visitor: Visitor, commander: Visitor) -> float:
    """Seconds until the last answer that still said no; each of the two processes must have said yes twice."""
    began, refused_at, good = time.monotonic(), 0.0, 0
    while good < 2 * 2 and time.monotonic() - began < PATIENCE:
        asked_at = time.monotonic() - began
        asked = (visitor.get("/readyz"), visitor.get("/services/ers/"), commander.get("/incidents/declare/"))
        if {answer.status for answer in asked} == {200}:
            good += 1
        else:
            refused_at, good = asked_at, 0
            time.sleep(0.1)
    return refused_at


def everything_works(visitor: Visitor, commander: Visitor) -> None:
    """Each page in both processes, the commander still logged in."""
    for path in ("/readyz", *FROM_MEMORY, *STANDING_BY, *FROM_THE_DATABASE):
        assert {page.status for page in twice(lambda path=path: visitor.get(path))} == {200}, path  # type: ignore[misc]
    assert commander.get("/incidents/declare/").status == 200


@pytest.mark.journey
def test_an_open_board_says_when_it_is_not_sure_and_goes_on_by_itself(house: House) -> None:
    commander = house.visitor("commander")
    commander.get("/incidents/declare/")

    with open_page(house.portal.url) as page:
        expect(page.locator("#age.app-age--live")).to_be_visible()
        page.locator("#planned a").first.focus()
        focused = page.evaluate("document.activeElement.textContent")

        assert wait_until((house.portal.data / "board.json").exists, within=READY_WITHIN)
        killed(house.database)
        stale = page.locator("#age.app-age--stale")
        expect(stale).to_contain_text("Not live. Last confirmed", timeout=20_000)
        lost = page.context.new_page()
        lost.goto(f"{house.portal.url.rstrip('/')}/releases/REL-2024-071/")
        expect(lost.get_by_text("This page looks every 15 seconds")).to_be_visible()
        everybody_starts_without_a_database(house)
        house.database.restart()
        assert last_refusal(house.visitor(), commander) < BACK_WITHIN
        expect(page.locator("#age.app-age--live")).to_be_visible(timeout=20_000)
        expect(lost.get_by_role("heading", level=1)).to_contain_text("14.7", timeout=20_000)
        declared_and_shown(house, commander, page, service="rostering")

        for trace in house.portal.named("portal web"):
            os.kill(trace.pid, signal.SIGKILL)
        assert wait_until(house.is_whole, within=READY_WITHIN)
        declared_and_shown(house, commander, page, service="intranet")
        expect(page.locator("#age.app-age--live")).to_be_visible()
        assert page.evaluate("document.activeElement.textContent") == focused


def everybody_starts_without_a_database(house: House) -> None:
    """The web processes die, and those in their place show the board that was kept on disk, and that it is old."""
    before = {trace.pid for trace in house.portal.named("portal web")}
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    visitor = house.visitor()

    def is_shown() -> bool:
        with suppress(OSError, HTTPException):
            paths = (*FROM_MEMORY, *STANDING_BY)
            pages = [answer for path in paths for answer in twice(lambda path=path: visitor.get(path))]  # type: ignore[misc]
            answers = [*pages, *(visitor.get(path) for path in FROM_THE_DISK)]
            is_marked = all("Not live. Last confirmed" in page.text for page in pages)
            return is_marked and all(answer.status == 200 for answer in answers)
        return False

    assert wait_until(is_shown, within=READY_WITHIN)
    assert before.isdisjoint(trace.pid for trace in house.portal.named("portal web"))


def test_a_portal_that_begins_without_database_and_last_board_says_so_and_comes_back(house: House) -> None:
    visitor, commander = house.visitor(), house.visitor("commander")
    before = {trace.pid for trace in house.portal.named("portal web")}
    visitor.get("/accounts/login/")
    killed(house.database)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    (house.portal.data / "board.json").unlink(missing_ok=True)

    def answers() -> bool:
        with suppress(OSError, HTTPException):
            return {answer.status for answer in twice(lambda: visitor.get("/healthz"))} == {200}
        return False

    assert wait_until(answers, within=READY_WITHIN)
    assert before.isdisjoint(trace.pid for trace in house.portal.named("portal web"))
    for path in (*FROM_MEMORY, *FROM_THE_DISK):
        for page in twice(lambda path=path: visitor.get(path)):  # type: ignore[misc]
            says_what_still_works(page, path)
    for path in ("/live/", "/readyz"):
        for answer in twice(lambda path=path: visitor.get(path)):  # type: ignore[misc]
            assert (answer.status, answer.headers["retry-after"], answer.seconds < QUICK) == (503, "5", True)

    house.database.restart()
    assert last_refusal(visitor, commander) < PATIENCE
    for page in twice(lambda: visitor.get("/")):
        assert (page.status, "Not live" in page.text) == (200, False)


def declared_and_shown(house: House, commander: Visitor, page: Page, *, service: str) -> None:
    """What is declared now comes to a page that was open before."""
    form = house.declaration(f"The {service} is down", service)
    assert last_refusal(house.visitor(), commander) < PATIENCE
    assert commander.post("/incidents/declare/", **form).status == 302
    expect(page.locator(f"#group-not_working #service-{service}")).to_be_visible(timeout=20_000)


@contextmanager
def open_page(address: str) -> Iterator[Page]:
    """The board in a browser of its own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_context().new_page()
        page.goto(address)
        yield page
        chromium.close()


def test_without_its_broker_posting_is_quick_and_what_waits_is_sent_later(house: House) -> None:
    commander, pids = house.visitor("commander"), house.pids("portal web")
    commander.get("/incidents/declare/")
    killed(house.broker)
    sent = house.sent_mail()

    for number in range(2):
        declaration = house.declaration(f"Printing is down in building {number}")
        posted = commander.post("/incidents/declare/", **declaration)
        assert (posted.status, posted.seconds < QUICK) == (302, True)
        assert commander.get(posted.headers["location"]).seconds < QUICK
    assert house.waiting_mail() > 0
    assert house.sent_mail() == sent

    house.broker.restart()
    assert wait_until(lambda: house.waiting_mail() == 0, within=SENT_WITHIN)
    assert house.sent_mail() > sent
    assert house.pids("portal web") == pids
    # Of fifty losses of its broker Celery does not outlive one or two (kombu asks a closed connection for its host).
    assert wait_until(lambda: len(house.pids("portal worker")) == 1, within=BACK_WITHIN)


def test_a_server_that_hangs_keeps_nobody_from_the_board_and_all_goes_on_when_it_does(house: House) -> None:
    visitor, lead = house.visitor(), house.visitor("lead")
    pids = house.pids()
    with Watcher(house.port) as watcher:
        with hanging(house.database):
            for path in FROM_MEMORY:
                assert [page.status for page in twice(lambda path=path: visitor.get(path))] == [200, 200]  # type: ignore[misc]
            twice(lambda: lead.get("/releases/"))  # by these the portal learns it
            for person in (visitor, lead):
                pages_go_on(person)
            refused = lead.get("/releases/")
            assert (refused.status, refused.seconds < 2 * QUICK) == (503, True)
            assert "What still works" in refused.text
        assert last_refusal(visitor, lead) < 2 * BACK_WITHIN
        assert not watcher.has_ended
    assert house.pids() == pids


def test_a_lock_on_the_log_ins_keeps_nobody_from_the_board(house: House) -> None:
    people = [house.visitor(name) for name in EVERYBODY]
    visitor, commander = house.visitor(), people[-1]
    for person in people:
        assert person.get("/wall/").status == 200
    commander.get("/incidents/declare/")
    declaration = house.declaration("Printing is down on all wards")

    with psycopg.connect(house.database.url) as connection:
        connection.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
        until = time.monotonic() + LOCKED
        while time.monotonic() < until:
            for path in FROM_MEMORY:
                page = visitor.get(path)
                assert (page.status, page.seconds < QUICK) == (200, True), path
                assert "Checked" in page.text, "facts are not locked"
            for person in people:
                page = person.get("/wall/")
                assert (page.status, page.seconds < QUICK) == (200, True)

    began = time.monotonic()
    assert wait_until(lambda: str(commander.get("/incidents/declare/").status) == "200", within=BACK_WITHIN)
    assert commander.post("/incidents/declare/", **declaration).status == 302
    assert time.monotonic() - began < BACK_WITHIN


@contextmanager
def hanging(database: Postgres) -> Iterator[None]:
    """All its processes stand still meanwhile: what is asked is taken by the kernel, and never answered."""
    assert database.child is not None
    server = database.child.pid
    os.kill(server, signal.SIGSTOP)  # it starts no other process from here on
    sessions = [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
    try:
        for pid in sessions:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in (*sessions, server):
            os.kill(pid, signal.SIGCONT)


def test_a_broker_that_hangs_holds_up_one_page_for_a_moment(house: House) -> None:
    commander = house.visitor("commander")
    commander.get("/incidents/declare/")
    assert house.broker.child is not None
    house.broker.child.send_signal(signal.SIGSTOP)
    try:
        took = [
            commander.post("/incidents/declare/", **house.declaration(f"Printer {number} is down"))
            for number in range(4)
        ]
    finally:
        house.broker.child.send_signal(signal.SIGCONT)

    assert {answer.status for answer in took} == {302}
    assert sum(answer.seconds for answer in took) < 4 * QUICK
    assert wait_until(lambda: house.waiting_mail() == 0, within=SENT_WITHIN)
