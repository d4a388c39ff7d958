/* Counts down, or up, between two visits of the page: `<span data-counts-from="..." data-counts-to="...">in 12 minutes</span>`.
 *
 * The words come from the server and are right without this; `continuity/core/wording.py` says the same. */
const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

function counted(number, unit) {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

function lengthWords(minutes) {
  const parts = [
    [Math.floor(minutes / DAY), "day"],
    [Math.floor((minutes % DAY) / HOUR), "hour"],
    [minutes % HOUR, "minute"],
  ];
  const shown = minutes < DAY ? parts : parts.slice(0, 1);
  const words = shown.filter(([number]) => number).map(([number, unit]) => counted(number, unit));
  return words.join(" ") || "less than a minute";
}

const seen = new WeakMap();

/* Goes by the server's clock: a ward computer's own may be wrong. */
function count() {
  for (const element of document.querySelectorAll("[data-counts-to]")) {
    if (!seen.has(element)) seen.set(element, performance.now());
    const { countsFrom, countsTo } = element.dataset;
    const left = Date.parse(countsTo) - Date.parse(countsFrom) - (performance.now() - seen.get(element));
    const words = lengthWords(Math.floor(Math.abs(left) / MINUTE));
    element.textContent = left > 0 ? `in ${words}` : `${words} ago`;
  }
}

count();
setInterval(count, MINUTE / 6);
