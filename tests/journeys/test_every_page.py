"""Every page on a desktop and a phone: axe is content, no script fails, nothing is foreign or runs off the side.

The board's pages are looked at in the dark, too, and as narrow as a large letter makes them (WCAG 2.2, 1.4.10).

The list is the portal's own addresses, so no page can be forgotten. What is no page says so by its answer: it takes
only sent forms, leads on, or is a file. A page is opened once, on the desktop, then made as narrow as a phone.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Page, ViewportSize

from continuity.core.clock import local, now
from tests.addresses import filled_with, patterns
from tests.journeys.conftest import PATIENCE_MS, Violations, new_contexts
from tests.journeys.looking import SIDEWAYS, WHEN_LAID_OUT
from tests.journeys.stage import LINKED, Enter, Values, linked_from_letters, set_the_stage
from tests.processes.portals import Portal

# Who works in a room; elsewhere it is the administrator. Everybody's pages are opened without log-in too.
YEAR = local(now()).year
KEEPERS = {
    "services": "manager",
    "releases": "manager",
    **dict.fromkeys(("releases/freezes", "releases/rules", "releases/busy-times"), "lead"),
    "intake": "manager",
    "plans": "lead",
    "incidents": "commander",
    "incidents/words": "lead",
    f"incidents/INC-{YEAR}-101/agree/": "safety",
    "exercises": "lead",
    "reviews": "lead",
    "nowhere": "",
}
NOWHERE = "nowhere/"
# The same views once more: searched, with something chosen already, or with a thing in another state.
ALSO = [
    *("?q=record", "releases/?q=e-RS", "releases/new/?service=ers", "incidents/declare/?service=printing"),
    *("releases/calendar/?view=week", "releases/calendar/?view=list&on=2024-10-28"),
    *("releases/REL-2024-071/", "releases/MNT-2024-058/", "releases/MNT-2024-063/", "releases/REL-2024-069/"),
    *(f"releases/REL-{YEAR}-102/", f"releases/MNT-{YEAR}-102/", "releases/<checking>/"),
    *("incidents/INC-2024-011/", "incidents/INC-2024-011/entry/", f"incidents/INC-{YEAR}-102/"),
    *("incidents/report/?area=ward-3&service=printing", "incidents/report/<passed-on>/"),
    *(
        "reviews/<theme>/",
        "reviews/REV-2024-001/",
        "reviews/REV-2024-004/",
        "accounts/people/?q=manager",
        NOWHERE,
    ),
    *("library/?q=e-RS", "library/?since=sometime"),
]
STREAMS = {"live/"}  # never ends
PARTS = {"reports/availability/<slug:key>/"}  # stands on a service's page
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 800}  # also what is left of 1280 at 400%
READERS = re.compile(r"/(|wall/|areas/[^/]+/|services/[^/]+/|incidents/[^/]+/)")
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')

Look = Callable[[Page, str, Violations], Iterator[str]]


def room_of(address: str) -> str:
    return re.split(r"[/?]", address)[0]


WHERE = [where for where, _ in patterns() if where not in STREAMS | PARTS] + ALSO
# Those that letters lead to come last: by then the letters are there, and nobody waits for them.
ROOMS = sorted({room_of(where) for where in WHERE}, key=lambda room: (room in LINKED, room))


@pytest.fixture(scope="module")
def page_of(browser: Browser, portal: Portal, log_in: Callable[[Page, str], None]) -> Iterator[Enter]:
    """`page_of("manager")`: the one page in that person's browser, logged in; without a name the ward computer."""
    pages: dict[str, Page] = {}

    def enter(name: str) -> Page:
        if name not in pages:
            pages[name] = make().new_page()
            if name:
                log_in(pages[name], name)
        return pages[name]

    with new_contexts(browser, portal) as make:
        yield enter


@pytest.fixture(scope="module")
def values(page_of: Enter) -> Values:
    return set_the_stage(page_of)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("room", ROOMS)
def test_every_page_is_for_everybody(
    room: str, page_of: Enter, values: Values, violations: Violations
) -> None:
    known = values | linked_from_letters(page_of, room)

    faults = [
        fault
        for where in WHERE
        if room_of(where) == room
        for page, address, look in visits("/" + filled_with(known, where), page_of)
        for fault in look(page, address, violations)
    ]

    assert not faults, "\n".join(faults)


def visits(address: str, page_of: Enter) -> Iterator[tuple[Page, str, Look]]:
    """Whose browsers shall open an address: its keeper's, and where it shows another page the ward's, on a phone."""
    seen, keeper = "", keeper_of(address[1:])
    for name in dict.fromkeys((keeper, "")):
        answer = page_of(name).request.get(address, max_redirects=0, timeout=PATIENCE_MS)
        shown = TOKEN.sub("", "".join(MAIN.findall(answer.text())))
        if is_page(answer) and (answer.ok or name == keeper) and shown != seen:
            yield page_of(name), address, faults_of if name == keeper else faults_on_a_phone
        seen = shown


def keeper_of(where: str) -> str:
    room = max((room for room in KEEPERS if where.startswith(room)), key=len, default="")
    return KEEPERS.get(room, "admin")


def is_page(answer: APIResponse) -> bool:
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return is_html and answer.status not in {302, 405}


def faults_of(page: Page, address: str, violations: Violations) -> Iterator[str]:
    """What is wrong with a page: opened on a desktop, then turned to a phone as a window is made narrower."""
    page.set_viewport_size(DESKTOP)
    answer = page.goto(address)
    if not answer or not (answer.ok or address == f"/{NOWHERE}"):
        yield f"{address} answers {answer and answer.status}"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{address} has {headings} main headings"
    yield from (f"{address} on a desktop: {said}" for said in [*too_wide(page), *violations(page)])
    page.set_viewport_size(PHONE)
    page.evaluate(WHEN_LAID_OUT)
    yield from (f"{address} on a phone: {said}" for said in [*too_wide(page), *violations(page)])
    if READERS.fullmatch(address):
        yield from (f"{address} in the dark: {said}" for said in in_the_dark(page, violations))


def in_the_dark(page: Page, violations: Violations) -> Iterator[str]:
    """What is wrong with a page for somebody whose screen is dark and whose letters are large."""
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    page.evaluate(WHEN_LAID_OUT)
    yield from [*too_wide(page), *violations(page)]
    page.emulate_media(color_scheme="light")


def faults_on_a_phone(page: Page, address: str, violations: Violations) -> Iterator[str]:
    """What is wrong with a page that is opened on a phone."""
    page.set_viewport_size(PHONE)
    page.goto(address)
    yield from (f"{address} on a phone: {said}" for said in [*too_wide(page), *violations(page)])


def too_wide(page: Page) -> Iterator[str]:
    if (sideways := page.evaluate(SIDEWAYS)) > 0:
        yield f"{sideways} pixels too wide"
