import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isSparkLaidOut, PYSPARK_VERSION, sparkFolder, whyNoSpark } from "@movielens/lib/cli/spark-cluster";
import { withSpark } from "@movielens/lib/spark";
import { runCommand } from "./run";

const why = isSparkLaidOut()
  ? whyNoSpark()
  : (whyNoSpark() ?? "Spark is not laid out here; npm run spark:up -- --lay-out does that");
if (why !== null) console.log(`  skipped, because ${why}`);

(why === null ? test : test.skip)(
  "spark:up starts one cluster, however often it is asked, and spark:down ends just that",
  async () => {
    const home = join(sparkFolder(), PYSPARK_VERSION);
    const before = process.env.SPARK_SERVERS;
    const folder = mkdtempSync(join(tmpdir(), "movielens-spark-"));
    symlinkSync(home, join(folder, PYSPARK_VERSION));
    process.env.SPARK_SERVERS = folder;
    try {
      const none = await runCommand("spark-up", ["--workers", "0"]);
      assert.is(none.code, 1);
      assert.match(none.err, "workers is 0");
      const up = ["--workers", "1", "--cores", "1", "--memory", "600m", "--driver-memory", "600m"];
      const first = await runCommand("spark-up", up);
      assert.is(first.code, 0, first.err);
      const remote = first.out.trim();
      assert.match(remote, /^sc:\/\/127\.0\.0\.1:\d+$/);
      const answer = await withSpark(remote, async (session) => {
        assert.is(session.version, PYSPARK_VERSION);
        return session.sql("SELECT sum(id) AS sum FROM range(5)").collect();
      });
      assert.equal(answer, [{ sum: 10 }]);
      const again = await runCommand("spark-up", up);
      assert.is(again.out.trim(), remote);
      assert.match(again.err, "It was up already");
      assert.match((await runCommand("spark-down", [])).out, "Spark is stopped");
      const gone = await withSpark(remote, () => Promise.resolve(), { patience: 0.2 }).then(
        () => assert.unreachable("it still answers"),
        (error: { code: string }) => error.code,
      );
      assert.is(gone, "SPARK_UNREACHABLE");
      assert.match((await runCommand("spark-down", [])).out, "No Spark of spark:up is running");
    } finally {
      await runCommand("spark-down", []);
      if (before === undefined) delete process.env.SPARK_SERVERS;
      else process.env.SPARK_SERVERS = before;
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test.run();
