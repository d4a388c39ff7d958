/* Opens a page that could not be shown, as soon as it can be: on a screen in a corridor nobody presses "Try again".
 *
 * It asks first and only then loads anew, so that nobody is read the same page from its beginning every time. */
const PACE = 15_000; // ms between two questions
const GONE = 503;

async function look() {
  // It shows that a screen is on, not that a person is there.
  const answer = await fetch(location.href, { cache: "no-store", headers: { "X-Portal-Poll": "1" } }).catch(() => null);
  if (answer && answer.status !== GONE) return location.replace(location.pathname + location.search); // a log-in is not sent twice
  setTimeout(look, PACE);
}

document.getElementById("again").hidden = false;
setTimeout(look, PACE);
