/* The server's clock, and its times in words. */
const HOUR = 3_600_000;

let ahead = 0; // ms by which it is ahead of this machine's

export const serverNow = () => Date.now() + ahead;

/* It is this instant there, as ISO 8601; what says none changes nothing. */
export function learnNow(now) {
  ahead = Date.parse(now) - Date.now() || ahead;
}

export const lastConfirmed = (at) => `Last confirmed ${clock(at)}, ${ago(at)}`;

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
export function moment(at) {
  const form = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const [time, day] = [clock(at), london(at, form).replace(",", "")];
  return `${time} ${time === "midnight" ? "at the start of" : "on"} ${day}`;
}

/* The words of `ago_words` in continuity/core/wording.py. */
export function ago(at) {
  const minutes = Math.floor((serverNow() - at) / 60_000);
  if (minutes < 1) return "less than a minute ago";
  const days = Math.floor(minutes / 1440);
  if (days) return `${count(days, "day")} ago`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${[hours && count(hours, "hour"), rest && count(rest, "minute")].filter(Boolean).join(" ")} ago`;
}

export const count = (number, unit) => `${number.toLocaleString("en-GB")} ${unit}${number === 1 ? "" : "s"}`;
