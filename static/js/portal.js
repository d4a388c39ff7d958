/* Starts the design system's scripts on a page, and again on every part that htmx swaps in. */
import { initAll } from "nhsuk-frontend";

initAll();
document.addEventListener("htmx:after:swap", (event) => initAll({ scope: event.detail?.ctx?.target ?? document }));
