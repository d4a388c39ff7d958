"""The board printed: what somebody needs who stands without a screen, and nothing that only a screen can do."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.looking import SIDEWAYS, WHEN_LAID_OUT

BOARDS = ["/", "/areas/ward-3/", "/wall/"]
A4: ViewportSize = {"width": 718, "height": 1000}  # CSS pixels between margins of 1 cm
MOMENT = r"As it was at (\d{1,2}(:\d\d)?[ap]m|midday|midnight) (on|at the start of) \w+day \d{1,2} \w+ 20\d\d"
ONLY_ON_SCREENS = "nav, button, input:not([type=hidden]), .app-onward, #age, .nhsuk-footer, .nhsuk-skip-link"
NEEDED = (
    ".app-board__line, .app-board__name, .app-board__state .nhsuk-tag, .app-board__facts, .app-agenda__entry"
)
HIDDEN = """
(what) => [...document.querySelectorAll(what)].filter((it) => !it.checkVisibility()).map((it) => it.outerHTML)
"""
SHOWN = HIDDEN.replace("!it", "it")
WITHOUT_ADDRESS = """
(what) => [...document.querySelectorAll(what)].filter(
  (link) => !getComputedStyle(link, "::after").content.includes(link.getAttribute("href"))
).length
"""


@pytest.fixture
def printed(page: Page) -> Callable[[str], Page]:
    """A page as a printer gets it."""

    def print_it(address: str) -> Page:
        page.goto(address)
        page.emulate_media(media="print")
        page.set_viewport_size(A4)
        page.evaluate(WHEN_LAID_OUT)
        return page

    return print_it


@pytest.mark.parametrize("address", BOARDS)
def test_a_printed_board_says_how_each_service_was_at_which_moment(
    address: str, printed: Callable[[str], Page]
) -> None:
    page = printed(address)

    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#printed")).to_be_visible()
    expect(page.locator("#printed")).to_have_text(re.compile(f"^{MOMENT}$"))
    assert page.locator(".app-board__line").count() > 10
    assert page.evaluate(HIDDEN, NEEDED) == []
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("address", BOARDS)
def test_a_printed_board_says_where_it_stands_what_to_do_and_has_nothing_to_press(
    address: str, printed: Callable[[str], Page]
) -> None:
    page = printed(address)

    assert page.locator(".app-board__do").count() > 0
    assert page.evaluate(HIDDEN, ".app-board__do") == []
    assert page.evaluate(WITHOUT_ADDRESS, ".app-board__do") == 0
    assert page.evaluate(SHOWN, ONLY_ON_SCREENS) == []


def test_a_board_that_is_printed_later_says_when_it_was_last_confirmed(page: Page) -> None:
    page.route("**/live/**", lambda route: route.abort())
    page.clock.install()
    page.goto("/")
    page.evaluate("document.getElementById('printed').textContent = ''")

    page.clock.run_for(200_000)
    page.emulate_media(media="print")

    confirmed = re.search(r"Last confirmed (\S+),", page.locator("#age").text_content() or "")
    assert confirmed
    expect(page.locator("#printed")).to_have_text(re.compile(f"^{MOMENT}$"))
    expect(page.locator("#printed")).to_contain_text(f"As it was at {confirmed[1]} ")
