"""A board on a wall: nobody presses anything, so it turns its pages by itself and never hides how old it is."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

SCREEN: ViewportSize = {"width": 1920, "height": 1080}
TALL: ViewportSize = {"width": 1920, "height": 12_000}  # the whole sample at once
PAGE_MS, HELD_MS = 12_000, 60_000  # as static/js/wall.js says them
TICK_MS = 2_000  # the script looks once a second
PAGES_AT_MOST = 20
BESIDE = (4, 600)  # where nothing is to be pressed
LARGE = 0.03  # of the screen's width: read from 5 metres

# Of all lines, which are in sight whole: below what stays on top, and not cut off below.
IN_SIGHT = """
() => {
  const top = document.querySelector(".app-title").getBoundingClientRect().bottom - 1;
  const lines = [...document.querySelectorAll("#board li")].map((line) => line.getBoundingClientRect());
  return lines.map((box) => box.top >= top && box.bottom <= innerHeight + 1);
}
"""


@pytest.fixture
def wall(page: Page) -> Page:
    """The wall with the sample's night on it, which is more than its screen shows, and a clock that the test moves."""
    page.clock.install()
    page.set_viewport_size(SCREEN)
    page.goto("/wall/")
    expect(page.get_by_role("button", name="Hold this page")).to_be_visible()
    return page


def place(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def test_a_full_wall_shows_every_line_page_by_page_and_begins_again(wall: Page) -> None:
    seen, places = wall.evaluate(IN_SIGHT), [place(wall)]

    while len(places) == 1 or places[-1]:
        wall.clock.run_for(PAGE_MS + TICK_MS)
        places.append(place(wall))
        seen = [before or now for before, now in zip(seen, wall.evaluate(IN_SIGHT), strict=True)]
        expect(wall.locator("#age")).to_be_in_viewport(ratio=1)
        assert len(places) < PAGES_AT_MOST

    assert places[:-1] == sorted(set(places))
    assert all(seen)


def test_a_wall_stands_still_while_somebody_holds_or_touches_it(wall: Page) -> None:
    hold = wall.get_by_role("button", name="Hold this page")

    hold.click()
    wall.clock.run_for(3 * PAGE_MS)
    assert (place(wall), hold.get_attribute("aria-pressed")) == (0, "true")
    hold.click()
    wall.clock.run_for(PAGE_MS + TICK_MS)
    turned = place(wall)
    assert turned > 0
    wall.mouse.click(*BESIDE)
    wall.clock.run_for(HELD_MS - 2 * TICK_MS)
    assert place(wall) == turned
    wall.clock.run_for(4 * TICK_MS)
    assert place(wall) != turned


def test_a_wall_that_shows_all_at_once_stands_still(page: Page) -> None:
    page.clock.install()
    page.set_viewport_size(TALL)
    page.goto("/wall/")

    page.clock.run_for(3 * PAGE_MS)

    expect(page.locator("#hold")).to_be_hidden()
    assert place(page) == 0


def test_a_wall_that_hears_nothing_says_large_how_old_it_is_on_each_page(
    wall: Page, context: BrowserContext, accessible: Callable[[Page], None]
) -> None:
    context.set_offline(True)

    wall.clock.run_for(200_000)

    for _ in range(2):
        age = wall.locator("#age.app-age--stale")
        expect(age).to_have_text(re.compile(r"Not live\. Last confirmed .+, [3-9] minutes ago"))
        expect(age).to_be_in_viewport(ratio=1)
        assert (
            float(age.evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)"))
            >= LARGE * SCREEN["width"] - 1
        )
        before = place(wall)
        wall.clock.run_for(PAGE_MS + TICK_MS)
        assert place(wall) != before
    accessible(wall)
    context.set_offline(False)
