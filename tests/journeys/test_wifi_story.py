"""The Wi-Fi certificate ran out: from a review that is due to what all staff read, and to the day its factor is back.

The sample's own incident, taken over once more and without its review. Three people hold it, each in a browser of
their own: who facilitates, who does something about it, who approves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from continuity.core.clock import local_day, now
from continuity.core.wording import date_words
from tests.clusters import ROOT
from tests.journeys.changing import Beside
from tests.journeys.conftest import Contexts
from tests.journeys.test_ers_story import at_both_widths

INCIDENTS = ROOT / "continuity" / "intake" / "sample" / "incidents.yaml"
OF_THE_SAMPLE, REF = "INC-2024-011", "INC-2024-911"
DECISION = "Issue a new certificate and not switch the check off."
QUESTIONS = {
    "expected": "A certificate is renewed 30 days before its end.",
    "happened": "It ran out at midnight and 22 wards went to paper.",
    "difference": "Its end stood in one calendar, and nobody looked at that during leave.",
    "change": "A register knows every certificate and rings before its end.",
}
SUMMARY = "The end date of a certificate was in one calendar. A register rings from now on."
KEPT_BY_ONE, LOCAL = "Renewal dates were kept by one person.", "Renewal date in one calendar"
NIGHT_TEAM = "The night team did not know that alerts stop with Wi-Fi."
ACTION = "Put every certificate in a register that rings at 60, 30 and 7 days"
EVIDENCE = "The register holds 214 certificates. A test rang on Monday."
AGAIN = "Wi-Fi for visitors is down: its certificate ran out"
Accessible = Callable[[Page], None]
pytestmark = pytest.mark.timeout(600)


@dataclass
class Cast:
    """Everybody's page, and the references of what came about."""

    lead: Page
    manager: Page
    approver: Page
    review: str = ""
    action: str = ""
    again: str = ""


@pytest.fixture
def cast(beside: Beside, tmp_path: Path, new_context: Contexts, log_in: Callable[[Page, str], None]) -> Cast:
    file = tmp_path / "incidents.yaml"
    file.write_text(the_incident_without_its_review())
    beside.import_records(file)
    lead, manager, approver = (new_context().new_page() for _ in range(3))
    people = Cast(lead, manager, approver)
    for page, name in ((people.lead, "lead"), (people.manager, "manager"), (people.approver, "admin")):
        log_in(page, name)
    return people


def the_incident_without_its_review() -> str:
    record = INCIDENTS.read_text().partition(f"  - ref: {OF_THE_SAMPLE}")[2].partition("    review:")[0]
    return f"incidents:\n  - ref: {REF}{record}"


def test_a_review_goes_from_due_to_published_and_its_factor_comes_back(
    cast: Cast, accessible: Accessible
) -> None:
    given_a_review_that_is_due(cast)
    given_its_text(cast, accessible)
    given_factors_and_no_culprit(cast)
    given_an_action_with_an_owner(cast, accessible)

    when_somebody_else_approves_it(cast, accessible)
    when_the_action_is_done_and_somebody_else_checks(cast, accessible)
    when_the_same_thing_happens_again(cast)

    then_the_portal_asks_and_the_facilitator_confirms(cast, accessible)
    then_the_new_incident_and_the_old_action_say_so(cast, accessible)


def given_a_review_that_is_due(cast: Cast) -> None:
    page = cast.lead
    page.get_by_role("link", name="Reviews", exact=True).first.click()
    owed = page.get_by_role("row").filter(has_text=REF)
    expect(owed).to_contain_text("9 November 2024")
    expect(owed).to_contain_text("Overdue")
    owed.get_by_role("link", name="Start the review").click()
    page.get_by_role("button", name="Start the review").click()
    page.wait_for_url(re.compile(r"/reviews/REV-\d+-\d+/$"))
    cast.review = page.url

    expect(page.locator("main")).to_contain_text("Its timeline is filled in.")
    page.get_by_role("link", name="Name who facilitates").click()
    page.get_by_label("Who facilitates the review?").select_option("lead")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Facilitated by Continuity lead")
    moment = page.get_by_role("listitem").filter(has_text=DECISION)
    moment.get_by_role("button", name="Key moment").click()
    expect(moment.get_by_role("button", name="Not a key moment")).to_be_visible()


def given_its_text(cast: Cast, accessible: Accessible) -> None:
    page = cast.lead
    page.get_by_role("link", name="Hold the review").click()
    expect(page.locator("main")).to_contain_text(DECISION)
    for name, text in QUESTIONS.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Save, and show what others wrote").click()
    expect(page.locator("main")).to_contain_text("Saved by Continuity lead at ")
    at_both_widths(page, accessible)
    page.get_by_role("link", name="Back to the review").click()
    write(page, "Summary for all staff", {"summary": SUMMARY})
    write(page, "Effect on patients and staff", {"effect": "22 wards used paper overnight. No lasting harm."})
    write(
        page, "What went well, and where we were lucky", {"went_well": "Wards were on paper in 10 minutes."}
    )
    at_both_widths(page, accessible)


def given_factors_and_no_culprit(cast: Cast) -> None:
    page = cast.lead
    add_factor(page, NIGHT_TEAM, heading="People", accepted_why="The register keeps it from happening.")
    page.get_by_role("button", name="Send to the approver").click()
    expect(page.locator("main")).to_contain_text("People is the only heading that hindered.")
    page.goto(cast.review)
    add_factor(page, KEPT_BY_ONE, heading="Organisation", named=LOCAL)

    expect(page.locator("main")).to_contain_text(f"Add an action, or say why nothing is done: {KEPT_BY_ONE}")


def given_an_action_with_an_owner(cast: Cast, accessible: Accessible) -> None:
    page = cast.lead
    page.get_by_role("link", name=f"Add an action about: {KEPT_BY_ONE}").click()
    page.get_by_label("What will be done?").fill(ACTION)
    page.locator("[name=owner]").select_option("manager")
    page.get_by_label("Due by").fill(date_words(local_day(now()) + timedelta(days=60)))
    page.get_by_label("Strong: removes the hazard").check()
    page.get_by_label("How will we know?").fill("A test rings.")
    page.get_by_role("button", name="Propose the action").click()
    page.get_by_role("button", name="Send to the approver").click()

    expect(page.locator("main")).to_contain_text("You wrote in this review. Somebody else must approve it.")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    at_both_widths(page, accessible)


def when_somebody_else_approves_it(cast: Cast, accessible: Accessible) -> None:
    page = cast.approver
    page.get_by_role("link", name="Reviews", exact=True).first.click()
    waiting = page.get_by_role("row").filter(has_text=REF).filter(has_text="With the approver")
    waiting.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(QUESTIONS["difference"])
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main")).to_contain_text("Approved by Portal administrator")
    cast.lead.goto(cast.review)
    cast.lead.get_by_role("button", name="Publish for all staff").click()

    expect(cast.lead.get_by_text("Published").first).to_be_visible()
    expect(cast.lead.locator("main")).to_contain_text(SUMMARY)
    at_both_widths(cast.lead, accessible)


def when_the_action_is_done_and_somebody_else_checks(cast: Cast, accessible: Accessible) -> None:
    page = cast.manager
    page.get_by_role("link", name="Actions from reviews").click()
    mine = page.get_by_role("table").filter(has_text="Yours, to do or to check")
    mine.get_by_role("link", name=ACTION).click()
    cast.action = page.url
    page.get_by_role("button", name="Accept the action").click()
    page.get_by_role("button", name="Begin it").click()
    page.get_by_role("button", name="It is done").click()
    page.get_by_label("How can anybody see that it is done?").fill(EVIDENCE)
    page.get_by_role("button", name="It is done").click()
    expect(page.locator("main")).to_contain_text("It is done, and waits to be checked.")
    expect(page.get_by_role("button", name="It is done: checked")).to_have_count(0)

    page = cast.lead
    page.get_by_role("link", name="Actions from reviews").click()
    page.get_by_role("link", name=ACTION).click()
    expect(page.locator("main")).to_contain_text(EVIDENCE)
    at_both_widths(page, accessible)
    page.get_by_role("button", name="It is done: checked").click()
    expect(page.locator("main")).to_contain_text("Checked and done")


def when_the_same_thing_happens_again(cast: Cast) -> None:
    page = cast.manager
    page.goto("/incidents/declare/?service=wifi")
    page.get_by_label("What is wrong?").fill(AGAIN)
    page.get_by_label("One area, or a service with a workaround").check()
    page.get_by_label("Today", exact=True).check()
    page.get_by_role("button", name="Declare the incident").click()
    page.wait_for_url(re.compile(r"/incidents/INC-\d+-\d+/$"))
    cast.again = page.url
    # Whoever works on it reads at once what was learned the last time.
    expect(page.locator("main")).to_contain_text(SUMMARY)
    page.get_by_role("button", name="Fixed").last.click()

    expect(page.locator("main")).to_contain_text("Use it")


def then_the_portal_asks_and_the_facilitator_confirms(cast: Cast, accessible: Accessible) -> None:
    page = cast.lead
    page.goto(cast.again)
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("button", name="Start the review").click()
    add_factor(
        page, "The visitors' certificate was in nobody's register.", heading="Organisation", local=LOCAL
    )
    asked = page.locator(".nhsuk-inset-text", has_text="Did this come back?")
    expect(asked).to_contain_text(f"{LOCAL} on ")
    at_both_widths(page, accessible)
    asked.get_by_role("button", name="It came back").click()

    expect(came_back(page)).to_contain_text(ACTION)


def then_the_new_incident_and_the_old_action_say_so(cast: Cast, accessible: Accessible) -> None:
    for address in (cast.again, cast.action):
        page = cast.manager
        page.goto(address)
        expect(came_back(page)).to_contain_text(f"{LOCAL} on ")
        at_both_widths(page, accessible)
    came_back(cast.manager).get_by_role("link", name=AGAIN).click()
    expect(cast.manager.locator("h1")).to_contain_text(AGAIN)


def write(page: Page, part: str, texts: dict[str, str]) -> None:
    """Fill one page of a review, reached from its list of tasks."""
    page.get_by_role("link", name=part, exact=True).click()
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text=part)).to_contain_text("Done")


def add_factor(
    page: Page, text: str, *, heading: str, local: str = "", named: str = "", accepted_why: str = ""
) -> None:
    page.get_by_role("link", name="Add a factor", exact=True).click()
    page.get_by_label("What was it?").fill(text)
    page.get_by_label(heading, exact=True).check()
    if local:
        page.get_by_label("Local factor", exact=False).first.select_option(label=local)
    if named:
        page.get_by_text("Name a new local factor").click()
        page.get_by_label("New local factor").fill(named)
    page.get_by_label("It hindered").check()
    if accepted_why:
        page.get_by_label("Reason for doing nothing about it").fill(accepted_why)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text(text)


def came_back(page: Page) -> Locator:
    return page.locator(".nhsuk-inset-text", has_text="Came back")
