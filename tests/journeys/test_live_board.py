"""An open board changes by itself: in every tab, without losing the reader's place, by whatever way there is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.journeys.changing import Beside, noted
from tests.journeys.conftest import Contexts

TABS = 8
PROMISE_S = 1.0  # from the commit to the change on the screen
LIGHT = 60_000  # bytes over the wire when somebody opens the board for the first time
TITLE = "Rota will not open"
SERVICE, NAME = "rostering", "Staff rota and payroll"

NOTE_CHANGE = """
(id) => {
  const state = () => document.querySelector(`#${id} .nhsuk-tag`)?.textContent;
  const before = state();
  new MutationObserver((_, observer) => {
    if (state() === before) return;
    window.changedAt = Date.now();
    observer.disconnect();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


@pytest.fixture
def calm(beside: Beside) -> Iterator[None]:
    """Whatever a test declares is fixed again."""
    yield
    beside.fix(title=TITLE)


def test_eight_open_tabs_change_within_a_second_of_the_commit(
    beside: Beside, context: BrowserContext, accessible: Callable[[Page], None], calm: None
) -> None:
    tabs = [context.new_page() for _ in range(TABS)]
    for tab in tabs:
        tab.goto("/")
    for tab in tabs:
        expect(tab.locator("#age.app-age--live")).to_be_visible()

    slowest = []
    for change in (declare_it, fix_it, declare_it):
        for tab in tabs:
            tab.evaluate(NOTE_CHANGE, f"service-{SERVICE}")
        committed = change(beside)
        slowest.append(max((changed_at(tab) - committed).total_seconds() for tab in tabs))

    assert median(slowest) < PROMISE_S, slowest
    expect(tabs[-1].locator("#group-not_working")).to_contain_text(NAME)
    accessible(tabs[-1])


def declare_it(beside: Beside) -> datetime:
    return beside.declare(title=TITLE, service=SERVICE)


def fix_it(beside: Beside) -> datetime:
    return beside.fix(title=TITLE)


def changed_at(tab: Page) -> datetime:
    moment = noted(tab, "changedAt")
    tab.evaluate("window.changedAt = 0")
    return moment


def test_a_change_keeps_focus_and_place_and_is_said_once(beside: Beside, page: Page, calm: None) -> None:
    page.goto("/")
    expect(page.locator("#age.app-age--live")).to_be_visible()
    page.locator("#planned a").first.focus()
    page.evaluate("document.querySelector('#planned').scrollIntoView()")
    before = page.evaluate("document.querySelector('#planned').getBoundingClientRect().top")
    focused = page.evaluate("document.activeElement.textContent")

    declare_it(beside)
    expect(page.locator("#group-not_working")).to_contain_text(NAME)

    assert page.evaluate("document.activeElement.textContent") == focused
    assert abs(page.evaluate("document.querySelector('#planned').getBoundingClientRect().top") - before) < 40
    expect(page.get_by_role("status")).to_contain_text("not working")


def test_the_banner_of_any_page_changes_too(beside: Beside, page: Page, calm: None) -> None:
    page.goto("/services/")
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_timeout(1_000)

    declare_it(beside)

    expect(page.get_by_role("region", name="Service news")).to_contain_text("is not available")


@pytest.mark.parametrize("has_no_place", [False, True], ids=["a proxy lets none through", "no place is free"])
def test_where_no_stream_can_be_had_the_page_asks(
    has_no_place: bool, beside: Beside, page: Page, calm: None
) -> None:
    answers: list[int] = []
    page.route("**/live/**", refuse_place if has_no_place else refuse_streams)
    page.on("response", lambda answer: answers.append(answer.status) if "/live/" in answer.url else None)
    page.clock.install()
    page.goto("/")
    page.clock.run_for(6_000)
    expect(page.locator("#age")).to_contain_text("Checked")

    page.clock.run_for(20_000)
    page.wait_for_timeout(1_000)
    declare_it(beside)
    page.clock.run_for(20_000)

    expect(page.locator("#group-not_working")).to_contain_text(NAME)
    assert {200, 304} <= set(answers)


def refuse_streams(route: Route, request: Request) -> None:
    """What a proxy that lets no stream through does."""
    if "event-stream" in request.headers["accept"]:
        route.abort()
    else:
        route.continue_()


def refuse_place(route: Route, request: Request) -> None:
    """What a process does that holds as many streams as it may."""
    if "event-stream" in request.headers["accept"]:
        route.fulfill(status=503, headers={"Retry-After": "15"}, content_type="text/plain", body="Full.")
    else:
        route.continue_()


def test_a_page_that_hears_nothing_says_how_old_it_is(page: Page, context: BrowserContext) -> None:
    page.route("**/live/**", refuse_streams)  # to be offline does not end a stream that is open
    page.clock.install()
    page.goto("/")
    page.clock.run_for(6_000)
    expect(page.locator("#age")).to_contain_text("Checked")

    context.set_offline(True)
    page.clock.run_for(200_000)  # what was confirmed last may lie a few seconds ahead of the page's clock

    expect(page.locator("#age.app-age--stale")).to_contain_text(
        re.compile(r"Not live\. Last confirmed ([1-9]\d?(:\d\d)?[ap]m|midnight|midday), 3 minutes ago")
    )
    expect(page.locator("#live-words")).to_contain_text("Not live")
    expect(page.locator("#banner-age")).to_be_hidden()
    context.set_offline(False)


def test_answers_that_do_not_say_when_the_board_was_checked_make_it_no_younger(page: Page) -> None:
    answers: list[int] = []
    page.route("**/live/**", strip_what_is_ours)
    page.on("response", lambda answer: answers.append(answer.status) if "/live/" in answer.url else None)
    page.clock.install()
    page.goto("/")
    for _ in range(10):
        page.clock.run_for(20_000)
        page.wait_for_timeout(200)  # an answer comes in its own time

    assert {200, 304} & set(answers)
    expect(page.locator("#age.app-age--stale")).to_contain_text(
        re.compile(r"Not live\. Last confirmed .* [3-9] minutes ago")
    )


def strip_what_is_ours(route: Route, request: Request) -> None:
    """What a proxy does that lets through no stream, and no header it does not know."""
    if "event-stream" in request.headers["accept"]:
        return route.abort()
    answer = route.fetch()
    known = {name: value for name, value in answer.headers.items() if not name.startswith("x-portal-")}
    return route.fulfill(response=answer, headers=known)


def test_any_other_page_says_since_when_its_news_is_not_live(
    page: Page, context: BrowserContext, accessible: Callable[[Page], None]
) -> None:
    page.route("**/live/**", refuse_streams)
    page.clock.install()
    page.goto("/services/")
    page.clock.run_for(60_000)
    age = page.locator("#banner-age")
    expect(age).to_be_hidden()

    context.set_offline(True)
    page.clock.run_for(200_000)  # what was confirmed last may lie a few seconds ahead of the page's clock

    expect(age).to_contain_text(
        re.compile(
            r"^Service news is not live\. Last confirmed ([1-9]\d?(:\d\d)?[ap]m|midnight|midday), 3 minutes ago$"
        )
    )
    expect(page.locator("#live-words")).to_contain_text("Service news is not live")
    accessible(page)

    context.set_offline(False)
    page.clock.run_for(20_000)
    expect(age).to_be_hidden()
    expect(page.locator("#live-words")).to_have_text("Service news is live again")


def test_a_first_visit_is_light_and_its_files_are_kept_for_good(new_context: Contexts) -> None:
    page, done = new_context().new_page(), list[Request]()
    page.on("requestfinished", lambda request: done.append(request))  # noqa: PLW0108 - Playwright marks what it calls
    weigh = weighed(page)

    page.goto("/")
    expect(page.locator("#age.app-age--live")).to_be_visible()
    page.wait_for_timeout(1_000)

    files = [request for request in done if "/static/" in request.url]
    assert len(files) >= 6
    assert [each.url for each in files if "immutable" not in kept_for(each)] == []
    weights = weigh()
    assert {"/", "/live/"} <= {urlsplit(url).path for url in weights}
    assert sum(weights.values()) < LIGHT, weights


def weighed(page: Page) -> Callable[[], dict[str, int]]:
    """Bytes that come over the wire from now on, headers too, by address; of a stream what came so far."""
    browser, addresses = page.context.new_cdp_session(page), dict[str, str]()
    heads, parts, wholes = Counter[str](), Counter[str](), dict[str, int]()

    def was_asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def has_begun(event: dict[str, Any]) -> None:
        heads[event["requestId"]] += len(event["headersText"])

    def has_come(event: dict[str, Any]) -> None:
        parts[event["requestId"]] += event["encodedDataLength"]

    def is_whole(event: dict[str, Any]) -> None:
        wholes[event["requestId"]] = event["encodedDataLength"]

    browser.send("Network.enable")
    for name, heed in {
        "requestWillBeSent": was_asked,
        "responseReceivedExtraInfo": has_begun,
        "dataReceived": has_come,
        "loadingFinished": is_whole,
    }.items():
        browser.on(f"Network.{name}", heed)
    return lambda: {url: wholes.get(key, heads[key] + parts[key]) for key, url in addresses.items()}


def kept_for(request: Request) -> str:
    answer = request.response()
    return answer.headers.get("cache-control", "") if answer else ""


def test_without_scripts_the_board_reads_whole_and_comes_again(new_context: Contexts) -> None:
    page = new_context(java_script_enabled=False).new_page()

    page.goto("/")

    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "60"
    expect(page.locator("h1")).to_have_text("Service status")
    expect(page.locator("#board .app-board__line").first).to_be_visible()
    page.locator(".app-board__links a", has_text="What to do now").first.click()
    assert "/live/" not in page.url


def test_an_area_is_remembered_and_shows_its_news(page: Page, accessible: Callable[[Page], None]) -> None:
    page.goto("/areas/")
    page.locator("main a[href^='/areas/']:not([href$='/edit/'])").first.click()
    name = page.locator("h1").inner_text().splitlines()[0]

    page.get_by_role("button", name="Remember this area on this device").click()

    expect(page.get_by_role("button", name="Forget this area on this device")).to_be_visible()
    accessible(page)
    page.goto("/")
    expect(page.locator(".app-onward")).to_contain_text(name)
