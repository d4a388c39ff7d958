"""Every page at two widths: axe is content, no script fails, nothing comes from elsewhere or runs off the side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Contexts

OPEN = [
    *("/", "/?q=record", "/wall/", "/areas/", "/areas/{area}/", "/services/", "/services/ers/", "/teams/"),
    *(
        "/plans/",
        "/plans/ers/",
        "/plans/ers/print/",
        "/rota/",
        "/releases/",
        "/releases/?q=e-RS",
    ),
    *(
        "/releases/REL-2024-071/",
        "/releases/MNT-2024-058/",
        "/releases/MNT-2024-063/",
        "/releases/REL-2024-069/",
    ),
    *("/incidents/", "/incidents/INC-2024-011/", "/incidents/report/", "/accounts/login/", "/nowhere/"),
]
LOGGED_IN = [
    *(
        "/incidents/declare/",
        "/incidents/reports/",
        "/incidents/INC-2024-011/",
        "/incidents/INC-2024-011/entry/",
    ),
    *("/releases/new/", "/releases/new/?service=ers", "/releases/REL-2024-071/", "/intake/paste/"),
    *("/reviews/", "/reviews/REV-2024-001/", "/reviews/REV-2024-004/", "/reviews/actions/", "/exercises/"),
    *("/exercises/plan/", "/inbox/", "/inbox/choices/", "/inbox/undelivered/", "/mail/", "/reports/"),
    *("/monitors/", "/monitors/add/", "/monitors/jobs/overnight-slot-poll/", "/accounts/password/"),
    *("/accounts/people/", "/accounts/people/new/", "/accounts/people/manager/", "/services/ers/edit/"),
    *(
        "/services/ers/needs/",
        "/areas/{area}/edit/",
        "/teams/it-desk/edit/",
        "/sites/agh/edit/",
        "/add/service/",
    ),
    *("/add/area/", "/add/team/", "/add/site/", "/rota/add/", "/plans/add/procedure/", "/plans/ers/edit/"),
]
WIDTHS = {"desktop": 1280, "phone": 390}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("name", "paths"), [("", OPEN), ("admin", LOGGED_IN)], ids=["open", "logged-in"])
def test_every_page_is_for_everybody(
    name: str,
    paths: list[str],
    width: str,
    new_context: Contexts,
    log_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
) -> None:
    page = new_context(viewport={"width": WIDTHS[width], "height": 900}).new_page()
    if name:
        log_in(page, name)
    page.goto("/areas/")
    area = str(page.locator("main a[href^='/areas/']").first.get_attribute("href")).split("/")[2]

    too_wide = []
    for path in paths:
        answer = page.goto(path.format(area=area))
        assert answer is not None
        assert answer.status < 400 or path == "/nowhere/", f"{path}: {answer.status}"
        assert page.locator("h1").count() == 1, f"{path} needs one main heading"
        accessible(page)
        if page.evaluate(SIDEWAYS) > 0:
            too_wide.append(path)

    assert too_wide == []
