"""Somebody in the incident room types the next line while the last is still being saved."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, ViewportSize, expect

from tests.journeys.conftest import Contexts

PHONE: ViewportSize = {"width": 390, "height": 800}
REF = re.compile(r"/incidents/(INC-\d{4}-\d+)/")


def in_the_room(page: Page, log_in: Callable[[Page, str], None]) -> None:
    log_in(page, "manager")
    page.goto("/incidents/")
    found = REF.search(page.locator("main").inner_html())
    assert found
    page.goto(f"/incidents/{found[1]}/room/")
    expect(page.locator("#room-age")).to_have_text("Live")


def test_what_is_typed_while_a_line_is_saved_stays(page: Page, log_in: Callable[[Page, str], None]) -> None:
    in_the_room(page, log_in)
    words = page.locator("#note [name=text]")

    def slowly(route: Route) -> None:
        words.fill("Rang the second ward.")
        route.continue_()

    page.route("**/entry/", slowly, times=1)
    words.fill("Rang the first ward.")
    words.press("Enter")

    story = page.locator("#panel-story")
    expect(story).to_contain_text("Rang the first ward.")
    expect(page.locator(".app-saving--saved")).to_be_visible()
    expect(words).to_have_value("Rang the second ward.")
    words.press("Enter")
    expect(story).to_contain_text("Rang the second ward.")
    expect(words).to_have_value("")

    def impatiently(route: Route) -> None:
        words.fill("Rang the fourth ward.")
        words.press("Enter")
        route.continue_()

    page.route("**/entry/", impatiently, times=1)
    words.fill("Rang the third ward.")
    words.press("Enter")

    for words_said in ("Rang the third ward.", "Rang the fourth ward."):
        expect(story.get_by_text(words_said, exact=True)).to_have_count(1)
    expect(words).to_have_value("")


def test_a_double_click_counts_once_and_what_is_chosen_meanwhile_is_sent_too(
    page: Page, log_in: Callable[[Page, str], None]
) -> None:
    in_the_room(page, log_in)
    form, story, sent = page.locator("#note form"), page.locator("#panel-story"), list[Request]()
    page.on("request", lambda asked: sent.append(asked) if asked.method == "POST" else None)
    kinds = form.locator("[name=kind]")

    form.locator("[name=text]").fill("Rang switchboard.")
    form.get_by_role("button").dblclick()
    expect(story.get_by_text("Rang switchboard.", exact=True)).to_have_count(1)
    page.wait_for_timeout(500)
    assert len(sent) == 1

    def otherwise(route: Route) -> None:
        kinds.select_option(index=2)
        form.get_by_role("button").click(no_wait_after=True)
        route.continue_()

    page.route("**/entry/", otherwise, times=1)
    form.locator("[name=text]").fill("Pagers are out.")
    form.get_by_role("button").click()
    expect(story.get_by_text("Pagers are out.", exact=True)).to_have_count(2)
    assert len(sent) == 3


def test_what_became_of_a_line_is_said_under_its_button(
    new_context: Contexts, log_in: Callable[[Page, str], None]
) -> None:
    page, other = new_context(viewport=PHONE).new_page(), new_context().new_page()
    for each in (page, other):
        in_the_room(each, log_in)
    form, story = page.locator("#note form"), page.locator("#panel-story")

    def says(words: str) -> None:
        expect(form.locator(".app-saving")).to_have_text(re.compile(f"^{words}"))
        expect(page.locator(".app-saving")).to_be_in_viewport(ratio=1)

    page.route("**/entry/", lambda route: route.fulfill(status=503))
    form.locator("[name=text]").fill("Rang the porters.")
    form.get_by_role("button").click()
    says("Not saved yet, trying again$")
    page.unroute("**/entry/")
    says("Saved ")
    other.locator("#note [name=text]").fill("Rang the catering team.")
    other.locator("#note form").get_by_role("button").click()
    expect(story).to_contain_text("Rang the catering team.")
    says("Saved ")

    page.context.clear_cookies()
    form.locator("[name=text]").fill("Rang the laundry.")
    form.get_by_role("button").click()
    says("Not saved. You may be logged out")
