"""NHS e-Referral Service Maintenance Release 14.7, from notice to lesson, at its own instants.

A portal of its own, whose clock is set to the days of the story; between two days it is stopped and started again.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import PATIENCE_MS
from tests.processes.portals import Portal

THREE_WEEKS_BEFORE = "2024-10-11T09:00:00+00:00"
JUST_BEFORE = "2024-11-01T15:59:40+00:00"
SERVICE_BACK = "2024-11-02T00:36:00+00:00"
MORNING_AFTER = "2024-11-02T08:30:00+00:00"
OUTAGE = "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"
WORK = "4pm on Friday 1 November to 12:44am on Saturday 2 November 2024"
OUTCOME = "The release was completed successfully. Slot polls were not affected overnight."
LESSON = "3 reminders, at 7 days, 1 day and 2 hours, were enough."
LIVE_MS = 30_000  # the clock must pass the start of the work
pytestmark = pytest.mark.timeout(600)


class Story:
    """The portal at one of its instants, and people's browsers on it."""

    def __init__(self, browser: Browser) -> None:
        self.portal, self.browser, self.contexts = Portal(), browser, list[BrowserContext]()

    def at(self, instant: str) -> "Story":
        """The same portal with the same records, at another instant."""
        self.close()
        self.portal.start(SAMPLE="on", CLOCK_STARTS_AT=instant).ready()
        return self

    def page_of(self, log_in: Any, name: str = "") -> Page:
        """A new browser of a person, logged in; without a name the ward computer."""
        context = self.browser.new_context(base_url=self.portal.url, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        if name:
            log_in(page, name)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts = []
        if self.portal.lines:
            self.portal.stop()

    def discard(self) -> None:
        self.close()
        self.portal.discard()


@pytest.fixture
def story(browser: Browser) -> Iterator[Story]:
    told = Story(browser)
    yield told
    told.discard()


def test_ers_14_7_goes_from_draft_to_lesson(
    story: Story, log_in: Callable[[Page, str], None], accessible: Callable[[Page], None]
) -> None:
    ref = given_a_notice_published_three_weeks_before(story.at(THREE_WEEKS_BEFORE), log_in, accessible)

    when_the_clock_starts_it(story.at(JUST_BEFORE), log_in, accessible, ref)
    when_the_manager_says_it_is_back(story.at(SERVICE_BACK), log_in, accessible, ref)
    when_it_is_completed_in_the_morning(story.at(MORNING_AFTER), log_in, accessible, ref)
    when_the_lead_publishes_what_was_learned(story, log_in, accessible, ref)

    then_the_lesson_meets_whoever_writes_the_next_notice(story, log_in, accessible)


def given_a_notice_published_three_weeks_before(story: Story, log_in: Any, accessible: Any) -> str:
    page = story.page_of(log_in, "manager")
    page.goto("/releases/new/")
    page.get_by_label("Title").fill("NHS e-Referral Service Maintenance Release 14.7")
    page.get_by_label("NHS e-Referral Service (e-RS)", exact=True).first.check()
    page.get_by_label("Down (cannot be used)").first.check()
    moment(page, "outage_from", "1 November 2024", "4pm")
    moment(page, "outage_to", "2 November 2024", "12:36am")
    page.locator("[name=contact]").fill("Referral and booking centre, ext 6510")
    page.get_by_text("Work window, where it is longer than the outage").click()
    moment(page, "work_to", "2 November 2024", "12:44am")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.locator("main")).to_contain_text(OUTAGE)
    expect(page.locator("main")).to_contain_text("8 hours 36 minutes")
    accessible(page)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/releases/REL-2024-\d+/$"))
    expect(page.locator("main")).to_contain_text(WORK)
    expect(page.locator("main")).to_contain_text("8 hours 44 minutes")
    accessible(page)
    ref = page.url.rstrip("/").rsplit("/", 1)[1]
    and_no_other_work_on_the_service(page)
    return ref


def and_no_other_work_on_the_service(page: Page) -> None:
    """The sample plans some e-RS work for its own next Friday."""
    page.goto("/services/ers/")
    page.get_by_role("link", name="Maintenance Release 15.2").first.click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_label("Reason, in words for staff").fill("The supplier moved it.")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("The supplier moved it.")


def when_the_clock_starts_it(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    ward = story.page_of(log_in)
    ward.goto("/")
    line = ward.locator(".app-board__line", has_text="NHS e-Referral Service (e-RS)").first

    expect(line).to_contain_text("Planned work", timeout=LIVE_MS)
    expect(line).to_contain_text("since 4pm, until 12:36am", ignore_case=True)
    accessible(ward)
    ward.goto(f"/releases/{ref}/")
    expect(ward.get_by_text("In progress").first).to_be_visible()


def when_the_manager_says_it_is_back(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page, ward = story.page_of(log_in, "manager"), story.page_of(log_in)
    ward.goto("/")
    page.goto(f"/releases/{ref}/")
    page.get_by_role("button", name="Service is back, being checked").click()

    line = ward.locator(".app-board__line", has_text="NHS e-Referral Service (e-RS)").first
    expect(line).to_contain_text("Back and being checked")
    accessible(page)


def when_it_is_completed_in_the_morning(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page = story.page_of(log_in, "manager")
    page.goto(f"/releases/{ref}/complete/")
    page.get_by_label("How it ended, in words for staff").fill(OUTCOME)
    accessible(page)
    page.locator("main form button").last.click()
    page.wait_for_url(f"**/releases/{ref}/")

    main = page.locator("main")
    expect(main).to_contain_text(OUTCOME)
    # Planned and actual, beside each other: the outage lasted as long as it was planned to.
    expect(main.get_by_role("row").filter(has_text="NHS e-Referral Service")).to_contain_text(
        re.compile(rf"{OUTAGE}.*8 hours 36 minutes.*{OUTAGE}.*8 hours 36 minutes", re.DOTALL)
    )
    accessible(page)


def when_the_lead_publishes_what_was_learned(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page = story.page_of(log_in, "lead")
    page.goto(f"/releases/{ref}/")
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("button", name="Start the review").click()
    page.wait_for_url(re.compile(r"/reviews/REV-2024-\d+/$"))
    review = page.url
    page.goto(f"{review}write/questions/")
    for name in ("expected", "happened", "difference", "change"):
        page.locator(f"textarea[name={name}]").fill("As planned. Keep it so.")
    page.locator("textarea[name=summary]").fill(LESSON)
    accessible(page)
    page.get_by_role("button", name="Save").click()
    page.goto(review)
    accessible(page)
    page.get_by_role("button", name="Publish for all staff").click()

    page.goto(review)
    expect(page.locator("main")).to_contain_text(LESSON)
    expect(page.get_by_text("Published").first).to_be_visible()
    accessible(page)


def then_the_lesson_meets_whoever_writes_the_next_notice(story: Story, log_in: Any, accessible: Any) -> None:
    page = story.page_of(log_in, "manager")
    page.goto("/releases/new/?service=ers")

    expect(page.locator("main")).to_contain_text(LESSON)
    accessible(page)


def moment(page: Page, name: str, day: str, wall: str) -> None:
    page.locator(f"[name={name}_date]").fill(day)
    page.locator(f"[name={name}_time]").fill(wall)
