/* Hears that something about an incident changed: its stream says no more than that.
 *
 * Of a browser's tabs that show the same incident one visible tab holds the stream, and passes on what it hears. */
const SILENCE = 25_000; // ms without a sign of life; the server's pulse is 10 s

let heardAt = 0;
let address = "";
let heed = () => {};
let siblings = null;
let source = null;
let stepDown = () => {};

/* From now on `listener(line)` is called at each sign of life: with the number of the newest ledger line where there
 * is news, as text, and with "" where there is none. */
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

/* Opens a stream that ended for good, as it does after a log-out. */
export function listenAgain() {
  if (source?.readyState === EventSource.CLOSED && isSilent()) listen();
}

async function takeTurn() {
  if (document.hidden || source) return;
  if (!navigator.locks) return listen();
  const waiting = new AbortController();
  stepDown = () => waiting.abort();
  const turn = () => new Promise((resolve) => { stepDown = resolve; listen(); });
  await navigator.locks.request(`room ${address}`, { signal: waiting.signal }, turn).catch(() => {});
}

function listen() {
  source = new EventSource(address);
  source.onmessage = ({ data }) => { siblings.postMessage(data); heard(data); };
  source.addEventListener("pulse", () => { siblings.postMessage(""); heard(""); });
}

function leave() {
  source?.close();
  source = null;
  stepDown();
}

function heard(line) {
  heardAt = Date.now();
  heed(line);
}
