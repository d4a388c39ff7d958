"""`python -m tests.bench.browser ADDRESS`: Chromium with the board open, which tells when it showed what.

Says `open` once the page is live. For each reference of an incident that it reads it waits until that stands on the
page, and answers with the instant at which it first did (Unix time in seconds). Playwright's loop would stand in the
way of a process that uses the database.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from continuity.core.processes import wait_until
from tests.journeys.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS

PATIENCE = 20.0  # seconds
# Every reference is noted when it is first there, so that nobody need watch for it before it comes.
NOTE = """
() => {
  window.seen = {};
  const look = () => {
    const at = performance.timeOrigin + performance.now();
    for (const [ref] of document.body.textContent.matchAll(/INC-\\d+-\\d+/g)) window.seen[ref] ??= at;
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


def is_there() -> bool:
    """Whether this machine has the browser."""
    return Path(CHROMIUM).exists()


def main() -> None:
    """Open the board and answer, until nothing more is asked."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_page()
        page.goto(sys.argv[1])
        page.locator("#age.app-age--live").wait_for(timeout=PATIENCE_MS)
        page.evaluate(NOTE)
        say("open")
        for line in sys.stdin:
            say(seen_at(page, line.strip()))
        chromium.close()


def seen_at(page: Page, ref: str) -> float:
    """Unix time in seconds at which a reference first stood on the page, which may still be to come."""
    assert wait_until(lambda: bool(page.evaluate("(ref) => ref in window.seen", ref)), within=PATIENCE)
    return float(page.evaluate("(ref) => window.seen[ref]", ref)) / 1000


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
