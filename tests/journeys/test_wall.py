"""A board on a wall: nobody presses anything, so it turns its pages by itself and never hides how old it is."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.looking import SIDEWAYS

SCREEN: ViewportSize = {"width": 1920, "height": 1080}
UPRIGHT: ViewportSize = {"width": 1080, "height": 1920}
SCREENS = [SCREEN, UPRIGHT, {"width": 1280, "height": 720}, {"width": 3840, "height": 2160}]
PAGE_MS, HELD_MS = 12_000, 60_000  # as static/js/wall.js says them
TICK_MS = 2_000  # the script looks once a second
PAGES_AT_MOST = 60  # other tests leave much on the board
BESIDE = (4, 600)  # where nothing is to be pressed
OLD_MS = 60_000  # by then a page says that it is not live
ROUNDED = 0.1  # pixels
LARGE, READABLE = 0.03, 0.02  # of a screen's longer side: read from 5 metres, and without haste
# What the wall is for, and what only explains it.
NAMES = "#age, #board h2, .app-banner strong, .app-board:not(.app-board--compact) .app-board__name a"
WORDS = [
    ".app-banner__words",
    ".app-board__line .nhsuk-tag",
    ".app-board__facts .app-quiet",
    ".app-board--compact .app-board__name a",
    ".app-board--compact .nhsuk-tag",
    "#planned h3",
    "#planned .app-agenda__entry > a",
    "#planned .app-agenda__what > span",
    "#restored .app-agenda__entry > a",
]

# Every text that is seen, and how large; not the trust's name above, nor the button for whoever comes near.
LETTERS = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const [text, around] = [walker.currentNode.data.trim(), walker.currentNode.parentElement];
    const isLeftOut = around.closest("header, button, script, .nhsuk-skip-link, .nhsuk-u-visually-hidden");
    if (!text || isLeftOut || !around.getClientRects().length) continue;
    found.push([text, parseFloat(getComputedStyle(around).fontSize)]);
  }
  return found;
}
"""
ONE_LINE = (
    "() => document.getElementById('board').replaceChildren(document.querySelector('.app-board--compact li'))"
)
SIZES = "(them) => them.map((it) => parseFloat(getComputedStyle(it).fontSize))"

# Of all lines, which are in sight whole: below what stays on top, and not cut off below.
IN_SIGHT = """
() => {
  const top = document.querySelector(".app-title").getBoundingClientRect().bottom - 1;
  const lines = [...document.querySelectorAll("#board li")].map((line) => line.getBoundingClientRect());
  return lines.map((box) => box.top >= top && box.bottom <= innerHeight + 1);
}
"""
# Whether some line or heading begins where that ends which stays on top.
BEGINS_WHOLE = """
() => {
  const top = document.querySelector(".app-title").getBoundingClientRect().bottom;
  const rows = [...document.querySelectorAll("#board li, #board h2, #board h3, #board p")];
  return rows.some((row) => Math.abs(row.getBoundingClientRect().top - top) < 2);
}
"""


@pytest.fixture
def wall(page: Page) -> Page:
    """The wall with more on it than its screen shows. It hears nothing, so that only its clock moves it."""
    page.route("**/live/**", lambda route: route.abort())
    page.clock.install()
    page.set_viewport_size(SCREEN)
    page.goto("/wall/")
    hold = page.get_by_role("button", name="Hold this page")
    hold.click()
    page.clock.run_for(OLD_MS)
    expect(page.locator("#age.app-age--stale")).to_be_visible()
    hold.click()
    return page


def place(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def turned(wall: Page) -> float:
    """The place of the next page: of each one, since the clock goes on only until the page has turned."""
    before = place(wall)
    for _ in range(0, PAGE_MS + TICK_MS, TICK_MS):
        wall.clock.run_for(TICK_MS)
        if place(wall) != before:
            break
    return place(wall)


def test_a_full_wall_shows_every_line_page_by_page_and_begins_again(wall: Page) -> None:
    while place(wall):
        turned(wall)
    seen, places = wall.evaluate(IN_SIGHT), [0.0]

    while turned(wall):
        places.append(place(wall))
        begins_whole = wall.evaluate(BEGINS_WHOLE)
        seen = [before or now for before, now in zip(seen, wall.evaluate(IN_SIGHT), strict=True)]
        expect(wall.locator("#age")).to_be_in_viewport(ratio=1)
        assert len(places) < PAGES_AT_MOST

    assert len(places) > 1
    assert begins_whole, "the last page does not"
    assert places == sorted(set(places))
    assert [number for number, was_seen in enumerate(seen) if not was_seen] == []


def test_a_wall_stands_still_while_somebody_holds_or_touches_it(wall: Page) -> None:
    hold = wall.get_by_role("button", name="Hold this page")

    hold.click()
    held = place(wall)
    wall.clock.run_for(3 * PAGE_MS)
    assert (place(wall), hold.get_attribute("aria-pressed")) == (held, "true")
    hold.click()
    after = turned(wall)
    assert after != held
    wall.mouse.click(*BESIDE)
    wall.clock.run_for(HELD_MS - 4 * TICK_MS)
    assert place(wall) == after
    wall.clock.run_for(6 * TICK_MS)
    assert place(wall) != after


def test_a_wall_that_shows_all_at_once_stands_still(page: Page) -> None:
    page.route("**/live/**", lambda route: route.abort())
    page.clock.install()
    page.set_viewport_size(SCREEN)
    page.goto("/wall/")
    page.evaluate(ONE_LINE)

    page.clock.run_for(3 * PAGE_MS)

    expect(page.locator("#hold")).to_be_hidden()
    assert place(page) == 0


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen['width']}x{screen['height']}")
def test_a_wall_is_read_from_5_metres_whatever_it_says(page: Page, screen: ViewportSize) -> None:
    longer = max(screen["width"], screen["height"])
    page.set_viewport_size(screen)

    page.goto("/wall/")

    for words in WORDS:
        expect(page.locator(words).first).to_be_visible()
    assert [text for text, size in page.evaluate(LETTERS) if size < READABLE * longer - ROUNDED] == []
    assert min(page.locator(NAMES).evaluate_all(SIZES)) >= LARGE * longer - ROUNDED
    assert page.evaluate(SIDEWAYS) <= 0


def test_a_wall_that_hears_nothing_says_large_how_old_it_is_on_each_page(
    wall: Page, accessible: Callable[[Page], None]
) -> None:
    wall.clock.run_for(200_000)

    for _ in range(2):
        age = wall.locator("#age.app-age--stale")
        expect(age).to_have_text(re.compile(r"Not live\. Last confirmed .+, [3-9] minutes ago"))
        expect(age).to_be_in_viewport(ratio=1)
        assert age.evaluate_all(SIZES) >= [LARGE * SCREEN["width"] - ROUNDED]
        before = place(wall)
        assert turned(wall) != before
    accessible(wall)
