/* Hears that something about an incident changed: its stream says no more than that.
 *
 * Of a browser's tabs that show the same incident one visible tab holds the stream, and passes on what it hears. */
const SILENCE = 25_000; // ms without a sign of life; the server's pulse is 10 s
const AGAIN = 15_000; // ms until a stream that was refused is asked for again

let heardAt = 0;
let triedAt = 0;
let address = "";
let heed = () => {};
let siblings = null;
let source = null;
let stepDown = () => {};

/* From now on `listener({ line, told })` is called at each sign of life: `line` is the number of the newest ledger line
 * where there is news, as text; `told` is what the server says of itself where there is none. Neither: nothing more is heard. */
export function hear(stream, listener) {
  address = stream;
  heed = listener;
  siblings = new BroadcastChannel(`room ${address}`);
  siblings.addEventListener("message", ({ data }) => heard(data));
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : takeTurn()));
  takeTurn();
}

/* Whether nothing is heard, so that the page must ask by itself. */
export const isSilent = () => Date.now() - heardAt > SILENCE;

/* Opens a stream that was refused, as it is after a log-out. */
export function listenAgain() {
  if (isRefused() && Date.now() - triedAt >= AGAIN) listen();
}

const isRefused = () => source?.readyState === EventSource.CLOSED;

async function takeTurn() {
  if (document.hidden || source) return;
  if (!navigator.locks) return listen();
  const waiting = new AbortController();
  stepDown = () => waiting.abort();
  const turn = () => new Promise((resolve) => { stepDown = resolve; listen(); });
  await navigator.locks.request(`room ${address}`, { signal: waiting.signal }, turn).catch(() => {});
}

function listen() {
  triedAt = Date.now();
  source = new EventSource(address);
  source.onmessage = ({ data }) => pass({ line: data });
  source.addEventListener("pulse", ({ data }) => pass({ told: JSON.parse(data) }));
  source.onerror = () => { if (isRefused()) pass({}); };
}

function leave() {
  source?.close();
  source = null;
  stepDown();
}

function pass(news) {
  siblings.postMessage(news);
  heard(news);
}

function heard(news) {
  heardAt = news.line || news.told ? Date.now() : 0;
  heed(news);
}
