import { readdirSync, readFileSync, existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const lib = join(__dirname, "..", "..", "lib");

/** The floors of DESIGN, lowest first. A folder may import those below it; folders on one floor do not know each other. */
const floors = [
  ["data"],
  ["als"],
  ["recommend"],
  ["evaluate"],
  ["bi", "deploy", "spark"],
  ["notebook"],
  ["cli"],
];
const floorOf = (folder: string): number => floors.findIndex((names) => names.includes(folder));

interface Import {
  from: string;
  to: string;
  specifier: string;
}

function relativeImports(): Import[] {
  return readdirSync(lib, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/^(dist|node_modules)/.test(file) && file.includes("/"))
    .flatMap((file) => {
      const source = readFileSync(join(lib, file), "utf8");
      return [...source.matchAll(/(?:from|import|require)\s*\(?\s*"(\.[^"]+)"/g)].map(([, specifier]) => ({
        from: file,
        // import() in a CommonJS module names the file in full.
        to: relative(lib, resolve(lib, dirname(file), specifier)).replace(/\/index\.js$/, ""),
        specifier,
      }));
    });
}

test("every folder of lib has a floor, and a door", () => {
  const folders = readdirSync(lib, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["dist", "node_modules"].includes(entry.name))
    .map((entry) => entry.name);
  for (const folder of folders) {
    assert.is.not(floorOf(folder), -1, `lib/${folder} stands on no floor of DESIGN`);
    if (folder !== "cli")
      assert.ok(existsSync(join(lib, folder, "index.ts")), `lib/${folder} has no index.ts`);
  }
});

test("imports point downwards only, and folders of one floor do not know each other", () => {
  const imports = relativeImports();
  assert.ok(imports.length > 20, "the scan finds the imports at all");
  for (const { from, to } of imports) {
    const [here, there] = [from.split("/")[0], to.split("/")[0]];
    if (here === there || there === "errors") continue;
    assert.ok(floorOf(there) < floorOf(here), `${from} imports ${to}: ${here} may not look up to ${there}`);
  }
});

test("a folder is entered through its door", () => {
  for (const { from, to, specifier } of relativeImports()) {
    const [here, there] = [from.split("/")[0], to.split("/")[0]];
    if (here === there || there === "errors") continue;
    assert.is(to, there, `${from} imports "${specifier}": import the door, "../${there}"`);
  }
});

test.run();
