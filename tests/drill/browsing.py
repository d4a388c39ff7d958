"""`python -m tests.drill.browsing ADDRESS`: Chromium with the board and the wall open, until its input ends.

Both run the portal's own scripts, each as if in a browser of its own. About once a second each page is looked at,
and once more in the end; each glance is a line of JSON: a `Glance`. Playwright's loop would stand in the way of a
process that uses the database.
"""

import json
import select
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from playwright.sync_api import Browser, Response, sync_playwright

from continuity.core.processes import wait_until
from tests.drill.looking import CHECKED, OLD
from tests.journeys.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS

PATHS = ("", "wall/")
EVERY_MS = 1_000
LAST_WITHIN = 5.0  # seconds a page has in the end until it is live and shows the last board
CONFIRMS = (200, 304)
# The instant that the newest sign of life names, whatever the page makes of it.
NOTE = """
addEventListener("htmx:sse:before:message", ({ detail: { message } }) => {
  if (message.event === "pulse") window.pulsed = JSON.parse(message.data).checked;
});
"""
SEEN = """
() => ({
  age: document.getElementById("age")?.innerText ?? "",
  board: Boolean(document.getElementById("board")?.innerText.trim()),
  pulsed: window.pulsed ?? "",
})
"""
# Whether a page is live and shows the words that the portal sends to whoever opens it now.
IS_LAST = """
async () => {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  const newest = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = (page) => page.getElementById("board").textContent.replace(/\\s+/g, " ");
  const isLive = document.getElementById("age").classList.contains("app-age--live");
  return isLive && words(document) === words(newest);
}
"""


@dataclass(frozen=True)
class Glance:
    """What stands on a page that stays open."""

    path: str
    age_s: float  # seconds since the newest instant at which, as it was told, the board was checked
    says_old: bool  # whether it says that it is not live
    is_blank: bool = False  # whether it shows no board, or not how old it is
    is_last: bool = False  # whether it shows the last board, and is live; asked in the end only


class Tab:
    """One page, and when the board was checked by what the portal answered it."""

    def __init__(self, chromium: Browser, address: str, path: str) -> None:
        self.path, self.checked = path, ""
        self.page = chromium.new_context(locale="en-GB").new_page()
        self.page.add_init_script(NOTE)
        self.page.on("response", self._hear)
        self.page.goto(f"{address}{path}")
        self.page.locator("#age.app-age--live").wait_for(timeout=PATIENCE_MS)

    def _hear(self, answer: Response) -> None:
        if answer.status in CONFIRMS:
            self.checked = max(self.checked, answer.headers.get(CHECKED.lower(), ""))

    def glance(self) -> Glance:
        seen = self.page.evaluate(SEEN)
        checked = datetime.fromisoformat(max(self.checked, seen["pulsed"]))
        return Glance(
            self.path,
            age_s=(datetime.now(UTC) - checked).total_seconds(),
            says_old=seen["age"].startswith(OLD),
            is_blank=not (seen["age"] and seen["board"]),
        )

    def last_glance(self) -> Glance:
        is_last = wait_until(lambda: bool(self.page.evaluate(IS_LAST)), within=LAST_WITHIN)
        return replace(self.glance(), is_last=is_last)


def main() -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        tabs = [Tab(chromium, sys.argv[1], path) for path in PATHS]
        while not select.select([sys.stdin], [], [], 0)[0]:
            for tab in tabs:
                say(tab.glance())
            tabs[0].page.wait_for_timeout(EVERY_MS)
        for tab in tabs:
            say(tab.last_glance())
        chromium.close()


def say(glance: Glance) -> None:
    sys.stdout.write(json.dumps(asdict(glance)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
