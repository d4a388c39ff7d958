/* Turns a board that is taller than its screen, page by page, and stands still while somebody wants it to. */
const PAGE = 12_000; // ms a page stands
const HELD = 60_000; // ms it stands still after somebody touched it

const head = document.querySelector(".app-title");
const board = document.getElementById("board");
const hold = document.getElementById("hold");
let turnsAt = Date.now() + PAGE;

const isHeld = () => hold.getAttribute("aria-pressed") === "true";
const rows = () => document.querySelectorAll("#board li, #board h2, #board h3, #board p");

function turn() {
  const { scrollHeight } = document.documentElement;
  const isTall = scrollHeight > innerHeight + 1;
  hold.hidden = !isTall;
  if (isHeld() || Date.now() < turnsAt) return;
  turnsAt = Date.now() + PAGE;
  const under = head.getBoundingClientRect().height;
  const cut = [...rows()].map((row) => row.getBoundingClientRect()).filter(({ bottom }) => bottom > innerHeight);
  // Each page begins with the highest row that was cut off, in whichever column; after the last comes the first again.
  const step = Math.min(...cut.map(({ top }) => top)) - under;
  // A row that is taller than the screen goes on. At the end some row may be cut by a part of a pixel.
  const isAtEnd = scrollY + innerHeight > scrollHeight - 2;
  const top = cut.length && !isAtEnd ? scrollY + (step > 1 ? step : innerHeight - under) : 0;
  // The last page begins with a whole row as well: what it lacks stands empty below.
  const lacked = parseFloat(board.style.getPropertyValue("--below")) || 0;
  board.style.setProperty("--below", `${Math.max(0, top + innerHeight - scrollHeight + lacked)}px`);
  scrollTo({ top });
}

hold.addEventListener("click", () => {
  hold.setAttribute("aria-pressed", String(!isHeld()));
  turnsAt = Date.now() + PAGE;
});

for (const touch of ["pointerdown", "keydown", "wheel"]) {
  addEventListener(touch, ({ target }) => { if (target !== hold) turnsAt = Date.now() + HELD; }, { passive: true });
}

turn();
setInterval(turn, 1_000);
