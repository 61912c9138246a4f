import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const dist = join(__dirname, "..", "..", "lib", "dist");
const declarations = (): string[] =>
  readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));

test("no exported type needs a TypeScript newer than the notebooks' own", () => {
  const files = declarations();
  assert.ok(files.length > 10, "the library is built");
  for (const file of files) {
    const generic = /\b(?:\w+Array|Buffer|DataView)<(?:ArrayBuffer|SharedArrayBuffer|ArrayBufferLike)>/.exec(
      readFileSync(join(dist, file), "utf8"),
    );
    assert.is(
      generic,
      null,
      `${file}: ${generic?.[0]} becomes any in TypeScript 5.0; annotate it without the type argument`,
    );
  }
});

test.run();
