/* Keeps an open page true, and honest about how old it is.
 *
 * Of all tabs of a browser that show the same, one visible tab holds the stream and passes on what it hears: a
 * browser allows six connections to a host, and eight open boards must not use them up. A tab that hears nothing
 * for a while asks by itself, with the ETag of what it has. */
const SILENCE = 25_000; // ms without a sign of life after which a tab asks by itself; the server's pulse is 10 s
const POLL = 15_000; // ms between two questions
const STALE = 45_000; // ms since the board was last known to be true after which the page says so
const TICK = 5_000; // ms between two looks at the clock
const HOUR = 3_600_000;
const HELLO = "hello"; // what a tab says to the one that holds the stream

const live = document.getElementById("live");
const address = live.dataset.live;
const siblings = new BroadcastChannel(`live ${address}`);
const age = document.getElementById("age"); // on pages of the board; all others say only when their news is old
const bannerAge = document.getElementById("banner-age");
const printed = document.getElementById("printed");

let serverAhead = Date.parse(live.dataset.now) - Date.now();
let checkedAt = Date.parse((age ?? bannerAge).dataset.checked);
let isUnsure = false; // the server says that it cannot check
let heardAt = 0;
let told = null; // the last sign of life
let askedAt = 0;
let triedAt = 0;
let tag = ""; // of what this page shows: a stream need not begin with it, and a poll has it only once
let leading = false;
let stepDown = () => {};
let wasStale = age ? age.classList.contains("app-age--stale") : !bannerAge.hidden;
let saidLast = document.getElementById("news")?.dataset.spoken;

const serverNow = () => Date.now() + serverAhead;
const isSilent = () => Date.now() - heardAt > SILENCE;

function hold(shown) {
  tag = shown ?? "";
  live.setAttribute("hx-headers", JSON.stringify(tag ? { "Last-Event-ID": tag } : {}));
}

hold(document.getElementById("board")?.dataset.tag);

/* --- One tab holds the stream --- */

async function takeTurn() {
  if (document.hidden || leading) return;
  if (!navigator.locks) return lead(); // a page without a secure origin: each visible tab streams for itself
  const waiting = new AbortController();
  stepDown = () => waiting.abort();
  const turn = () => new Promise((resolve) => { stepDown = resolve; lead(); });
  await navigator.locks.request(`live ${address}`, { signal: waiting.signal }, turn).catch(() => {});
}

function lead() {
  leading = true;
  open();
}

/* Does nothing while a stream is open. */
function open() {
  triedAt = Date.now();
  live.dispatchEvent(new Event("live-open"));
}

document.addEventListener("visibilitychange", async () => {
  if (document.hidden) {
    leading = false;
    stepDown();
  } else {
    takeTurn();
    await ask();
    tick();
  }
});

/* The extension wakes a paused stream when its tab is seen again; another tab may hold the stream by then. */
live.addEventListener("htmx:sse:before:connection", (event) => {
  if (!leading) event.preventDefault();
  event.detail.connection.lastEventId = tag; // a poll may have shown something newer than the stream's last
});

live.addEventListener("htmx:sse:before:message", (event) => {
  const { data, event: name, id } = event.detail.message;
  siblings.postMessage({ data, name, id });
  heed({ data, name, id });
});

siblings.addEventListener("message", ({ data: { data, name, id } }) => {
  if (leading && name === HELLO) return sayItLives();
  if (leading || name === HELLO) return;
  heed({ data, name, id });
  if (!name) show(data);
});

/* A tab that was just opened need not wait for the next sign of life. */
function sayItLives() {
  if (!told || isSilent()) return;
  const now = new Date(serverNow()).toISOString();
  siblings.postMessage({ data: JSON.stringify({ ...told, now }), name: "pulse" });
}

function heed({ data, name, id }) {
  heardAt = Date.now();
  if (name === "pulse") {
    told = JSON.parse(data);
    serverAhead = Date.parse(told.now) - Date.now();
    if (told.checked) checkedAt = Date.parse(told.checked);
    isUnsure = !told.live;
    tick();
  } else if (!name) {
    hold(id);
  }
}

function show(text) {
  return htmx.swap({ text, target: live, sourceElement: live, swap: "innerMorph" });
}

/* --- Asking, where nothing is heard --- */

async function ask() {
  if (Date.now() - askedAt < TICK) return;
  askedAt = Date.now();
  const shown = tag;
  const headers = { Accept: "text/html", "X-Portal-Poll": "1", ...(tag && { "If-None-Match": `"${tag}"` }) };
  try {
    const answer = await fetch(address, { headers, cache: "no-store" });
    const text = answer.ok ? await answer.text() : "";
    if (tag !== shown) return; // the stream was quicker: the answer may be older than its news
    if (answer.ok) {
      setTimeout(ask, TICK); // the process that answered may have been the last to hear of it
      hold(answer.headers.get("ETag")?.match(/"(.*)"/)?.[1]);
      await show(text);
    }
    if (answer.ok || answer.status === 304) {
      // The page itself may be a minute old: the answer says what time it is.
      serverAhead = Date.parse(answer.headers.get("X-Portal-Now")) - Date.now() || serverAhead;
      // Where a proxy took the header away nobody knows how old this is: it grows no younger.
      checkedAt = Date.parse(answer.headers.get("X-Portal-Checked")) || checkedAt;
      isUnsure = false; // its age tells
      tell();
    }
  } catch {
    // The network is gone; the age of the news says so.
  }
}

/* --- Saying what is known, and since when --- */

function tick() {
  const silent = isSilent();
  if (silent && !document.hidden && Date.now() - askedAt >= POLL) ask();
  if (silent && leading && Date.now() - triedAt >= POLL) open();
  tell();
}

function tell() {
  if (!age && document.hidden) return; // nobody looks and nothing is asked: what the banner says is known when it is seen
  const stale = isUnsure || serverNow() - checkedAt > STALE;
  const last = `Last confirmed ${clock(checkedAt)}, ${ago(checkedAt)}`;
  const opening = `${age ? "Not live" : "Service news is not live"}. ${last}`;
  if (age) tellOnBoard(stale, opening);
  else tellUnderBanner(stale, opening);
  if (stale !== wasStale) say(stale ? opening : age ? "The board is live again" : "Service news is live again");
  wasStale = stale;
}

function tellOnBoard(stale, opening) {
  const { news, newsWords } = document.getElementById("news").dataset;
  const words = stale ? opening : isSilent() ? `Checked ${ago(checkedAt)}` : "Live";
  age.textContent = news ? `${words}. Last news ${newsWords}, ${ago(Date.parse(news))}` : words;
  age.classList.toggle("app-age--stale", stale);
  age.classList.toggle("app-age--live", words === "Live");
  printed.textContent = `As it was at ${moment(checkedAt)}`; // paper knows no "ago"
}

function tellUnderBanner(stale, opening) {
  bannerAge.hidden = !stale;
  bannerAge.firstElementChild.textContent = stale ? opening : "";
}

/* The words of `time_words` in continuity/core/wording.py: with BST or GMT in the hour that happens twice. */
function clock(at) {
  const words = timeOfDay(at);
  return [at - HOUR, at + HOUR].some((other) => timeOfDay(other) === words) ? `${words} ${zone(at)}` : words;
}

function timeOfDay(at) {
  const words = london(at, { hour: "numeric", minute: "2-digit", hour12: true })
    .replace(/\s/g, "").replace(":00", "").replace(/^0:/, "12:").toLowerCase();
  return { "12am": "midnight", "0am": "midnight", "12pm": "midday", "0pm": "midday" }[words] ?? words;
}

function zone(at) {
  return london(at, { hour: "numeric", timeZoneName: "short" }).split(" ").at(-1);
}

function london(at, form) {
  return new Intl.DateTimeFormat("en-GB", { ...form, timeZone: "Europe/London" }).format(at);
}

/* The words of `moment_words` in continuity/core/wording.py. */
function moment(at) {
  const form = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const [time, day] = [clock(at), london(at, form).replace(",", "")];
  return `${time} ${time === "midnight" ? "at the start of" : "on"} ${day}`;
}

/* The words of `ago_words` in continuity/core/wording.py. */
function ago(at) {
  const minutes = Math.floor((serverNow() - at) / 60_000);
  if (minutes < 1) return "less than a minute ago";
  const days = Math.floor(minutes / 1440);
  if (days) return `${count(days, "day")} ago`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${[hours && count(hours, "hour"), rest && count(rest, "minute")].filter(Boolean).join(" ")} ago`;
}

const count = (number, unit) => `${number.toLocaleString("en-GB")} ${unit}${number === 1 ? "" : "s"}`;

function say(sentence) {
  document.getElementById("live-words").textContent = sentence;
}

/* One sentence, and only when it says something new. */
document.addEventListener("htmx:after:swap", () => {
  const { spoken } = document.getElementById("news").dataset;
  if (spoken && spoken !== saidLast) say((saidLast = spoken));
  tell();
});

/* htmx begins in a timer that it set when its script came, and hears nothing before. */
addEventListener("load", () => setTimeout(takeTurn));
siblings.postMessage({ name: HELLO });
setTimeout(() => leading || ask(), 1_000); // what changed while this page was on its way
setInterval(tick, TICK);
