"""The pages that people hear: what is pressed says by itself what it does, wherever on the page it is come upon."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from continuity.core.clock import local, now

ROOM = f"/incidents/INC-{local(now()).year}-101/room/"
# Links and buttons by their words, where the same words lead to several places. A jump within the page is told apart
# by the navigation that it stands in, and work that people gave the same title by the time beside it.
AMBIGUOUS = r"""
() => {
  const words = (thing) => (thing.getAttribute("aria-label") ?? thing.textContent).replace(/\s+/g, " ").trim();
  const found = new Map();
  for (const thing of document.querySelectorAll("a[href]:not([href^='#']), button")) {
    if (!thing.getClientRects().length || thing.closest(".app-agenda__entry, #ready")) continue;
    const to = thing.getAttribute("href") ?? thing.form?.getAttribute("action") ?? thing.id;
    found.set(words(thing), (found.get(words(thing)) ?? new Set()).add(to));
  }
  return [...found].filter(([said, to]) => !said || to.size > 1).map(([said, to]) => [said, ...to].join(" "));
}
"""


@pytest.mark.parametrize("address", ["/", "/areas/ward-3/", "/wall/", ROOM])
def test_the_same_words_never_lead_to_two_places(
    address: str, page: Page, log_in: Callable[[Page, str], None]
) -> None:
    if address == ROOM:
        log_in(page, "commander")

    page.goto(address)

    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate(AMBIGUOUS) == []
