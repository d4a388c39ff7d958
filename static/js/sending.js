/* Sends forms again and again until the server has answered: each carries a key by which it counts once. */
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000]; // ms between attempts
const SLOW = 20_000; // ms after which an attempt is given up, and made again
const AGAIN = new Set([408, 425, 429, 502, 503, 504]);
const DOUBLE = 1_000; // ms in which a second press of a form that is as it was is a double click
const OURS = new Set(["once", "csrfmiddlewaretoken"]); // what nobody typed

const last = new WeakMap(); // by form: what was sent last, and when
const next = new WeakMap(); // by form: the button that was pressed while it was on its way

let pending = 0;

/* Forms in this place are sent here from now on; `onSaved` is called after each, `onLate` where one must be sent again. */
export function sendFormsOf(place, onSaved, onLate = () => {}) {
  place.addEventListener("input", ({ target }) => { if (target.form) target.form.dataset.typed = ""; });
  // The design system's guard would take every second press for a double click, also where something else was chosen.
  place.addEventListener("click", (event) => {
    if (event.target.closest("button")?.form?.method === "post") event.stopPropagation();
  }, { capture: true });
  place.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post") return;
    event.preventDefault();
    if (isOnItsWay(form)) next.set(form, submitter);
    else if ("typed" in form.dataset || !isDouble(form, submitter)) send(form, submitter, onSaved, onLate);
  });
  window.addEventListener("beforeunload", (event) => {
    if (pending || place.querySelector("form[data-typed] [name=text]")?.value) event.preventDefault();
  });
}

/* Whether somebody is in a form, or it is on its way. */
export function isHeld(form) {
  const isFocused = form.contains(document.activeElement) && document.activeElement.type !== "submit";
  return "typed" in form.dataset || isOnItsWay(form) || isFocused;
}

/* Gives `fresh`, which takes the place of a part, what is said in it: in the same form, or at its end where that is gone. */
export function keepSaid(part, fresh) {
  for (const line of part.querySelectorAll(".app-saving")) {
    const form = line.closest("form");
    if (form?.hasAttribute("hx-morph-skip")) continue; // it stays as it is
    const same = [...fresh.querySelectorAll("form")].find((other) => form && choiceOf(other) === choiceOf(form));
    (same ?? fresh).append(line.cloneNode(true));
  }
}

/* What a form is for: of one address there may be several. */
function choiceOf(form) {
  const hidden = [...form.querySelectorAll("[type=hidden]")].filter(({ name }) => !OURS.has(name));
  return JSON.stringify([form.getAttribute("action"), hidden.map(({ value }) => value)]);
}

/* Whether the same button of the same form was pressed a moment ago; a page that changed may use its element for another. */
function isDouble(form, submitter) {
  const before = last.get(form);
  return before && Date.now() - before.at < DOUBLE && before.action === form.action && before.words === submitter?.textContent;
}

const isOnItsWay = (form) => "sending" in form.dataset;

async function send(form, submitter, onSaved, onLate) {
  const data = new FormData(form, submitter);
  last.set(form, { at: Date.now(), action: form.action, words: submitter?.textContent });
  form.dataset.sending = "";
  form.setAttribute("hx-morph-skip", ""); // news of others must not take away what is said beside it
  pending += 1;
  const words = wordsOf(form);
  next.delete(form);
  say(form, "Saving...");
  for (let attempt = 0; ; attempt += 1) {
    const done = await attemptTo(form, data, words, onSaved);
    if (done) break;
    say(form, "Not saved yet, trying again", "late");
    if (!attempt) onLate();
    await new Promise((resolve) => { setTimeout(resolve, WAITS[Math.min(attempt, WAITS.length - 1)]); });
  }
  pending -= 1;
  delete form.dataset.sending;
  if (next.has(form)) form.requestSubmit(next.get(form));
}

/* Whether an attempt was answered, well or badly; what was not answered is sent again. */
async function attemptTo(form, data, words, onSaved) {
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: data, headers: { "X-Portal-Once": "1" }, signal: AbortSignal.timeout(SLOW),
    });
    if (AGAIN.has(answer.status)) return false;
    const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    const told = isOurs ? await answer.json() : {};
    if (answer.ok && isOurs) saved(form, told, words, onSaved);
    else refused(form, told.refused ?? ["You may be logged out: log in in another window, then press again."]);
    return true;
  } catch {
    return false;
  }
}

/* The form is empty again, unless something else was typed or chosen while it was on its way; that goes next if it was sent too. */
function saved(form, told, words, onSaved) {
  form.removeAttribute("hx-morph-skip");
  if (wordsOf(form) === words) {
    delete form.dataset.typed;
    next.delete(form);
    form.reset();
  }
  const key = form.elements.namedItem("once");
  if (key) key.value = newKey();
  say(form, `Saved ${told.at}. ${told.said}`, "saved");
  onSaved();
}

function refused(form, sentences) {
  next.delete(form);
  say(form, `Not saved. ${sentences.join(" ")}`, "refused");
}

const wordsOf = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !OURS.has(name)));

/* A random key as the server makes them; `crypto.randomUUID` is there on secure origins only. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/* Inside the form, under its button, where the eye is; what its part still says of something saved before goes. */
function say(form, text, kind = "") {
  const old = form.closest(".app-panel")?.querySelectorAll(".app-saving--saved, .app-panel > .app-saving") ?? [];
  for (const line of old) if (!form.contains(line)) line.remove();
  const line = form.querySelector(".app-saving") ?? newLine(form);
  line.className = `app-saving${kind && ` app-saving--${kind}`}`;
  line.textContent = text;
}

function newLine(form) {
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = "\u00a0"; // as high as it will be
  form.append(line);
  line.scrollIntoView({ block: "nearest" });
  return line;
}
