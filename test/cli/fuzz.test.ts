import { test } from "uvu";
import * as assert from "uvu/assert";
import { isLaidOut } from "@movielens/lib/cli/fuzz";
import { exportTiny, temporaryFolder } from "../deploy/tiny-model";
import { runCommand } from "./run";

if (!isLaidOut())
  console.log("  skipped, because Schemathesis is not installed here; npm run fuzz -- --lay-out does that");
const testWithFuzzer = isLaidOut() ? test : test.skip;

testWithFuzzer(
  "a fuzzer made from the server's own description finds no 5xx and no answer that is not as described",
  async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const { folder } = await exportTiny(path);
      const { code, out, err } = await runCommand("fuzz", ["--model", folder, "--examples", "8"]);
      assert.is(code, 0, out + err);
      assert.match(out, /\d+ answers, none 5xx, all of them as described/);
      const answers = new Map(
        [...out.matchAll(/^(\d{3}) +(\d+)$/gm)].map(([, status, count]) => [status, Number(count)]),
      );
      // Answered as well as refused: what it asks reaches further than the schema.
      for (const status of ["200", "201", "400", "401", "404", "405"])
        assert.ok((answers.get(status) ?? 0) > 0, `${status}: ${out}`);
      assert.is(err, "", "nothing is in the server's log");
    } finally {
      await remove();
    }
  },
);

test("a number of examples that is none is refused before anything is installed or asked", async () => {
  const { code, err } = await runCommand("fuzz", ["--examples", "many"]);
  assert.is(code, 1);
  assert.match(err, "It is not a whole number above 0");
});

test.run();
