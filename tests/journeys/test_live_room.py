"""An open incident room says whether it is live, and never longer than it is."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Contexts
from tests.journeys.test_writing_on import in_the_room

NOT_LIVE = re.compile(
    r"^Not live\. Last confirmed .+, less than a minute ago\. What you write is kept and sent again$"
)
GREEN = re.compile("app-age--live")
SOON_MS = 4_000  # before a sign of life or a question of its own is due
ENDED_MS = 30_000  # a stream outlives a log-out by a quarter of a minute


def test_a_room_whose_question_is_refused_is_not_live_until_one_is_answered(
    new_context: Contexts, log_in: Callable[[Page, str], None]
) -> None:
    page, other = new_context().new_page(), new_context().new_page()
    for each in (page, other):
        in_the_room(each, log_in)
    age, story = page.locator("#room-age"), page.locator("#panel-story")
    expect(age).to_have_class(GREEN)

    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers={"Retry-After": "5"}, body="The database is gone.")

    page.route("**/room/parts/**", refuse)
    other.locator("#note [name=text]").fill("Rang the site office.")
    other.locator("#note form").get_by_role("button").click()
    expect(age).to_have_text(NOT_LIVE)
    expect(age).not_to_have_class(GREEN)
    page.unroute("**/room/parts/**")

    expect(age).to_have_text("Live")
    expect(age).to_have_class(GREEN)
    expect(story).to_contain_text("Rang the site office.")


def test_a_room_in_which_nothing_can_be_saved_is_not_live(
    page: Page, log_in: Callable[[Page, str], None]
) -> None:
    in_the_room(page, log_in)
    form, age = page.locator("#note form"), page.locator("#room-age")

    page.route("**/incidents/**", lambda route: route.fulfill(status=503))
    form.locator("[name=text]").fill("Rang the estates team.")
    form.get_by_role("button").click()

    expect(age).to_have_text(NOT_LIVE, timeout=SOON_MS)
    page.unroute("**/incidents/**")
    expect(form.locator(".app-saving--saved")).to_be_visible()
    expect(age).to_have_text("Live")


def test_a_room_whose_reader_logged_out_is_not_live(page: Page, log_in: Callable[[Page, str], None]) -> None:
    in_the_room(page, log_in)
    age, other = page.locator("#room-age"), page.context.new_page()
    expect(age).to_have_class(GREEN)

    other.goto("/incidents/")
    other.get_by_role("button", name="Log out").click()
    page.bring_to_front()

    expect(age).to_contain_text("You are logged out", timeout=ENDED_MS)
    expect(age).not_to_have_class(GREEN)
