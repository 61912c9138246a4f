import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "@tslab/typescript-for-tslab";
import { test } from "uvu";
import * as assert from "uvu/assert";

const dist = join(__dirname, "..", "..", "lib", "dist");
const declarations = (): string[] =>
  readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));

test("no exported type has an argument that TypeScript 5.0 does not know, and would read as any", () => {
  const files = declarations();
  assert.ok(files.length > 10, "the library is built");
  for (const file of files) {
    const generic = /\b(?:\w+Array|Buffer|DataView)<(?:ArrayBuffer|SharedArrayBuffer|ArrayBufferLike)>/.exec(
      readFileSync(join(dist, file), "utf8"),
    );
    assert.is(generic, null, `${file}: ${generic?.[0]}; annotate it without the type argument`);
  }
});

test("the notebooks' TypeScript reads every exported type without an error", () => {
  assert.match(ts.version, /^5\.0\./);
  const doors = declarations()
    .filter((file) => /^\w+\/index\.d\.ts$/.test(file))
    .map((file) => join(dist, file));
  assert.ok(doors.length >= 7);
  const program = ts.createProgram(doors, {
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    lib: ["lib.es2022.d.ts"],
    types: ["node"],
    esModuleInterop: true,
    strict: true,
    noEmit: true,
  });
  for (const file of program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(dist)))
    for (const { messageText } of program.getSemanticDiagnostics(file))
      assert.unreachable(`${file.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
});

test.run();
