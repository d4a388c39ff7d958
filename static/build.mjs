/* Fills .build/ with what the pages need: the style sheet, our scripts, and the assets of the installed packages.
 *
 * Nothing it writes is committed, and nothing it writes names an outside address to fetch from. A script is one file
 * with all that it imports, of the design system only what it names: everybody's first visit waits for it. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild-wasm";
import { compile } from "sass";

import { withDark } from "./dark.mjs";
import { withoutUnused } from "./unused.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "static");
const assets = join(root, ".build", "assets");
const nhsuk = join(root, "node_modules", "nhsuk-frontend", "dist");
const htmx = join(root, "node_modules", "htmx.org", "dist");
// Where names of classes stand: what none of them names is left out of the style sheet.
const rooms = ["templates", "continuity", "releases", "incidents", "static/js"].map((name) => join(root, name));
// What a template names in a script tag; what these import is no file of its own.
const entries = ["again", "portal", "live", "room", "run", "wall"].map((name) => join(source, "js", `${name}.js`));

/** The manifest storage stops at a comment that names a source map which is not there. */
const withoutMap = (file) => readFileSync(file, "utf8").replace(/\/\/# sourceMappingURL=\S+\s*$/, "");

function styles() {
  const { css } = compile(join(source, "scss", "portal.scss"), {
    loadPaths: [nhsuk],
    quietDeps: true,
    silenceDeprecations: ["with-private"],
    style: "compressed",
  });
  const components = readFileSync(join(assets, "js", "portal.js"), "utf8");
  writeFileSync(join(assets, "portal.css"), withDark(withoutUnused(css, rooms, [components])));
}

async function scripts() {
  await build({
    entryPoints: entries,
    outdir: join(assets, "js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
  });
}

function packages() {
  // The icons that the style sheet names; the national logo and its sizes are not the portal's to show.
  const isIcon = (file) => !/\.\w+$/.test(file) || /nhsuk-icon-[a-z-]+\.svg$/.test(file);
  cpSync(join(nhsuk, "nhsuk", "assets"), join(assets, "nhsuk"), { recursive: true, filter: isIcon });
  // One file: htmx may begin before a second one has come, and would know nothing of its streams for good.
  const parts = ["htmx.min.js", "ext/hx-sse.min.js"].map((name) => withoutMap(join(htmx, name)));
  writeFileSync(join(assets, "js", "htmx.js"), parts.join("\n"));
}

/** The design system keeps its icons' paths in one macro; our components read them from this table. */
function icons() {
  const macro = readFileSync(join(nhsuk, "nhsuk", "macros", "icon.njk"), "utf8");
  const found = {};
  for (const [, name, body] of macro.matchAll(/if name == "([a-z-]+)" %}\n([\s\S]*?)\n{% (?=elif|endif)/g)) {
    found[name] = body.replace(/{#[\s\S]*?#}/g, "").trim();
  }
  writeFileSync(join(root, ".build", "icons.json"), JSON.stringify(found, null, 1));
}

rmSync(assets, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });
await scripts();
styles();
packages();
icons();
cpSync(join(source, "images"), join(assets, "images"), { recursive: true });
