"""What axe finds on a page, without looking twice at what is the same on every page: its style sheets and colours."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The header lays itself out again in the frame after the window became narrower.
WHEN_LAID_OUT = "async () => { for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame); }"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong: saying of every element what is right takes axe three times as long as looking.
AXE = """
async ({ rules, good }) => {
  const sheets = [...document.styleSheets].map((sheet) => sheet.href ?? sheet.ownerNode.textContent).join();
  const isNew = !good.includes(sheets);
  const options = { runOnly: rules, resultTypes: ["violations"], selectors: false, preload: isNew };
  options.rules = { "color-contrast": { enabled: false }, "css-orientation-lock": { enabled: isNew } };
  const { violations } = await axe.run(document, options);
  return [violations, violations.some((rule) => rule.id === "css-orientation-lock") ? [] : [sheets]];
}
"""
# Contrast goes by an element's colours, those behind it, and whether its letters count as large (WCAG 2.2, "large
# scale"); what cannot be used is let off. What lies over something else than its parents is looked at every time.
CONTRAST = """
async ({ good }) => {
  const isBare = (colour) => colour === "transparent" || colour.endsWith(", 0)");
  const holdsText = (element) =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isLetOff = (element) =>
    Boolean(element.closest(":disabled, [aria-disabled='true']") || element.closest("label")?.control?.disabled);
  const looksOf = (element) => {
    const { color, textShadow, fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize) * (fontWeight >= 700 ? 24 / 18.66 : 1);
    const looks = [color, textShadow, size >= 24, isLetOff(element)];
    for (let behind = element; behind; behind = behind.parentElement) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(behind);
      if (position === "absolute" || position === "fixed") return "";
      if (!isBare(backgroundColor)) looks.push(backgroundColor);
      if (backgroundImage !== "none" || opacity !== "1") looks.push(backgroundImage, opacity);
    }
    return looks.join();
  };
  const known = new Set(good);
  const texts = [...document.body.querySelectorAll("*")].filter(holdsText);
  const news = texts.filter((element) => element.getClientRects().length && !known.has(looksOf(element)));
  if (!news.length) return [[], []];
  const options = { runOnly: ["color-contrast"], resultTypes: ["violations", "passes"] };
  const { violations, passes } = await axe.run(news, { ...options, selectors: false, elementRef: true });
  const seen = passes.flatMap((rule) => rule.nodes).map((node) => looksOf(node.element));
  const wrong = violations.map((rule) => ({ ...rule, nodes: rule.nodes.map(({ html }) => ({ html })) }));
  return [wrong, [...new Set(seen)].filter(Boolean)];
}
"""


@dataclass
class Looker:
    """`look(page)`: what axe finds on it, by rule and element."""

    good: set[str] = field(default_factory=set)

    def __call__(self, page: Page) -> list[str]:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = []
        for look in (AXE, CONTRAST):
            wrong, good = page.evaluate(look, {"rules": RULES, "good": list(self.good)})
            found += wrong
            self.good.update(good)
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n  {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]
