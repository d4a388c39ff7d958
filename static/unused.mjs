/* The style sheet without the design system's rules for what no page has: a third of its bytes, on everybody's first visit.
 *
 * A class is in use when its name stands in a template, a script or a room's Python, or when it may be put together from
 * what stands there: a block ("nhsuk-table") with a part or a kind of it ("--responsive"), or all kinds where the code
 * says only that there is one ("nhsuk-tag--" and a colour). */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { eachRule } from "./sheets.mjs";

const NAME = /nhsuk-\w[\w-]*/g;
const PART = /(?:__|--)[a-z][\w-]*?(?=__|--|[^\w-]|$)/g;
const ANY_PART = /\}(__|--)\{/g; // of a block that is named elsewhere: all its parts are in use
const IN_SELECTOR = /\.(nhsuk-(?:[\w-]|\\.)+)/g;
const BETWEEN = /,(?![^(]*\))/;
// What follows a name that is put together: a template's or a script's place, or the end of a string.
const OPEN_END = /^(\{\{|\{%|\$\{|\{|["'`])/;

/** @returns the sheet without rules that only elements of other classes would have. */
export function withoutUnused(css, folders, more) {
  const used = namesIn([...folders.flatMap(textsIn), ...more]);
  return eachRule(css, (rule, head) => {
    const kept = head.split(BETWEEN).filter((selector) => isUsed(selector, used));
    return kept.length ? `${kept.join()}{${rule}}` : "";
  }).replace(/@media[^{}]*\{\}/g, "");
}

function textsIn(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(html|js|py)$/.test(file));
  return files.map((file) => readFileSync(join(folder, file), "utf8"));
}

function namesIn(texts) {
  const [whole, begun, parts] = [new Set(), new Set(), new Set()];
  for (const text of texts) {
    for (const [part] of text.matchAll(PART)) parts.add(part);
    for (const [, joint] of text.matchAll(ANY_PART)) parts.add(joint);
    for (const found of text.matchAll(NAME)) {
      whole.add(found[0]);
      if (/(--|__|-)$/.test(found[0]) && OPEN_END.test(text.slice(found.index + found[0].length))) begun.add(found[0]);
    }
  }
  return { whole, begun: [...begun], parts };
}

function isUsed(selector, used) {
  // What an element must not be says nothing of what it is.
  const bare = selector.replace(/:not\([^()]*\)/g, "");
  return [...bare.matchAll(IN_SELECTOR)].every(([, name]) => isNamed(name.replaceAll("\\", ""), used));
}

function isNamed(name, { whole, begun, parts }) {
  if (whole.has(name) || begun.some((start) => name.startsWith(start))) return true;
  const [block, ...others] = name.split(/(?=__|--)/);
  return others.length > 0 && whole.has(block) && others.every((part) => parts.has(part) || parts.has(part.slice(0, 2)));
}
