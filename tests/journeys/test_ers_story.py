"""NHS e-Referral Service Maintenance Release 14.7, from notice to lesson, at its own instants.

A portal of its own, whose clock is set to the days of the story; between two days it is stopped and started again.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.looking import SIDEWAYS, WHEN_LAID_OUT
from tests.processes.portals import Portal

THREE_WEEKS_BEFORE = "2024-10-11T09:00:00+00:00"
JUST_BEFORE = "2024-11-01T15:59:50+00:00"
SERVICE_BACK = "2024-11-02T00:36:00+00:00"
MORNING_AFTER = "2024-11-02T08:30:00+00:00"
OUTAGE = "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"
WORK = "4pm on Friday 1 November to 12:44am on Saturday 2 November 2024"
OUTCOME = "The release was completed successfully. Slot polls were not affected overnight."
LESSON = "3 reminders, at 7 days, 1 day and 2 hours, were enough."
PHONE, DESKTOP = 390, 1280
LIVE_MS = 30_000  # the clock must pass the start of the work
pytestmark = pytest.mark.timeout(600)


class Story:
    """The portal at one of its instants, and people's browsers on it."""

    def __init__(self, browser: Browser, cluster: Path) -> None:
        self.portal, self.browser = Portal.over(cluster), browser
        self.contexts, self.desks = list[BrowserContext](), dict[str, Page]()

    def at(self, instant: str) -> "Story":
        """The same portal with the same records, at another instant."""
        self.close()
        self.portal.start(SAMPLE="on", CLOCK_STARTS_AT=instant).ready()
        return self

    def page_of(self, log_in: Any, name: str = "") -> Page:
        """A person's browser, in which they stay logged in until another instant; without a name the ward computer."""
        if name in self.desks:
            return self.desks[name]
        context = self.browser.new_context(base_url=self.portal.url, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        if name:
            log_in(page, name)
        self.desks[name] = page
        return page

    def close(self) -> None:
        self.leave()
        if self.portal.lines:
            self.portal.stop()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts, self.desks = [], {}

    def discard(self) -> None:
        """Without the patience of a proper stop: nobody begins with what it leaves."""
        self.leave()
        if self.portal.lines:
            self.portal.process.kill()
            self.portal.wait()
        self.portal.discard()


@pytest.fixture
def story(browser: Browser, cluster: Path) -> Iterator[Story]:
    told = Story(browser, cluster)
    yield told
    told.discard()


def test_ers_14_7_goes_from_draft_to_lesson(
    story: Story, log_in: Callable[[Page, str], None], accessible: Callable[[Page], None]
) -> None:
    given_a_rule_that_the_safety_officer_approves(story.at(THREE_WEEKS_BEFORE), log_in)
    ref = given_a_draft_that_was_weighed(story, log_in, accessible)
    given_an_approval_from_another_role(story, log_in, accessible, ref)
    given_a_published_notice_that_areas_confirm(story, log_in, accessible, ref)

    when_the_clock_starts_it(story.at(JUST_BEFORE), log_in, accessible, ref)
    when_the_manager_says_it_is_back(story.at(SERVICE_BACK), log_in, accessible, ref)
    when_it_is_completed_in_the_morning(story.at(MORNING_AFTER), log_in, accessible, ref)
    when_the_lead_publishes_what_was_learned(story, log_in, accessible, ref)

    then_the_lesson_meets_whoever_writes_the_next_notice(story, log_in, accessible)


def given_a_rule_that_the_safety_officer_approves(story: Story, log_in: Any) -> None:
    """The trust asks more of work on services of tier 3 than it does to begin with."""
    page = story.page_of(log_in, "lead")
    page.goto("/releases/rules/3/")
    page.get_by_label("Clinical safety officer").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Clinical safety officer")


def given_a_draft_that_was_weighed(story: Story, log_in: Any, accessible: Any) -> str:
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
    # By itself, without leaving the page: what it costs and what it clashes with.
    cost = page.locator("#weighing")
    expect(cost).to_contain_text("8 hours 36 minutes of 48 hours")
    expect(cost).to_contain_text("Handover, 7:30pm to 8:30pm on Friday 1 November 2024")
    expect(cost.get_by_role("button", name="Take this window")).to_have_count(3)
    at_both_widths(page, accessible)
    and_a_better_window_is_taken_and_given_up(page)
    page.get_by_role("button", name="Save and preview").click()
    page.wait_for_url(re.compile(r"/releases/REL-2024-\d+/$"))
    expect(page.locator("main")).to_contain_text(OUTAGE)
    expect(page.locator("main")).to_contain_text("8 hours 36 minutes")
    at_both_widths(page, accessible)
    page.get_by_role("button", name="Send for review").click()
    expect(page.locator("#agreement")).to_contain_text("Not yet approved")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def and_a_better_window_is_taken_and_given_up(page: Page) -> None:
    """One press moves every time and keeps every word; e-RS 14.7 is not the trust's to move, so it goes back."""
    page.locator("#weighing").get_by_role("button", name="Take this window").first.click()
    expect(page.locator("[name=outage_from_date]")).not_to_have_value("1 November 2024")
    expect(page.locator("[name=work_to_date]")).not_to_have_value("2 November 2024")
    expect(page.get_by_label("Title")).to_have_value("NHS e-Referral Service Maintenance Release 14.7")
    expect(page.locator("#weighing")).not_to_contain_text("Handover, 7:30pm to 8:30pm")
    for name, day, wall in (
        ("outage_from", "1", "4pm"),
        ("outage_to", "2", "12:36am"),
        ("work_to", "2", "12:44am"),
    ):
        moment(page, name, f"{day} November 2024", wall)


def given_an_approval_from_another_role(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page = story.page_of(log_in, "safety")
    page.goto("/releases/")
    page.get_by_role("link", name="NHS e-Referral Service Maintenance Release 14.7").first.click()
    page.goto(f"/releases/{ref}/approve/")
    expect(page.locator("main")).to_contain_text(OUTAGE)
    at_both_widths(page, accessible)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#agreement")).to_contain_text("by Clinical safety officer")


def given_a_published_notice_that_areas_confirm(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page, ward = story.page_of(log_in, "manager"), story.page_of(log_in)
    page.goto(f"/releases/{ref}/")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text(WORK)
    expect(page.locator("main")).to_contain_text("8 hours 44 minutes")
    at_both_widths(page, accessible)
    page.goto(f"/releases/{ref}/told/")
    expect(page.locator("#told-in-short")).to_contain_text("0 of ")
    ward.goto("/ready/areas/booking-centre/")
    part = ward.locator(".app-ready", has_text="Release 14.7")
    part.get_by_text("Read it and confirm").click()
    part.get_by_label("Your role").fill("Booking lead")
    part.get_by_role("button", name="Read and ready").click()
    expect(page.locator("#told-in-short")).to_contain_text("1 of ", timeout=LIVE_MS)
    at_both_widths(page, accessible)
    and_no_other_work_on_the_service(page)


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
    at_both_widths(ward, accessible)
    ward.goto(f"/releases/{ref}/")
    expect(ward.get_by_text("In progress").first).to_be_visible()


def when_the_manager_says_it_is_back(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page, ward = story.page_of(log_in, "manager"), story.page_of(log_in)
    ward.goto("/")
    page.goto(f"/releases/{ref}/")
    page.get_by_role("button", name="Service is back, being checked").click()

    line = ward.locator(".app-board__line", has_text="NHS e-Referral Service (e-RS)").first
    expect(line).to_contain_text("Back and being checked")
    at_both_widths(page, accessible)


def when_it_is_completed_in_the_morning(story: Story, log_in: Any, accessible: Any, ref: str) -> None:
    page = story.page_of(log_in, "manager")
    page.goto(f"/releases/{ref}/complete/")
    page.get_by_label("How it ended, in words for staff").fill(OUTCOME)
    at_both_widths(page, accessible)
    page.locator("main form button").last.click()
    page.wait_for_url(f"**/releases/{ref}/")

    main = page.locator("main")
    expect(main).to_contain_text(OUTCOME)
    # Planned and actual, beside each other: the outage lasted as long as it was planned to.
    expect(main.get_by_role("row").filter(has_text="NHS e-Referral Service")).to_contain_text(
        re.compile(rf"{OUTAGE}.*8 hours 36 minutes.*{OUTAGE}.*8 hours 36 minutes", re.DOTALL)
    )
    at_both_widths(page, accessible)


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
    at_both_widths(page, accessible)
    page.get_by_role("button", name="Save").click()
    page.goto(review)
    at_both_widths(page, accessible)
    page.get_by_role("button", name="Publish for all staff").click()

    page.goto(review)
    expect(page.locator("main")).to_contain_text(LESSON)
    expect(page.get_by_text("Published").first).to_be_visible()
    at_both_widths(page, accessible)


def then_the_lesson_meets_whoever_writes_the_next_notice(story: Story, log_in: Any, accessible: Any) -> None:
    page = story.page_of(log_in, "manager")
    page.goto("/releases/new/")
    page.get_by_label("Title").fill("NHS e-Referral Service Maintenance Release 14.8")
    expect(page.locator("main")).not_to_contain_text(LESSON)
    page.get_by_label("NHS e-Referral Service (e-RS)", exact=True).first.check()

    # By itself, with the work it was learned from, before anything is saved.
    lesson = page.locator("#last-times")
    expect(lesson).to_contain_text("NHS e-Referral Service Maintenance Release 14.7")
    expect(lesson).to_contain_text(LESSON)
    at_both_widths(page, accessible)


def at_both_widths(page: Page, accessible: Any) -> None:
    """On a phone and on a desktop axe finds nothing, and nothing runs off the side."""
    page.wait_for_load_state()
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(WHEN_LAID_OUT)
        accessible(page)
        assert page.evaluate(SIDEWAYS) <= 0, f"{page.url} is too wide at {width}"


def moment(page: Page, name: str, day: str, wall: str) -> None:
    page.locator(f"[name={name}_date]").fill(day)
    page.locator(f"[name={name}_time]").fill(wall)
