/* Starts the design system's scripts on a page, and again on every part that htmx swaps in. */
import {
  Button, CharacterCount, Checkboxes, createAll, ErrorSummary, FileUpload, Header, InitError, NotificationBanner,
  PasswordInput, Radios, SkipLink,
} from "nhsuk-frontend";

import "./countdown.js";

// Those that our pages have; a test holds this against what the components write.
const COMPONENTS = [
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, Header, NotificationBanner, PasswordInput, Radios, SkipLink,
];

function start() {
  for (const Component of COMPONENTS) createAll(Component, undefined, tellUnlessStarted);
  dropExpanded();
}

/* What stood on the page before a swap is started already; that is no fault. */
function tellUnlessStarted(error) {
  if (!(error instanceof InitError)) console.error(error);
}

/* The design system marks a radio that opens a question as expanded, which a radio cannot be: checkers refuse it, and
 * screen readers do not read it. The question follows the radio directly, which is what they do read. */
function dropExpanded() {
  for (const radio of document.querySelectorAll("input[type=radio][aria-expanded]")) {
    radio.removeAttribute("aria-expanded");
  }
}

start();
window.addEventListener("pageshow", dropExpanded);
document.addEventListener("click", () => setTimeout(dropExpanded));
document.addEventListener("htmx:after:swap", start);
