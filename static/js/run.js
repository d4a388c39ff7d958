/* A procedure in use: each tick is sent without leaving the page, and everybody's are seen as they come.
 *
 * htmx fetches the part that moves; this says when. Without it the ticks are plain forms. */
import { hear } from "./hearing.js";
import { sendFormsOf } from "./sending.js";

const run = document.getElementById("run");
const fetchAgain = () => run.dispatchEvent(new Event("news"));

sendFormsOf(run, fetchAgain);
document.addEventListener("visibilitychange", () => { if (!document.hidden) fetchAgain(); });
if (run.dataset.live) hear(run.dataset.live, ({ line }) => { if (line) fetchAgain(); });
