"""A running portal, a real browser, and what every journey asks of a page.

The browser lives as long as the journeys do and no longer: Playwright's loop would stand in the way of tests
that use the database or a loop of their own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebError, expect, sync_playwright

from tests.journeys.changing import Beside
from tests.journeys.looking import Looker
from tests.processes.portals import Portal

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PASSWORD = "continuity-sample"
PATIENCE_MS = 20_000  # the machine may be busy with other tests
Violations = Callable[[Page], list[str]]
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a journey, with the sockets and the time that a browser takes.

    One worker runs all that share the portal: to start another one would take longer than they do.
    """
    for item in items:
        if "tests/journeys/" in item.path.as_posix():
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.enable_socket)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(300))
            if "portal" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group("portal"))


@pytest.fixture(scope="session")
def portal(cluster: Path) -> Iterator[Portal]:
    """The whole portal with the sample trust and its night in progress, as `make run` starts it."""
    running = Portal.over(cluster).start(SAMPLE="on", OUTBOUND_ALLOW="127.0.0.0/8").ready()
    yield running
    running.discard()


@pytest.fixture(scope="session")
def beside(portal: Portal) -> Iterator[Beside]:
    """`beside.declare(...)`: a change to the portal's records that no browser makes."""
    with Beside(portal) as process:
        yield process


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


Contexts = Callable[..., BrowserContext]


@contextmanager
def new_contexts(browser: Browser, portal: Portal) -> Iterator[Contexts]:
    """Makes people's browsers. No page in them may fail, or fetch anything from elsewhere."""
    made: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=portal.url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: faults.append(f"{_address_of(error)}: {error.error}"))
        context.on("request", lambda request: faults.extend(_foreign(request.url, portal.url)))
        made.append(context)
        return context

    yield make

    for context in made:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def new_context(browser: Browser, portal: Portal) -> Iterator[Contexts]:
    """`new_context()`: another person's browser."""
    with new_contexts(browser, portal) as make:
        yield make


@pytest.fixture
def context(new_context: Contexts) -> BrowserContext:
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def log_in() -> Callable[[Page, str], None]:
    """`log_in(page, "manager")`: as one of the sample's people."""

    def enter(page: Page, name: str) -> None:
        page.goto("/accounts/login/")
        page.locator("[name=username]").fill(name)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Log in").click()
        page.locator("form[action='/accounts/logout/']").wait_for()

    return enter


@pytest.fixture(scope="session")
def violations() -> Violations:
    """`violations(page)`: what axe finds on it, by rule and element."""
    return Looker()


@pytest.fixture(scope="session")
def accessible(violations: Violations) -> Callable[[Page], None]:
    """`accessible(page)`: axe finds nothing on it."""

    def check(page: Page) -> None:
        said = violations(page)
        assert not said, f"{page.url}\n" + "\n".join(said)

    return check


def _address_of(error: WebError) -> str:
    return error.page.url if error.page else "a worker"


def _foreign(url: str, home: str) -> list[str]:
    ours = url.startswith((home, "data:", "blob:"))
    return [] if ours else [f"a page asked for {url}"]
