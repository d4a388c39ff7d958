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
WRITTEN = "(link) => getComputedStyle(link, '::after').content"


@pytest.fixture
def printed(page: Page) -> Callable[[str], Page]:
    """A page as a printer gets it, once it is live."""

    def print_it(address: str) -> Page:
        page.goto(address)
        expect(page.locator("#age.app-age--live")).to_be_visible()
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
    lines = page.locator(".app-board__line")
    assert lines.count() > 10
    for part in (".app-board__name", ".nhsuk-tag"):
        assert all(each.is_visible() for each in lines.locator(part).all())
    assert all(each.is_visible() for each in page.locator(".app-board__facts, .app-agenda__entry").all())
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("address", BOARDS)
def test_a_printed_board_says_where_it_stands_what_to_do_and_has_nothing_to_press(
    address: str, printed: Callable[[str], Page]
) -> None:
    page = printed(address)

    for link in page.locator(".app-board__do").all():
        expect(link).to_be_visible()
        assert str(link.get_attribute("href")) in link.evaluate(WRITTEN)
    assert page.locator(".app-board__do").count() > 0
    assert [each.inner_text() for each in page.locator(ONLY_ON_SCREENS).all() if each.is_visible()] == []
