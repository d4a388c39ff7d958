/* The incident room: one page that is live for everybody in it.
 *
 * The stream says only that something changed; the page then asks which of its parts are otherwise, and changes
 * those. A form somebody is typing in is never touched. Forms are sent here, again and again until the server has
 * answered: each carries a key by which it counts once. Without this script they are plain forms. */
const SILENCE = 25_000; // ms without a sign of life after which the page asks by itself; the server's pulse is 10 s
const POLL = 15_000; // ms between two questions
const TICK = 5_000; // ms between two looks at the clock
const FRESH = 30_000; // ms after which it asks in any case: clocks move on without news
const STALE = 45_000; // ms since the last answer after which the page says that it is old
const GATHER = 60; // ms; changes of one moment become one question
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000]; // ms between attempts to send a form
const SLOW = 20_000; // ms after which an attempt is given up, and made again
const AGAIN = new Set([408, 425, 429, 502, 503, 504]);

const room = document.getElementById("room");
const panels = document.getElementById("panels");
const age = document.getElementById("room-age");
const words = document.getElementById("room-words");
const siblings = new BroadcastChannel(`room ${room.dataset.live}`);

htmx.config.morphIgnore.push("open"); // what somebody unfolded stays unfolded

let heardAt = 0;
let askedAt = Date.now();
let answeredAt = Date.now();
let asking = false;
let askAgain = false;
let hasNews = false;
let source = null;
let stepDown = () => {};
let pending = 0;

/* --- Hearing that something changed: of a browser's tabs one visible tab holds the stream --- */

async function takeTurn() {
  if (document.hidden || source) return;
  if (!navigator.locks) return listen();
  const waiting = new AbortController();
  stepDown = () => waiting.abort();
  const turn = () => new Promise((resolve) => { stepDown = resolve; listen(); });
  await navigator.locks.request(`room ${room.dataset.live}`, { signal: waiting.signal }, turn).catch(() => {});
}

function listen() {
  source = new EventSource(room.dataset.live);
  source.onmessage = () => { siblings.postMessage("news"); heed(true); };
  source.addEventListener("pulse", () => { siblings.postMessage("pulse"); heed(false); });
}

siblings.addEventListener("message", ({ data }) => heed(data === "news"));

function heed(isNews) {
  heardAt = Date.now();
  if (isNews) {
    hasNews = true;
    setTimeout(ask, GATHER);
  }
  tell();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    source?.close();
    source = null;
    stepDown();
  } else {
    takeTurn();
    ask();
  }
});

/* --- Asking which parts are otherwise, and changing those --- */

async function ask() {
  if (asking) { askAgain = true; return; }
  asking = true;
  askedAt = Date.now();
  try {
    const asked = new URLSearchParams();
    for (const part of panels.children) asked.append("have", `${part.id.slice(6)}:${part.dataset.digest}`);
    const answer = await fetch(`${room.dataset.parts}?${asked}`, {
      headers: { "X-Portal-Poll": "1" }, cache: "no-store", signal: AbortSignal.timeout(SLOW),
    });
    if (answer.ok) {
      await change(await answer.text());
      answeredAt = Date.now();
    } else if (answer.status === 401 || answer.status === 403) {
      age.textContent = "You are logged out, or may not see this room any more. What you typed is still here.";
      age.classList.add("app-age--stale");
    }
  } catch {
    // The network is gone; the age of the page says so.
  }
  asking = false;
  tell();
  if (askAgain) { askAgain = false; ask(); }
}

async function change(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const changed = [];
  for (const part of fresh.querySelectorAll(".app-panel")) {
    const old = document.getElementById(part.id);
    if (!old || losesWords(old, part)) continue;
    for (const form of old.querySelectorAll("form")) form.toggleAttribute("hx-morph-skip", isHeld(form));
    await htmx.swap({ text: part.innerHTML, target: old, sourceElement: old, swap: "innerMorph" });
    old.dataset.digest = part.dataset.digest;
    changed.push(part.dataset.heading);
  }
  if (changed.length && hasNews) words.textContent = `Changed: ${changed.join(", ")}`; // clocks moving on are no news
  hasNews = false;
}

/* Whether a form that somebody is in, or that is on its way, would be gone. */
function losesWords(old, part) {
  return [...old.querySelectorAll("form")].some(
    (form) => isHeld(form) && ![...part.querySelectorAll("form")].some((kept) => kept.getAttribute("action") === form.getAttribute("action")),
  );
}

const isHeld = (form) => "typed" in form.dataset || "sending" in form.dataset || (form.contains(document.activeElement) && document.activeElement.type !== "submit");

room.addEventListener("input", ({ target }) => { if (target.form) target.form.dataset.typed = ""; });

/* --- Sending forms until they are saved --- */

room.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if ("sending" in form.dataset) return;
  send(form, new FormData(form, event.submitter));
});

async function send(form, data) {
  form.dataset.sending = "";
  pending += 1;
  say(form, "Saving...");
  for (let attempt = 0; ; attempt += 1) {
    const done = await attemptTo(form, data);
    if (done) break;
    say(form, "Not saved yet, trying again", "late");
    await new Promise((resolve) => { setTimeout(resolve, WAITS[Math.min(attempt, WAITS.length - 1)]); });
  }
  pending -= 1;
  delete form.dataset.sending;
}

/* Whether an attempt was answered, well or badly; what was not answered is sent again. */
async function attemptTo(form, data) {
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: data, headers: { "X-Portal-Once": "1" }, signal: AbortSignal.timeout(SLOW),
    });
    if (AGAIN.has(answer.status)) return false;
    const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    const told = isOurs ? await answer.json() : {};
    if (answer.ok && isOurs) saved(form, told);
    else refused(form, told.refused ?? ["Not saved. You may be logged out: log in in another window, then press again."]);
    return true;
  } catch {
    return false;
  }
}

function saved(form, told) {
  delete form.dataset.typed;
  form.removeAttribute("hx-morph-skip");
  form.reset();
  const key = form.elements.namedItem("once");
  if (key) key.value = newKey();
  say(form, `Saved ${told.at}. ${told.said}`, "saved");
  ask();
}

function refused(form, sentences) {
  say(form, `Not saved. ${sentences.join(" ")}`, "refused");
}

/* A random key as the server makes them; `crypto.randomUUID` is there on secure origins only. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/* Beside the form while it is there; what it says stays in the room when the form is gone. */
function say(form, text, kind = "") {
  const place = form.closest(".app-panel") ?? form;
  let line = place.nextElementSibling;
  if (!line?.classList.contains("app-saving")) {
    line = document.createElement("p");
    line.setAttribute("role", "status");
    place.after(line);
  }
  line.className = `app-saving${kind && ` app-saving--${kind}`}`;
  line.textContent = text;
}

window.addEventListener("beforeunload", (event) => {
  if (pending || room.querySelector("form[data-typed] [name=text]")?.value) event.preventDefault();
});

/* --- Keys --- */

const SWITCH = "single keys are off";
const button = document.getElementById("single-keys");

function areOn() {
  return localStorage.getItem(SWITCH) === null;
}

button.addEventListener("click", () => {
  if (areOn()) localStorage.setItem(SWITCH, "1");
  else localStorage.removeItem(SWITCH);
  label();
});

function label() {
  button.textContent = areOn() ? "Switch single keys off" : "Switch single keys on";
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (!areOn() || isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "?") openList();
  else if (/^[0-9]$/.test(event.key)) jump(event);
});

function openList() {
  const list = document.querySelector("#shortcuts details");
  list.open = !list.open;
  list.querySelector("summary").focus();
}

function jump(event) {
  const link = room.querySelector(`[data-jump="${event.key}"]`);
  if (!link) return;
  event.preventDefault();
  const named = document.querySelector(link.getAttribute("href"));
  const place = named?.querySelector("[name=text]") ?? named;
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
}

/* --- Saying how old it is --- */

function tell() {
  if (age.textContent.startsWith("You are logged out") && Date.now() - answeredAt > TICK) return;
  const stale = Date.now() - answeredAt > STALE;
  const isLive = Date.now() - heardAt < SILENCE;
  age.textContent = stale ? "Not live: the portal does not answer. What you write is kept and sent again" : isLive ? "Live" : "Checked every 15 seconds";
  age.classList.toggle("app-age--stale", stale);
  age.classList.toggle("app-age--live", !stale && isLive);
}

function tick() {
  const isSilent = Date.now() - heardAt > SILENCE;
  if (source?.readyState === EventSource.CLOSED && isSilent) listen();
  if (!document.hidden && Date.now() - askedAt >= (isSilent ? POLL : FRESH)) ask();
  tell();
}

document.documentElement.classList.add("app-has-script");
label();
takeTurn();
setTimeout(ask, 1_000); // what changed while this page was on its way
setInterval(tick, TICK);
