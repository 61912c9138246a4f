import { spawnSync } from "node:child_process";
import { dirname, join, relative } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const dist = dirname(dirname(require.resolve("@movielens/lib/als")));

/** What a thread of the engine loads before it gets its first message; without a parent it then fails, and leaves the cache. */
function loadedByWorker(): string[] {
  const script = `try { require(${JSON.stringify(join(dist, "als", "engine", "worker.js"))}); } catch {}
    console.log(JSON.stringify(Object.keys(require.cache)));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  assert.is(status, 0, stderr);
  return JSON.parse(stdout) as string[];
}

test("a thread loads the engine's own modules only: ending it while a native addon loads would end the process", () => {
  const loaded = loadedByWorker().map((file) => relative(dist, file));
  assert.ok(
    loaded.includes(join("als", "engine", "tasks.js")),
    "the worker was loaded as far as its message loop",
  );
  for (const file of loaded)
    assert.match(file, /^(als\/|errors\.js$)/, `a thread of the engine loads ${file}`);
});

test.run();
