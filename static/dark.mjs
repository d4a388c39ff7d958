/* The style sheet in the dark: each colour of ink, ground and line gives way to the one that dark.json names.
 *
 * The colours become properties that the reader's choice changes in one place, so that no page has a second design. A
 * rule that brings its own ground (a tag, a button, the focus) is legible by itself and stays; so do paper and forced
 * colours, which have their own. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { eachRule } from "./sheets.mjs";

const colours = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "dark.json"), "utf8"));
const COLOUR = /#[0-9a-f]{3,8}\b|rgba\([^)]*\)/gi;
const PARTS = [
  ["ink", /^(color|fill|caret-color|text-decoration-color)$/],
  ["ground", /^background(-color)?$/],
  ["line", /^(border|outline|box-shadow|column-rule|stroke)/],
];
const MARK = "\uFEFF"; // with which the compiler says that the sheet is UTF-8
const CLEAR = "rgba(0,0,0,0)";
const STAYS = /print|forced-colors|high-contrast/;

/** @returns the sheet with its colours as properties, and their dark values for whoever asks for a dark page. */
export function withDark(css) {
  const used = new Map();
  const sheet = eachRule(css.replace(MARK, ""), (rule, head, within) => {
    const stays = within.some((around) => STAYS.test(around));
    return `${head}{${stays ? rule : recoloured(rule, used)}}`;
  });
  const named = (which) => [...used].map(([name, pair]) => `${name}:${pair[which]}`).join(";");
  const dark = `@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${named(1)}}}`;
  return `${MARK}:root{${named(0)}}${dark}${sheet}`;
}

function recoloured(rule, used) {
  const declarations = rule.split(";").map((each) => each.split(/:(.*)/s));
  const grounds = declarations
    .filter(([name]) => partOf(name) === "ground")
    .flatMap(([, value]) => value.match(COLOUR) ?? []);
  if (grounds.some((colour) => colour !== CLEAR && !colours.ground[colour.toLowerCase()])) return rule;
  return declarations
    .map(([name, value]) => (value === undefined ? name : `${name}:${exchanged(partOf(name), value, used)}`))
    .join(";");
}

function exchanged(part, value, used) {
  if (!part) return value;
  return value.replace(COLOUR, (colour) => {
    const [light, dark] = [colour.toLowerCase(), colours[part][colour.toLowerCase()]];
    if (!dark) return colour;
    const name = `--${part}-${light.replace(/\W+/g, "")}`;
    used.set(name, [light, dark]);
    return `var(${name})`;
  });
}

const partOf = (name) => PARTS.find(([, pattern]) => pattern.test(name))?.[0];
