"""What is the same on every page is looked at once, and what is wrong is found every time."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.looking import Looker

pytestmark = pytest.mark.xdist_group("portal")  # that worker has a browser
PALE = "<p style='color: #aaa'>Too pale to read</p>"
TURNED = "<style>@media (orientation: portrait) { html { transform: rotate(90deg) } }</style>"
BODY = """
<html lang="en"><head><title>A page</title>{head}</head>
<body><main><h1 style="color: #005eb8">Heading</h1>{more}</main></body></html>
"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def found(look: Looker, page: Page, more: str = "", head: str = "") -> list[str]:
    page.set_content(BODY.format(more=more, head=head))
    return [said.split()[0] for said in look(page)]


def test_letters_that_are_too_pale_are_found_every_time(blank: Page) -> None:
    look = Looker()

    assert found(look, blank) == []
    assert found(look, blank, PALE) == ["color-contrast"]
    assert found(look, blank, PALE) == ["color-contrast"]
    assert found(look, blank) == []


def test_the_same_letters_are_looked_at_again_on_another_ground(blank: Page) -> None:
    look = Looker()
    good = "<div><p style='color: #005eb8'>Read this</p></div>"

    assert found(look, blank, good) == []
    assert found(look, blank, good.replace("<div>", "<div style='background: #003087'>")) == [
        "color-contrast"
    ]
    assert found(look, blank, good.replace("<div>", "<div style='opacity: 0.4'>")) == ["color-contrast"]


def test_what_may_be_used_is_looked_at_though_the_same_was_let_off(blank: Page) -> None:
    look = Looker()
    idle = "<button disabled style='color: #aaa; background: #eee'>Send</button>"

    assert found(look, blank, idle) == []
    assert found(look, blank, idle.replace("disabled", "")) == ["color-contrast"]


def test_what_is_wrong_with_words_and_sheets_is_found_every_time(blank: Page) -> None:
    look = Looker()

    assert found(look, blank) == []
    for _ in range(2):
        assert found(look, blank, "<img src='data:,'>") == ["image-alt"]
        assert found(look, blank, head=TURNED) == ["css-orientation-lock"]
