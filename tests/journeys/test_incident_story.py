"""The maternity record is down: from a ward's report to the closed record, each in a browser of their own.

Nobody reloads anything: what one of them does the others see in the incident room, and the ward on its board.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Contexts
from tests.journeys.test_ers_story import at_both_widths

SERVICE, PROCEDURE = "Maternity record", "If the maternity record is down"
WRONG = "No pregnancy record opens"
DO_NOW = "Use the paper labour pack, and 2 hand-written bands a baby."
CAUSE = "The supplier lost a data centre and moves to the other one."
BACK = "The supplier moved to its other data centre."
STEPS = (
    "Ask the woman for her phone app or paper summary.",
    "Use the paper labour pack and partogram from the downtime box.",
    "Write risk factors and blood group on the front of the pack.",
    "Ring the laboratory for blood group and antibody results.",
    "Register babies with downtime numbers and hand-written bands, 2 to a baby.",
    "Enter births the same day the record returns.",
)
Accessible = Callable[[Page], None]
CLOCK = r"([\d:]+[ap]m|midday|midnight)"
pytestmark = pytest.mark.timeout(600)


@dataclass
class Cast:
    """Everybody's page; the ward has its board and its own area open beside each other."""

    board: Page
    area: Page
    manager: Page
    commander: Page
    safety: Page
    ref: str = ""

    @property
    def line(self) -> Locator:
        """What the ward reads about the service on the board."""
        return self.board.locator("#service-maternity")


@pytest.fixture
def cast(new_context: Contexts, log_in: Callable[[Page, str], None]) -> Cast:
    ward = new_context()
    manager, commander, safety = (new_context().new_page() for _ in range(3))
    people = Cast(ward.new_page(), ward.new_page(), manager, commander, safety)
    for page, name in (
        (people.board, "clinician"),
        (people.manager, "manager"),
        (people.commander, "commander"),
        (people.safety, "safety"),
    ):
        log_in(page, name)
    return people


def test_an_incident_goes_from_the_wards_report_to_the_closed_record(
    cast: Cast, accessible: Accessible
) -> None:
    given_the_ward_reported_it(cast, accessible)
    given_the_duty_manager_declared_it(cast, accessible)

    when_the_duty_manager_accepts_command(cast)
    when_both_follow_the_downtime_procedure(cast, accessible)
    when_staff_are_told_twice(cast, accessible)
    when_the_commander_takes_over(cast, accessible)
    when_a_workaround_holds(cast)
    when_the_service_is_back(cast, accessible)
    when_the_paper_is_entered_and_clinical_safety_agrees(cast, accessible)
    when_the_areas_are_told_one_by_one(cast)

    then_the_record_closes_and_all_see_it(cast, accessible)


def given_the_ward_reported_it(cast: Cast, accessible: Accessible) -> None:
    cast.board.goto("/incidents/report/?area=labour&service=maternity")
    at_both_widths(cast.board, accessible)
    cast.board.get_by_label("What is wrong?").fill(WRONG)
    cast.board.get_by_role("button", name="Report the problem").click()
    expect(cast.board.locator("h1")).to_have_text("New: passed on")
    expect(cast.board.locator("main")).to_contain_text("The duty manager has your report now.")
    at_both_widths(cast.board, accessible)
    cast.board.goto("/")
    cast.area.goto("/areas/labour/")


def given_the_duty_manager_declared_it(cast: Cast, accessible: Accessible) -> None:
    page = cast.manager
    page.goto("/incidents/reports/")
    card = page.locator(".nhsuk-card", has_text=SERVICE)
    expect(card).to_contain_text(WRONG)
    card.get_by_role("button", name="Declare an incident").click()
    expect(page.get_by_label("What is wrong?")).to_have_value(f"{WRONG} (Labour ward)")
    at_both_widths(page, accessible)
    page.get_by_label("Many areas, or a service that care depends on").check()
    page.get_by_label("Within the hour").check()
    page.get_by_label("What should staff do now?").fill(DO_NOW)
    page.get_by_role("button", name="Declare the incident").click()
    page.wait_for_url(re.compile(r"/incidents/INC-\d+-\d+/$"))
    cast.ref = page.url.rstrip("/").rsplit("/", 1)[1]

    expect(cast.line).to_contain_text("Down")
    expect(cast.line).to_contain_text(re.compile(rf"Since {CLOCK}, next update by {CLOCK}"))
    expect(cast.area.locator("#service-maternity")).to_contain_text("What to do now")
    at_both_widths(cast.board, accessible)
    at_both_widths(page, accessible)


def when_the_duty_manager_accepts_command(cast: Cast) -> None:
    cast.commander.goto("/incidents/")
    cast.commander.get_by_role("link", name=WRONG).first.click()
    cast.commander.get_by_role("link", name="Incident room").click()
    cast.manager.get_by_role("link", name="Incident room").click()
    for page in (cast.commander, cast.manager):
        expect(page.locator("#room-age.app-age--live")).to_be_visible()
        expect(panel(page, "state")).to_contain_text("Nobody runs this incident.")
    panel(cast.commander, "roles").get_by_role("button", name="Offer to IT manager").click()
    mine = panel(cast.manager, "roles")
    expect(mine).to_contain_text("On-call manager asks you to be Incident manager.")
    mine.get_by_role("button", name="Accept").click()

    expect(mine).to_contain_text("IT manager (you), since")
    expect(panel(cast.commander, "roles")).to_contain_text("IT manager, since")
    for page in (cast.commander, cast.manager):
        expect(panel(page, "state")).not_to_contain_text("Nobody runs this incident.")
        expect(panel(page, "story")).to_contain_text("Accepted the role: Incident manager")


def when_both_follow_the_downtime_procedure(cast: Cast, accessible: Accessible) -> None:
    panel(cast.manager, "procedures").get_by_role("button", name=f"Start: {PROCEDURE}").click()
    for page in (cast.manager, cast.commander):
        procedures = panel(page, "procedures")
        expect(procedures).to_contain_text("0 of 6 steps are settled.")
        procedures.get_by_role("link", name=PROCEDURE).click()
        expect(page.locator("h1")).to_contain_text(PROCEDURE)
    tick(cast.manager, 0)
    expect(cast.commander.locator("#course")).to_have_text("1 of 6 steps is settled.")
    tick(cast.commander, 1)
    expect(cast.manager.locator("#course")).to_have_text("2 of 6 steps are settled.")
    for step in (2, 3, 4):
        tick(cast.manager, step)
    expect(cast.commander.locator("#course")).to_have_text("5 of 6 steps are settled.")
    at_both_widths(cast.commander, accessible)


def when_staff_are_told_twice(cast: Cast, accessible: Accessible) -> None:
    for page in (cast.manager, cast.commander):
        page.get_by_role("link", name="Room", exact=True).first.click()
    panel(cast.manager, "promise").get_by_role("button", name="Post an update").click()
    page = cast.manager
    page.get_by_label("What happened?").fill(CAUSE)
    page.get_by_label("What does it mean for staff?").fill("Records do not open. Nothing is lost.")
    expect(page.get_by_label("What do staff do now?")).to_have_value(DO_NOW)
    at_both_widths(page, accessible)
    page.get_by_role("button", name="Publish the update").click()
    expect(panel(cast.commander, "look")).to_contain_text(CAUSE)
    panel(cast.commander, "look").get_by_role("button", name="It is right").click()
    expect(panel(page, "look")).to_contain_text("On-call manager: it is right")
    panel(cast.commander, "promise").get_by_role("button", name="No change").click()

    expect(panel(page, "story")).to_contain_text("No change since the last update.")
    expect(cast.line).to_contain_text("Said by On-call manager")
    at_both_widths(cast.commander, accessible)


def when_the_commander_takes_over(cast: Cast, accessible: Accessible) -> None:
    page = cast.manager
    panel(page, "roles").get_by_role("link", name=re.compile("^Hand over")).click()
    expect(page.get_by_label("Situation")).to_have_value(re.compile(CAUSE))
    receiver = page.locator("[name=to] option", has_text="On-call manager").get_attribute("value")
    page.get_by_label("Who takes over?").select_option(receiver)
    at_both_widths(page, accessible)
    page.get_by_role("button", name="Hand over").click()
    offered = panel(cast.commander, "roles")
    expect(offered).to_contain_text("IT manager hands over to you: Incident manager.")
    offered.get_by_role("link", name="Read the briefing and answer").click()
    expect(cast.commander.locator("main")).to_contain_text(CAUSE)
    at_both_widths(cast.commander, accessible)
    cast.commander.get_by_role("button", name="Accept the handover").click()

    expect(panel(page, "roles")).to_contain_text("On-call manager, since")
    expect(panel(cast.commander, "roles")).to_contain_text("On-call manager (you), since")


def when_a_workaround_holds(cast: Cast) -> None:
    panel(cast.commander, "state").get_by_role("button", name="A workaround is in place").click()

    for page in (cast.commander, cast.manager):
        expect(panel(page, "state")).to_contain_text("Workaround in place")
    expect(cast.line).to_contain_text(re.compile(r"Since .*, a workaround is in place, next update by"))
    expect(cast.area.locator("#news")).to_contain_text("A workaround is in place.")


def when_the_service_is_back(cast: Cast, accessible: Accessible) -> None:
    panel(cast.commander, "state").get_by_role("button", name="The service is back").click()
    cast.commander.get_by_label("What was done, in words for staff").fill(BACK)
    at_both_widths(cast.commander, accessible)
    cast.commander.get_by_role("button", name="The service is back").click()

    for page in (cast.commander, cast.manager):
        expect(panel(page, "state")).to_contain_text("Catching up")
        expect(panel(page, "areas")).to_contain_text("2 of 2 still on paper.")
    expect(cast.line).to_contain_text("Back, but stay on paper until your area is told")
    expect(cast.line).to_contain_text("2 of 2 areas are still on paper")
    expect(cast.area.locator("#board")).to_contain_text(
        f"{SERVICE}: Back, but stay on paper until your area is told"
    )
    at_both_widths(cast.area, accessible)


def when_the_paper_is_entered_and_clinical_safety_agrees(cast: Cast, accessible: Accessible) -> None:
    panel(cast.manager, "procedures").get_by_role("link", name=PROCEDURE).click()
    tick(cast.manager, 5)
    cast.manager.get_by_role("button", name="Complete").click()
    expect(cast.manager.locator("#run")).to_contain_text("Completed")
    cast.manager.get_by_role("link", name="Room", exact=True).first.click()
    expect(panel(cast.commander, "story")).to_contain_text("Procedure completed")
    expect(panel(cast.commander, "state")).to_contain_text("Clinical safety has not agreed")
    cast.safety.goto(f"/incidents/{cast.ref}/room/")
    at_both_widths(cast.safety, accessible)
    panel(cast.safety, "state").get_by_role("button", name="I agree for clinical safety").click()

    for page in (cast.commander, cast.manager, cast.safety):
        expect(panel(page, "state")).to_contain_text("Clinical safety agreed to the return to use")


def when_the_areas_are_told_one_by_one(cast: Cast) -> None:
    areas = panel(cast.commander, "areas")
    areas.get_by_label("Labour ward").check()
    areas.get_by_role("button", name="Tell these areas").click()
    for page in (cast.commander, cast.manager, cast.safety):
        expect(panel(page, "areas")).to_contain_text("1 of 2 still on paper.")
    expect(cast.area.locator("#board")).to_contain_text(f"{SERVICE}: Use it")
    expect(cast.line).to_contain_text("1 of 2 areas is still on paper")
    areas.get_by_label("Postnatal ward").check()
    areas.get_by_role("button", name="Tell these areas").click()
    expect(panel(cast.manager, "areas")).to_contain_text("Every area was told.")
    expect(panel(cast.manager, "story")).to_contain_text("Areas told: use it")


def then_the_record_closes_and_all_see_it(cast: Cast, accessible: Accessible) -> None:
    page = cast.commander
    panel(page, "state").get_by_role("button", name="Stand down").click()
    expect(page.locator("h1")).to_contain_text("Stand down")
    page.get_by_role("button", name="Stand down").click()
    expect(panel(cast.manager, "state")).to_contain_text("Stood down")
    expect(cast.board.locator("#restored")).to_contain_text(WRONG)
    expect(cast.line).not_to_contain_text("paper")
    panel(page, "state").get_by_role("link", name="Say whether patients may have come to harm.").click()
    for question in ("May patients have come to harm?", "Was data lost or seen?"):
        page.get_by_role("group", name=question).get_by_label("None").check()
    page.get_by_role("button", name="Save").click()
    panel(page, "state").get_by_role("button", name="Close the record").click()

    for other in (page, cast.manager, cast.safety):
        expect(panel(other, "state")).to_contain_text("Closed")
        expect(panel(other, "story")).to_contain_text("Closed")
    at_both_widths(cast.manager, accessible)
    cast.board.get_by_role("link", name=WRONG).first.click()
    expect(cast.board.locator("main")).to_contain_text("Use it as usual.")
    expect(cast.board.locator("main")).to_contain_text(BACK)
    at_both_widths(cast.board, accessible)


def panel(page: Page, name: str) -> Locator:
    """One part of the incident room."""
    return page.locator(f"#panel-{name}")


def tick(page: Page, step: int) -> None:
    """A step is done, seen by whoever did it."""
    page.get_by_role("button", name=f"Done: {STEPS[step]}").click()
    expect(page.get_by_role("listitem").filter(has_text=STEPS[step])).to_contain_text("Take back")
