import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { launchChromium } from "../reports/check-report";

let browser: Browser | null;

test.before(async () => {
  browser = await launchChromium();
});
test.after(() => browser?.close());

test("the kernels are compiled and run in a browser page, from the two files that hold them", async () => {
  if (!browser) return;
  const folder = join(dirname(require.resolve("@movielens/lib/als")), "engine");
  const [loader, wasm] = await Promise.all(
    ["kernels.js", "wasm.js"].map((file) => readFile(join(folder, file), "utf8")),
  );
  const page = await browser.newPage();
  await page.addScriptTag({
    content: `
      const wasm = {}, loaded = {};
      (function (exports) {
${wasm}
})(wasm);
      (function (exports, require) {
${loader}
})(loaded, (name) => {
        if (name !== "./wasm") throw new Error("the loader of the kernels needs " + name);
        return wasm;
      });
      globalThis.kernelLoader = loaded;`,
  });
  const found = await page.evaluate(() => {
    const { compileKernels, instantiateKernels } = (
      globalThis as unknown as { kernelLoader: typeof import("@movielens/lib/als") }
    ).kernelLoader;
    return (["plain", undefined] as const).map((pinned) => {
      const { module, instructions } = compileKernels(pinned);
      const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
      const kernels = instantiateKernels(module, memory);
      const tile = new Float32Array(memory.buffer, 1024, 24);
      tile.forEach((_, k) => (tile[k] = k % 5));
      kernels.addGram(1024, 32, 3, 65536, 8);
      return { instructions, corner: new Float32Array(memory.buffer, 65536, 8)[7] };
    });
  });
  // Columns 0 and 7 of three rows of 8 that count 0, 1, 2, 3, 4 and again: 0·2 + 3·0 + 1·3.
  assert.equal(
    found.map(({ corner }) => corner),
    [3, 3],
  );
  assert.is(found[0].instructions, "plain");
});

test.run();
