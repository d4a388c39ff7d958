"""Two people look at the board while a third publishes a release and starts it: both see it within a second."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from continuity.core.clock import local
from continuity.core.wording import date_words, time_words
from tests.journeys.changing import Beside, noted
from tests.journeys.conftest import Contexts

PROMISE_S = 1.0  # from the commit to the change on the screen
TITLE = "Staff intranet release 3.1"
SERVICE = "intranet"

NOTE_WORDS = """
([id, words]) => {
  const isThere = () => document.getElementById(id)?.textContent.includes(words);
  new MutationObserver((_, observer) => {
    if (!isThere()) return;
    window.seenAt = Date.now();
    observer.disconnect();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


def test_publishing_and_starting_changes_two_other_browsers_within_a_second(
    beside: Beside,
    new_context: Contexts,
    log_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
) -> None:
    ward, desk, author = (new_context().new_page() for _ in range(3))
    for page in (ward, desk):
        page.goto("/")
        expect(page.locator("#age.app-age--live")).to_be_visible()
    log_in(author, "manager")
    draft_that_begins_now_and_waits_for_a_hand(author)

    watch(ward, desk, within="planned", words=TITLE)
    author.get_by_role("button", name="Publish").click()
    published = slowest(ward, desk) - at_commit(beside, author, "release.published")

    watch(ward, desk, within=f"service-{SERVICE}", words="Planned work")
    author.get_by_role("button", name="Start now").click()
    started = slowest(ward, desk) - at_commit(beside, author, "release.started")

    assert max(published, started) < timedelta(seconds=PROMISE_S), (published, started)
    for page in (ward, desk, author):
        accessible(page)
    finish(author)


def draft_that_begins_now_and_waits_for_a_hand(author: Page) -> None:
    begins = datetime.now(UTC).replace(second=0, microsecond=0)
    author.goto(f"/releases/new/?service={SERVICE}&title={TITLE}")
    author.get_by_label("Down (cannot be used)").first.check()
    for name, moment in (("outage_from", begins), ("outage_to", begins + timedelta(hours=2))):
        author.locator(f"[name={name}_date]").fill(date_words(moment))
        author.locator(f"[name={name}_time]").fill(time_words(local(moment)))
    author.locator("[name=contact]").fill("IT service desk, ext 5000")
    author.get_by_text("About the work").click()
    author.get_by_label("Do not start by the clock").check()
    author.get_by_role("button", name="Save and preview").click()
    expect(author.get_by_role("button", name="Publish")).to_be_visible()


def watch(*pages: Page, within: str, words: str) -> None:
    for page in pages:
        page.evaluate("window.seenAt = 0")
        page.evaluate(NOTE_WORDS, [within, words])


def slowest(*pages: Page) -> datetime:
    """When the last of the pages showed what was watched for."""
    return max(noted(page, "seenAt") for page in pages)


def at_commit(beside: Beside, author: Page, verb: str) -> datetime:
    author.wait_for_load_state()
    return beside.written_at(verb)


def finish(author: Page) -> None:
    """Leave the board as it was."""
    author.get_by_role("button", name="Service is back, being checked").click()
    author.goto(f"{author.url.rstrip('/')}/complete/")
    author.get_by_label("How it ended, in words for staff").fill("Completed successfully.")
    author.locator("main form button").last.click()
    expect(author.locator("main")).to_contain_text("Completed successfully.")
