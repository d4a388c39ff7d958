/* The incident room: one page that is live for everybody in it.
 *
 * The stream says only that something changed; the page then asks which of its parts are otherwise, and changes
 * those. A form somebody is typing in is never touched. Forms are sent here, again and again until the server has
 * answered: each carries a key by which it counts once. Without this script they are plain forms. */
import { hear, isSilent, listenAgain } from "./hearing.js";
import { isHeld, keepSaid, sendFormsOf } from "./sending.js";
import { lastConfirmed, learnNow, serverNow } from "./times.js";

const POLL = 15_000; // ms between two questions
const TICK = 5_000; // ms between two looks at the clock
const FRESH = 30_000; // ms after which it asks in any case: clocks move on without news
const STALE = 45_000; // ms since the last answer after which the page says that it is old
const GATHER = 60; // ms; changes of one moment become one question
const SLOW = 20_000; // ms after which a question is given up
const SHUT_OUT = new Set([401, 403, 404]);

const room = document.getElementById("room");
const panels = document.getElementById("panels");
const age = document.getElementById("room-age");
const words = document.getElementById("room-words");

htmx.config.morphIgnore.push("open"); // what somebody unfolded stays unfolded

let askedAt = Date.now();
let answeredAt = Date.now();
let isUnsure = false; // the server says that it cannot check, or did not answer the last question well
let isShutOut = false;
let asking = false;
let askAgain = false;
let hasNews = false;
let newest = 0; // the ledger line of which the stream told last

/* --- Hearing that something changed --- */

function heed({ line, told }) {
  if (line) {
    hasNews = true;
    newest = Math.max(newest, Number(line));
    setTimeout(ask, GATHER);
  } else if (told) {
    learnNow(told.now);
    if (told.live && isUnsure) ask(); // its answer says so
    isUnsure ||= !told.live;
  } else {
    ask();
  }
  tell();
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });

/* --- Asking which parts are otherwise, and changing those --- */

async function ask() {
  if (asking) { askAgain = true; return; }
  asking = true;
  askedAt = Date.now();
  try {
    const asked = new URLSearchParams({ line: newest });
    for (const part of panels.querySelectorAll(".app-panel")) asked.append("have", `${part.id.slice(6)}:${part.dataset.digest}`);
    const answer = await fetch(`${room.dataset.parts}?${asked}`, {
      headers: { "X-Portal-Poll": "1" }, cache: "no-store", signal: AbortSignal.timeout(SLOW),
    });
    if (answer.ok) {
      await change(await answer.text());
      answeredAt = Date.now();
    }
    isUnsure = !answer.ok;
    if (answer.ok || SHUT_OUT.has(answer.status)) isShutOut = !answer.ok;
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
    keepSaid(old, part);
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
  const since = Date.now() - answeredAt;
  const stale = isUnsure || since > STALE;
  const isLive = !stale && !isSilent();
  age.textContent = isShutOut ? "You are logged out, or may not see this room any more. What you typed is still here."
    : stale ? `Not live. ${lastConfirmed(serverNow() - since)}. What you write is kept and sent again`
    : isLive ? "Live" : "Checked every 15 seconds";
  age.classList.toggle("app-age--stale", stale);
  age.classList.toggle("app-age--live", isLive);
}

function tick() {
  listenAgain();
  if (!document.hidden && Date.now() - askedAt >= (isSilent() || isUnsure ? POLL : FRESH)) ask();
  tell();
}

document.documentElement.classList.add("app-has-script");
label();
learnNow(document.getElementById("live").dataset.now);
sendFormsOf(room, ask, ask); // what cannot be saved may not be live either
hear(room.dataset.live, heed);
setTimeout(ask, 1_000); // what changed while this page was on its way
setInterval(tick, TICK);
