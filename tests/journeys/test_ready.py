"""A ward says on its own computer that it is ready, and the owner, who looks on, sees it without doing anything."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Contexts

RELEASE = re.compile(r"^/releases/REL-\d+-102/")  # the sample's next e-RS release
SOON_MS = 10_000  # the owner's page asks every 4 seconds


def test_a_ward_confirms_and_the_owner_sees_it_within_seconds(
    new_context: Contexts, log_in: Callable[[Page, str], None], accessible: Callable[[Page], None]
) -> None:
    owner, ward = new_context().new_page(), new_context().new_page()
    log_in(owner, "manager")
    path = next_release(owner)
    owner.goto(path)
    owner.get_by_role("link", name="See who was told and who is missing").click()
    short = owner.locator("#told-in-short")
    before = confirmed(short.inner_text())
    missing = (
        owner.locator("table", has_text="Areas that have not confirmed").locator("a[href^='/areas/']").first
    )
    name, address = missing.inner_text(), str(missing.get_attribute("href"))

    ward.goto(address)
    part = ward.locator("#ready").locator(".app-ready", has_text="15.2")
    expect(part).to_contain_text("Not confirmed")
    part.get_by_text("Read it and confirm").click()
    expect(part).to_contain_text("Finish urgent suspected cancer referrals")
    part.get_by_label("Your role").fill("Nurse in charge")
    part.get_by_role("button", name="Read and ready").click()

    expect(ward.locator("main")).to_contain_text(f"{name} is confirmed")
    expect(short).to_contain_text(f"{before + 1} of ", timeout=SOON_MS)
    answered = owner.locator("table", has_text="Areas that have confirmed").locator("tr", has_text=name)
    expect(answered).to_contain_text("Nurse in charge, on the area's own computer")
    ward.goto(address)
    expect(ward.locator("#ready")).to_contain_text("Confirmed: Nurse in charge")
    for page in (owner, ward):
        accessible(page)


def test_without_javascript_the_same_pages_lead_there(
    new_context: Contexts, accessible: Callable[[Page], None]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/areas/ward-4/")

    page.get_by_role("link", name="Planned work to read and confirm").click()
    part = page.locator(".app-ready", has_text="Server security updates")
    part.get_by_text("Read it and confirm").click()
    part.get_by_label("Your role").fill("Nurse in charge")
    part.get_by_role("button", name="Read and ready").click()
    page.goto("/ready/areas/ward-4/")

    expect(part).to_contain_text("Confirmed: Nurse in charge, on the area's own computer")
    seen = new_context().new_page()  # axe is a script itself
    seen.goto("/ready/areas/ward-4/")
    accessible(seen)


def next_release(page: Page) -> str:
    """Where the sample's next e-RS release stands."""
    page.goto("/releases/")
    links = [str(link.get_attribute("href")) for link in page.locator("main a[href^='/releases/']").all()]
    return next(link for link in links if RELEASE.match(link))


def confirmed(sentence: str) -> int:
    """How many areas have confirmed, of a sentence that says it."""
    found = re.search(r"(\d+) of \d+ areas?", sentence)
    assert found, sentence
    return int(found[1])
